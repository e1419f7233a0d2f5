"""Values of options that answer nothing: whoever presses them does not know, cannot look, or means something else."""

UNKNOWN = ("unknown", "not-sure", "cannot-check")
OUT_OF_REACH = ("out-of-sight", "out-of-reach")
OTHER = "other"
NO_ANSWER = (*UNKNOWN, *OUT_OF_REACH, OTHER)
