"""Whether our own mail server found that a letter comes from where it says (RFC 8601). Pure.

Anybody can write such a field into his letter. Only the topmost one counts, and only when it bears our own server's
name: ours is added last, above whatever the letter brought along.
"""

import re
from collections.abc import Sequence
from typing import Literal

Verdict = Literal["pass", "fail", "none"]
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"(dmarc|dkim|spf)\s*=\s*([a-z]+)")
_PROPERTY = re.compile(r"(header\.from|header\.d|header\.i|smtp\.mailfrom|smtp\.helo)\s*=\s*\"?([^\s;\"]+)")


def verdict(fields: Sequence[str], *, authserv: str, sender: str) -> Verdict:
    """`fields`: values of Authentication-Results from the top; `sender`: the address of From.

    pass: DMARC passed for the sender's domain, or (where its domain has no DMARC) DKIM or SPF for that very domain.
    fail: our server looked and was not convinced. none: our server says nothing, or no name of it is set.
    """
    domain = sender.rpartition("@")[2].lower()
    if not authserv or not fields or not domain:
        return "none"
    text = _without_comments(fields[0][:4000].lower())
    name, _semicolon, results = text.partition(";")
    if name.split()[:1] != [authserv.lower()]:
        return "none"
    found = [_read(one) for one in results.split(";")]
    dmarc = [(result, at) for method, result, at in found if method == "dmarc"]
    if dmarc:
        return (
            "pass"
            if all(result == "pass" and at.get("header.from", domain) == domain for result, at in dmarc)
            else _without_policy(dmarc[0][0], found, domain)
        )
    return _without_policy("none", found, domain)


def _without_policy(dmarc: str, found: list[tuple[str, str, dict[str, str]]], domain: str) -> Verdict:
    if dmarc != "none":
        return "fail"
    for method, result, at in found:
        if result != "pass":
            continue
        if method == "dkim" and domain in (at.get("header.d"), at.get("header.i", "").rpartition("@")[2]):
            return "pass"
        if method == "spf" and at.get("smtp.mailfrom", "").rpartition("@")[2] == domain:
            return "pass"
    return "fail"


def _read(part: str) -> tuple[str, str, dict[str, str]]:
    """("dmarc", "pass", {"header.from": "example.org"}) of one result; blanks when it is none we know."""
    result = _RESULT.match(part.strip())
    return (result[1], result[2], dict(_PROPERTY.findall(part))) if result else ("", "", {})


def _without_comments(text: str) -> str:
    """Comments may hold anything, "dmarc=pass" too; they nest."""
    for _round in range(5):
        text, count = _COMMENT.subn(" ", text)
        if not count:
            break
    return text.partition("(")[0]
