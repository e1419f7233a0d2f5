"""Text that any database, page, file and header can hold: valid Unicode, no NUL, no control characters.

What is taken out is replaced visibly (U+FFFD), so that nobody wonders why a word looks odd.
"""

import re

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_NOT_STORABLE = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f\ud800-\udfff]")
_ANY_BREAK = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\t]+[ \t]*")
# Characters that turn the reading order or hide: in a file name they make "exe.jpg" out of "gpj.exe".
_DECEIVING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WORST_IN_NAMES = re.compile('[<>:"|?*]')


def many_lines(text: str, limit: int) -> str:
    """The text with "\\n" as its only line end, storable, at most `limit` characters."""
    return _NOT_STORABLE.sub("\ufffd", _LINE_ENDS.sub("\n", text[:limit]))


def one_line(text: str, limit: int) -> str:
    """The text on one line, storable, at most `limit` characters, without blanks at its ends."""
    return _NOT_STORABLE.sub("\ufffd", _ANY_BREAK.sub(" ", text[: limit * 2])).strip()[:limit].rstrip()


def _after_path(name: str) -> str:
    return name[max(name.rfind("/"), name.rfind("\\")) + 1 :]


def file_name(name: str, limit: int = 180) -> str:
    """The last part of a path, without characters that deceive or that a file system refuses; "" if nothing is left.

    A long name keeps its ending.
    """
    shown = _DECEIVING.sub("", one_line(name, 2000))
    shown = _WORST_IN_NAMES.sub("_", _after_path(shown)).strip(" .") if shown.strip(". ") else ""
    if len(shown) <= limit:
        return shown
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 12:
        return shown[:limit].rstrip()
    return stem[: limit - len(ending) - 1].rstrip() + "." + ending
