"""Unicode's normal forms of text that strangers write.

Python brings the marks over one letter into order by inserting each among those before it, so that a letter with fifty
thousand of them would hold the process for seconds. No writing has more than a few; Unicode itself allows thirty
(UAX #15, stream-safe text).
"""

import re
import unicodedata
from typing import Literal

_MOST_MARKS = 30
# Marks are no word characters; which of the signs in so long a run are marks is looked up only then.
_LONG_RUN = re.compile(r"[^\w\s\x00-\x7f]{31,}+")


def normal(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The text in that form, of a run of marks the first thirty. Linear."""
    return text if text.isascii() else unicodedata.normalize(form, _LONG_RUN.sub(_thinned, text))


def _thinned(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for sign in run[0]:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)
