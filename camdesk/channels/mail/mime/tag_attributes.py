"""How many attributes a parser of HTML may find in one tag of a stranger's mark-up.

html5ever compares each attribute with all those before it, so a hundred thousand of them in one tag cost seconds. What
is a tag depends on what a parser took for a quote or a script before it; so this follows every tag that may begin
anywhere, by the states of the HTML standard (13.2.5.32 and following). Those in the same state have the same future:
only the one with the most attributes is followed on, and the work stays linear.
"""

import re

_SIGN = re.compile(r"(?P<tag><[a-zA-Z])|(?P<blank>[ \t\n\f\r]+)|(?P<slash>/)|(?P<end>>)|(?P<equals>=)|(?P<double>\")|"
                   r"(?P<single>')|[^ \t\n\f\r/>=\"'<]+|<")  # fmt: skip
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
    followed: dict[str, int] = {}  # state: attributes so far
    for sign in _SIGN.finditer(source):
        kind = sign.lastgroup or ""
        if not followed:
            if kind == "tag":
                followed = {"tag name": 0}
            continue
        moved: dict[str, int] = {"tag name": 0} if kind == "tag" else {}
        for state, count in followed.items():
            row = _NEXT[state]
            new = row.get(kind) or ("" if kind == "end" else row[""])
            if not new:
                continue
            if new == "name" and state != "name":
                count += 1
                most = max(most, count)
            moved[new] = max(moved.get(new, 0), count)
        if most > enough:
            break
        followed = moved
    return most
