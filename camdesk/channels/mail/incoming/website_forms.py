"""What the form of somebody's website writes for the person who filled it in. Pure."""

import re
from itertools import islice

from camdesk.lib.phones import BadPhone, normalise

_LOOKED_AT = 20_000  # characters
_NUMBERS = 20
_NUMBER = re.compile(
    r"(?<!\w)(?:телефон\w{0,2}|тел|моб(?:ильный)?|phone|tel(?:efon)?|mobile)[ \t*]{0,3}[.:№=-]{0,3}[\s*]{0,4}"
    r"(\+?\(?\d[\d ()\t.\-‐-―]{5,24}\d)",
    re.I,
)


def phone_in(text: str) -> str:
    """The number (E.164) that a line of the form calls the person's: «Телефон: 8 912 …»; "" for none. What is merely
    typed somewhere in their words is no field, and stays there."""
    for found in islice(_NUMBER.finditer(text[:_LOOKED_AT]), _NUMBERS):
        try:
            return normalise(found.group(1))
        except BadPhone:
            continue
    return ""
