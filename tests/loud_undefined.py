"""A name that no view gave is no empty list: an empty picker of cameras took them all from an employee."""

from jinja2 import Undefined


class LoudUndefined(Undefined):
    """Raises where a template loops over it or counts it; `is defined` and `default` ask it as ever."""

    __iter__ = __len__ = Undefined._fail_with_undefined_error
