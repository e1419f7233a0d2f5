"""Lists of mailboxes as people's programs really write them. One pass over the characters, no recursion.

An address that could break a header, a page or a command is not returned as an address: its text stays in the name.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from camdesk.channels.mail.mime.encoded_words import decode_field
from camdesk.channels.mail.mime.limits import ADDRESSES, FIELDS_BYTES, NAME_CHARACTERS, Budget
from camdesk.channels.mail.mime.storable import one_line


@dataclass(frozen=True, slots=True)
class NamedAddress:
    name: str
    address: str


_LOCAL = re.compile(r"[^\s\x00-\x20\x7f-\xa0()<>\[\]:;@\\,\"\u2000-\u200f\u2028-\u202e\ufeff\ufffd]{1,64}")
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,10}}|\[[0-9a-fA-F:.]{{3,45}}\]")
# Not a piece of "a@b@c": which of the two it would be is up to who reads it.
_ANYWHERE = re.compile(r"(?<![\w@.])[\w.!#$%&'*+/=?^{|}~-]{1,64}@[\w.-]{1,190}(?![\w@])")
_AROUND_DOTS = re.compile(r"\s{0,20}([.@])\s{0,20}")
_GOES_ON = re.compile(r"\s{1,20}\.\s{0,20}\w")
_AROUND = ".'`*|{}"
_SPECIAL = re.compile(rb'["(),:;<>\\]')


def safe_address(text: str) -> str:
    """The address with its domain in lower case, "" unless it is plainly local@domain and nothing else."""
    text = text.strip().removeprefix("mailto:")
    local, at, domain = text.rpartition("@")
    if local[:1] == local[-1:] == '"':
        local = local[1:-1]
    if not text.isascii() and any(_passes_for_latin(sign) for sign in text):
        return ""
    domain = domain.rstrip(".").lower()
    if not at or len(domain) > 253 or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return ""
    # Dots in a row and at the ends are not RFC 5321, but some Japanese phones have them.
    return f"{local}@{domain}" if local.strip(".") else ""


def _passes_for_latin(sign: str) -> bool:
    """Whether a sign would become another one, of ASCII, when case or form is folded: the Kelvin sign is a k then."""
    return not sign.isascii() and unicodedata.normalize("NFKC", sign).isascii()


def first_of(boxes: Sequence[NamedAddress]) -> NamedAddress:
    """Whom a letter is from: the first with an address, else the first, else nobody."""
    return next((box for box in boxes if box.address), boxes[0] if boxes else NamedAddress("", ""))


def read_mailboxes(value: bytes, budget: Budget) -> list[NamedAddress]:
    """Every mailbox of a To, Cc, From or Reply-To value, in its order, each once, groups taken apart."""
    if len(value) > FIELDS_BYTES:
        budget.note("too many addresses, the rest was not read")
    found: list[NamedAddress] = []
    seen: set[tuple[str, str]] = set()
    for tokens in _mailboxes(value[:FIELDS_BYTES]):
        box = _mailbox(tokens)
        key = (box.name, box.address)
        if key not in seen and any(key):
            seen.add(key)
            found.append(box)
            if len(found) >= ADDRESSES:
                budget.note("too many addresses, the rest was not read")
                break
    return found


class _Tokens:
    """What stood where within one mailbox."""

    def __init__(self) -> None:
        self.words: list[bytes] = []
        self.angle: bytes | None = None
        self.comments: list[bytes] = []
        self.worded = False  # whether any of the words is more than blanks
        self.addressed = False  # whether any of them has an @

    def add(self, word: bytes) -> None:
        self.words.append(word)
        self.worded = self.worded or bool(word.strip())
        self.addressed = self.addressed or b"@" in word

    def __bool__(self) -> bool:
        return self.angle is not None or self.worded


def _mailboxes(value: bytes) -> list[_Tokens]:
    boxes: list[_Tokens] = []
    box = _Tokens()
    at = 0
    quotes_close = True
    while at < len(value) and len(boxes) <= ADDRESSES * 2:
        special = _SPECIAL.search(value, at)
        stop = special.start() if special else len(value)
        if stop > at:
            box.add(value[at:stop])
        if not special:
            break
        sign = special.group()
        at = stop + 1
        if sign == b'"':
            # When one quotation mark is never closed, no later one is: they are characters like others.
            text, at = _quoted(value, at) if quotes_close else (None, at)
            quotes_close = text is not None
            if text is not None:
                box.add(b'"' + text + b'"')
        elif sign == b"(":
            text, at = _comment(value, at)
            box.comments.append(text)
        elif sign == b"<":
            close = value.find(b">", at)
            inside = value[at : close if close >= 0 else len(value)]
            if box.angle is None or (b"@" not in box.angle and b"@" in inside):
                box.angle = inside
            at = close + 1 if close >= 0 else len(value)
        elif sign == b":" and not box.angle and not box.addressed:
            box = _Tokens()  # the name of a group
        elif sign in (b",", b";"):
            if box:
                boxes.append(box)
            box = _Tokens()
        elif sign != b">":
            box.add(sign)
    if box:
        boxes.append(box)
    return boxes


def _quoted(value: bytes, at: int) -> tuple[bytes | None, int]:
    """The text in quotes and where it ends; None when they are never closed."""
    start = at
    while True:
        close = value.find(b'"', at)
        if close < 0:
            return None, start
        slashes = close - len(value[max(start, close - 40) : close].rstrip(b"\\")) - max(start, close - 40)
        if slashes % 2 == 0:
            text = value[start:close]
            return text.replace(b'\\"', b'"').replace(b"\\\\", b"\\"), close + 1
        at = close + 1


_IN_COMMENT = re.compile(rb"\\.|[()]", re.S)
_ESCAPED = re.compile(rb"\\(.)", re.S)


def _comment(value: bytes, at: int) -> tuple[bytes, int]:
    """The text of a comment, however deeply nested, and where it ends (at once when it is never closed)."""
    depth = 1
    for sign in _IN_COMMENT.finditer(value, at):
        if sign.group()[:1] == b"\\":
            continue
        depth += 1 if sign.group() == b"(" else -1
        if depth == 0:
            return _ESCAPED.sub(rb"\1", value[at : sign.start()]), sign.end()
    return (b"", len(value)) if depth > 3 else (b"", at)


def _without_comments(inside: bytes) -> bytes:
    """ "ivan(at home)@example.org": what stands in brackets is none of the address."""
    kept: list[bytes] = []
    at = 0
    while (opening := inside.find(b"(", at)) >= 0:
        kept.append(inside[at:opening])
        _, at = _comment(inside, opening + 1)
        if len(kept) > ADDRESSES:
            break
    return b"".join((*kept, inside[at:]))


def _mailbox(tokens: _Tokens) -> NamedAddress:
    raw_words = b"".join(tokens.words).strip()
    words = _name(tokens.words)
    comment = one_line(decode_field(b" ".join(tokens.comments)), NAME_CHARACTERS)
    if tokens.angle is not None:
        inside = decode_field(_without_comments(tokens.angle))
        address = safe_address(_without_route(inside))
        if not address:
            loose = _ANYWHERE.search(inside[:1000])
            address = safe_address(loose.group()) if loose else ""
        name = words or comment
        if not address and not name:
            name = one_line(inside, NAME_CHARACTERS)
        elif not address:
            address = safe_address(words) if "@" in words else ""
        return NamedAddress("" if name == address else name, address)
    # No angle brackets: a bare address, perhaps with a comment, or an encoded "Name <a@b>", or only a name.
    address = safe_address(_AROUND_DOTS.sub(r"\1", raw_words.decode("ascii") if raw_words.isascii() else words))
    if address:
        return NamedAddress(comment, address)
    if "<" in words and "@" in words:
        name, _, inside = words.partition("<")
        address = safe_address(inside.partition(">")[0])
        if address:
            return NamedAddress(name.strip().strip('"').strip(), address)
    loose = _ANYWHERE.search(words)
    # "a@mail . example.org": half an address is somebody else's.
    address = safe_address(loose.group()) if loose and not _GOES_ON.match(words, loose.end()) else ""
    return NamedAddress(words if not address else words.replace(address, "").strip() or comment, address)


def _name(words: list[bytes]) -> str:
    # A quoted string is decoded too: many programs put encoded words into quotes.
    pieces = [word[1:-1] if word[:1] == b'"' and word[-1:] == b'"' and len(word) > 1 else word for word in words]
    text = one_line(decode_field(b" ".join(piece.strip() for piece in pieces if piece.strip())), NAME_CHARACTERS)
    return text.strip("'").strip() if text[:1] == text[-1:] == "'" else text


def _without_route(text: str) -> str:
    """ "@relay.example:ivan@example.org" is a route of the eighties; only its last hop is an address."""
    return text.rpartition(":")[2] if text.startswith("@") else _AROUND_DOTS.sub(r"\1", text)


def address_within(text: str) -> str:
    """The first address within a short text, "" when there is none."""
    return next((address for _, address in addresses_within(text[:1000])), "")


def addresses_within(text: str) -> list[tuple[int, str]]:
    """Where an address stands in a text, and the address; quotation marks around it are none of it."""
    found = ((loose.start(), safe_address(loose.group().strip(_AROUND))) for loose in _ANYWHERE.finditer(text))
    return [(at, address) for at, address in found if address]
