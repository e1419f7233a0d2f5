"""Whether our own mail server found that a letter comes from where it says (RFC 8601). Pure.

Anybody can write such a field into their letter. What speaks for a sender counts in the topmost one alone, and only
when it bears our own server's name: ours is added last, above whatever the letter brought along. What speaks against
them counts in any field of that name: a server whose filters write one each (DKIM, SPF, DMARC) puts DMARC's where it
likes, and nobody forges a word against themselves. And only in letters that came by a way on which that server
stands: whoever knows a hook's secret or writes into the folder could put any name on top.
"""

import re
from collections.abc import Sequence
from itertools import chain
from typing import Literal

from camdesk.channels.mail.mime.parsed_letter import ParsedLetter

Verdict = Literal["pass", "refuted", "fail", "none"]
Found = tuple[str, str, dict[str, str]]  # method, result, properties
WAYS = frozenset(("imap", "smtp", "folder", "raw", "postmark", "mailjet", "mailgun", "sendgrid", "demo"))
# Ways that lead through the operator's own mail server; the others are believed when they are named.
USUAL_WAYS = frozenset(("imap", "smtp", "demo"))
_LONGEST = 4_000
_LONGEST_DOMAIN = 253
# Blanks and signs of structure within quotes are made harmless, so that a property's value stays one word.
_QUOTED_FOR_GOOD = {" ": "_", "\t": "_", "=": "_", ";": "_"}
_RESULT = re.compile(r"(dmarc|dkim|spf)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)")
_PROPERTY = re.compile(r"(?<![\w.])(header\.from|header\.d|header\.i|smtp\.mailfrom|smtp\.helo)\s*=\s*([^\s;]+)")


def verdict(fields: Sequence[str], *, authserv: str, sender: str) -> Verdict:
    """`fields`: values of Authentication-Results from the top; `sender`: the address of From.

    pass: DMARC passed for the sender's domain, or (where its domain has no DMARC) DKIM or SPF for that very domain.
    refuted: DMARC failed, or passed for another domain: somebody else wrote this, by the word of the domain's owner.
    fail: our server looked and was not convinced. none: our server says nothing, or no name of it is set.
    """
    domain = _domain(sender.rpartition("@")[2].lower())
    if not authserv or not domain:
        return "none"
    found, *below = [_said_by(authserv.lower(), field) for field in fields] or [None]
    for method, result, at in chain.from_iterable(said or () for said in below):
        if (method, result) == ("dmarc", "fail") and at.get("header.from", domain) == domain:
            return "refuted"
    if found is None or len(fields[0]) >= _LONGEST:
        return "none"  # not our server's, or cut off: what it found in the end is not known
    dmarc = [(result, at) for method, result, at in found if method == "dmarc"]
    if any(result == "fail" or (result == "pass" and at.get("header.from", domain) != domain) for result, at in dmarc):
        return "refuted"
    if any(result != "none" for result, _at in dmarc):
        return "pass" if all(result == "pass" for result, _at in dmarc) else "fail"
    return _without_policy(found, domain)


def verdict_on(letter: ParsedLetter, *, authserv: str) -> Verdict:
    """The verdict on a parsed letter's author. Of several authors our server has looked at one, and nobody says at
    which, so none of them is proven."""
    said = verdict(letter.authentication, authserv=authserv, sender=letter.sender.address.lower())
    return "fail" if said == "pass" and letter.authors != 1 else said


def authserv_of(mailbox: str, named: str) -> str:
    """The name our server signs with in letters of this way in (a RawLetter's `mailbox`), "" when none is believed.

    `named`: the setting, a list by commas. A plain name is for USUAL_WAYS, `way=name` for that way alone. Raises
    ValueError with a sentence.
    """
    way = mailbox.partition(":")[0]
    usual, own = "", {}
    for one in filter(None, (part.strip() for part in named.split(","))):
        before, sign, after = (part.strip() for part in one.partition("="))
        name = after if sign else before
        if not name or " " in name or (sign and before not in WAYS):
            raise ValueError(f"{one!r} is neither a server's name nor way=name with one of {', '.join(sorted(WAYS))}")
        if sign:
            own[before] = name
        else:
            usual = name
    return own.get(way, usual if way in USUAL_WAYS else "")


def _said_by(authserv: str, field: str) -> list[Found] | None:
    """What the server of this name found; None: the field is not its own."""
    name, *results = _results(field[:_LONGEST].lower())
    if [part.strip('"') for part in name.split()[:1]] != [authserv]:
        return None
    return [_read(one) for one in results]


def _without_policy(found: list[Found], domain: str) -> Verdict:
    for method, result, at in found:
        if result != "pass":
            continue
        if method == "dkim" and domain in (at.get("header.d"), at.get("header.i")):
            return "pass"
        if method == "spf" and at.get("smtp.mailfrom") == domain:
            return "pass"
    return "fail"


def _read(part: str) -> Found:
    """("dmarc", "pass", {"header.from": "example.org"}) of one result; blanks when it is none we know."""
    result = _RESULT.match(part.strip())
    return (result[1], result[2], _properties(part)) if result else ("", "", {})


def _properties(part: str) -> dict[str, str]:
    """The domain in the first value of each: what is said twice may have been said by the sender the second time."""
    found: dict[str, str] = {}
    for name, value in _PROPERTY.findall(part):
        whole = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
        found.setdefault(name, _domain(whole.rpartition("@")[2]))
    return found


def _domain(said: str) -> str:
    """As it goes over the wire: a server may write почта.рф or xn--80a1acny.xn--p1ai."""
    try:
        return said if said.isascii() or len(said) > _LONGEST_DOMAIN else said.encode("idna").decode()
    except UnicodeError:
        return said


def _results(text: str) -> list[str]:
    """The pieces between semicolons. What stands in quotes or in a comment was often written by the sender (an
    envelope's address may be `"x; dmarc=pass"@evil.example`): it separates nothing, and of comments nothing is left."""
    pieces: list[list[str]] = [[]]
    depth, quoted = 0, False
    signs = iter(text)
    for sign in signs:
        if sign == "\\" and (quoted or depth):
            escaped = next(signs, "")
            pieces[-1].append("" if depth else _QUOTED_FOR_GOOD.get(escaped, escaped))
        elif quoted:
            quoted = sign != '"'
            pieces[-1].append(_QUOTED_FOR_GOOD.get(sign, sign))
        elif sign == '"' and not depth:
            quoted = True
            pieces[-1].append(sign)
        elif sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
            pieces[-1].append(" ")
        elif depth:
            continue
        elif sign == ";":
            pieces.append([])
        else:
            pieces[-1].append(sign)
    # A quote or comment never closed swallows the rest: nothing after it counts.
    return ["".join(piece) for piece in pieces]
