"""Letters: what a stranger's mail says, read within limits, and what we write back."""
