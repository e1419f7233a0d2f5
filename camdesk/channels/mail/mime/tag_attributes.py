"""How many attributes a parser of HTML may find in one tag of a stranger's mark-up.

html5ever compares each attribute with all those before it, so a hundred thousand of them in one tag cost seconds. What
is a tag depends on what a parser took for a quote or a script before it; so this follows every tag that may begin
anywhere, by the states of the HTML standard (13.2.5.32 and following). Those in the same state have the same future:
only the one with the most attributes is followed on, and the work stays linear.
"""

import re

_TAG = re.compile(r"<[a-zA-Z]")
_SIGN = re.compile(r"(?P<tag><[a-zA-Z])|(?P<blank>[ \t\n\f\r]+)|(?P<slash>/)|(?P<end>>)|(?P<equals>=)|(?P<double>\")|"
                   r"(?P<single>')|[^ \t\n\f\r/>=\"'<]+|<")  # fmt: skip
# A tag within which none other may begin and that ends where it seems to: what nearly all of them are.
_ORDINARY = re.compile(
    r"<[a-zA-Z][^<>\"'=]*+(?:=[ \t\n\f\r]*+(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^ \t\n\f\r\"'<>=]*+)[^<>\"'=]*+)*+>"
)
_SEPARATORS = (" ", "\t", "\n", "\f", "\r", "/", '"', "'")
# state: what each sign makes of it ("" else); "end" ends the tag everywhere but in quotes, and stands in no row.
_NEXT: dict[str, dict[str, str]] = {
    "tag name": {"blank": "before name", "slash": "before name", "": "tag name"},
    "before name": {"blank": "before name", "slash": "before name", "": "name"},
    "name": {"blank": "after name", "slash": "before name", "equals": "before value", "": "name"},
    "after name": {"blank": "after name", "slash": "before name", "equals": "before value", "": "name"},
    "before value": {"blank": "before value", "double": "in double", "single": "in single", "": "bare value"},
    "bare value": {"blank": "before name", "": "bare value"},
    "in double": {"double": "before name", "end": "in double", "": "in double"},
    "in single": {"single": "before name", "end": "in single", "": "in single"},
}


def most_attributes(source: str, *, enough: int) -> int:
    """At least as many as any parser finds in one tag; more than `enough` is not counted out."""
    if sum(map(source.count, _SEPARATORS)) <= enough:
        return 0  # fewer than that even if all of it were one tag
    most = 0
    begun = _TAG.search(source)
    while begun and most <= enough:
        ordinary = _ORDINARY.match(source, begun.start())
        if ordinary and len(ordinary[0]) <= enough:
            begun = _TAG.search(source, ordinary.end())
            continue
        followed = {"tag name": 0}  # state: attributes so far
        at = len(source)
        for sign in _SIGN.finditer(source, begun.end()):
            followed = _moved(followed, sign.lastgroup or "")
            most = max(most, *followed.values(), 0)
            if not followed or most > enough:
                at = sign.end()
                break
        begun = _TAG.search(source, at)
    return most


def _moved(followed: dict[str, int], sign: str) -> dict[str, int]:
    """The states after a sign."""
    moved = {"tag name": 0} if sign == "tag" else {}
    for state, count in followed.items():
        row = _NEXT[state]
        new = row.get(sign, "" if sign == "end" else row[""])
        if new:
            count += new == "name" != state
            moved[new] = max(moved.get(new, 0), count)
    return moved
