"""What a person wrote, without the letter they answer and without their signature.

Losing a sentence is worse than keeping a quote: whenever cutting would leave nothing, less is cut.
"""

import re

from camdesk.channels.mail.mime.html_text import QUOTE_MARK

# Our letters carry one of these lines on top; whatever is below it is ours.
MARKER_LINES = ("Ответьте выше этой строки", "Please reply above this line", "Reply above this line")
_MARKER = re.compile("|".join(re.escape(line) for line in MARKER_LINES), re.I)

_LINES = 20_000  # nothing is cut below them
_LONG_LINE = 400  # attributions and headers are shorter; a longer line is prose

_FORWARDED = re.compile(
    r"\s*(?:[-–—_*=]{2,}\s*)?(?:forwarded message|begin forwarded message|start of forwarded message"
    r"|пересылаемое сообщение|перенаправленное сообщение|пересланное сообщение|пересланное письмо"
    r"|начало переадресованного сообщения|начало перенаправленного сообщения|начало пересылаемого сообщения"
    r"|конец пересылаемого сообщения)\b\s*:?\s*(?:[-–—_*=]{2,})?\s*",
    re.I,
)
_SEPARATOR = re.compile(
    r"\s*[-–—_*]{2,}\s*(?:original message|original appointment|исходное сообщение|исходное письмо"
    r"|оригинальное сообщение|первоначальное сообщение|ответное сообщение|reply message)\s*[-–—_*]{2,}\s*",
    re.I,
)
_FIELD = re.compile(
    r"\s{0,3}\*{0,2}(from|sent|date|to|cc|subject|reply-to|importance|от|от кого|отправлено|дата|кому|копия|тема|"
    r"отправитель|получатель|когда)\s?:\*{0,2}(?:\s+(.{0,300}))?",
    re.I,
)
_FROM_FIELDS = frozenset(("from", "от", "от кого", "отправитель"))
_RULE = re.compile(r"\s*[_\-–—=*]{5,}\s*")

_ADDRESS = r"[^\s<>\"@]{1,64}@[^\s<>\"@]{1,190}"
_TIME = r"\d{1,2}[:.]\d{2}"
_DATE = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}\s+[а-яёa-z]{3,9}\.?\s+\d{4}|[a-z]{3,9}\.?\s+\d{1,2},?\s+\d{4})"
)
_WROTE = (
    r"(?:wrote|writes|said|написал[аи]?|написал\(а\)|написала?\s*\(а\)|писал[аи]?|писал\(а\)|пишет|сообщил[аи]?"
    r"|ответил[аи]?|schrieb|a écrit)"
)
_HAS_ADDRESS = re.compile(_ADDRESS)
_HAS_DATE = re.compile(_DATE, re.I)
_HAS_TIME = re.compile(rf"\b{_TIME}\b")
_ENDS_WROTE = re.compile(rf"\b{_WROTE}\s{{0,3}}:?\s{{0,3}}\Z", re.I)
_ENDS_ADDRESS = re.compile(rf"<{_ADDRESS}>\Z")
_HINTS = re.compile(r"[@<\d]|wrote|напис|писал|пишет|ответил|сообщил|schrieb|écrit", re.I)

_QUOTED = re.compile(r"\s{0,3}[A-ZА-ЯЁ]{0,3}>")
_CLOSING = re.compile(
    r"\s*(?:с уважением|с\s+ув\.?|с наилучшими пожеланиями|с глубоким уважением|всего доброго|всего хорошего"
    r"|best regards|kind regards|warm regards|regards|best wishes|sincerely|yours sincerely|yours faithfully)(?!\w)",
    re.I,
)
_SENT_FROM = re.compile(
    r"\s*(?:[-–—]\s*)?(?:sent from (?:my |the )?.{2,60}|sent (?:via|with|using) .{2,60}|get outlook for .{2,30}"
    r"|отправлено (?:с|из|через|от)\s.{2,80}|скачать outlook для .{2,30}|получите outlook для .{2,30}"
    r"|послано (?:с|из)\s.{2,60})\s*",
    re.I,
)
_POSTSCRIPT = re.compile(r"\s*(?:p\.?\s?p?\.?\s?s\b|п\.?\s?с\.|з\.?ы\b|пс\b|постскриптум)", re.I)
_EMPTY_LINES = re.compile(r"\n{3,}")
_LONGEST_SIGNATURE = 12  # lines


def reply_text(text: str) -> str:
    """What the person wrote. Blank only when the letter has no words at all; a forwarded letter comes back whole.

    `text` has "\\n" line ends and may hold QUOTE_MARK lines.
    """
    lines = text.split("\n")
    plain = [line for line in lines if line != QUOTE_MARK]
    whole = _tidy(plain)
    if not whole:
        return ""
    forward = next((place for place, line in enumerate(lines) if len(line) < 120 and _FORWARDED.fullmatch(line)), None)
    if forward is not None:
        return whole
    own = _without_old_letter(lines)
    if not _has_words(own):
        unquoted = [line for line in plain if not _QUOTED.match(line)]
        own = unquoted if _has_words(unquoted) and not _only_attribution(unquoted) else plain
    shorter = _without_signature(own)
    return _tidy(shorter) or _tidy(own) or whole


def _tidy(lines: list[str]) -> str:
    return _EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n ")


def _has_words(lines: list[str]) -> bool:
    return any(_is_worded(line) for line in lines)


def _is_worded(line: str) -> bool:
    return any(character.isalnum() for character in line) or _is_sign(line)


def _is_sign(line: str) -> bool:
    """ "👍" and "+" are answers too; rules and dashes are not."""
    return bool(line.strip(" \t-–—_=*>|.\xa0"))


def _only_attribution(lines: list[str]) -> bool:
    worded = [place for place, line in enumerate(lines) if line.strip()]
    return bool(worded) and _attribution(lines, worded[0]) > worded[-1] - worded[0]


def _without_old_letter(lines: list[str]) -> list[str]:
    """The person's own lines, from above, below and between the quoted ones."""
    own: list[str] = []
    worded = False  # whether own has words: asked so often that it must not be looked up each time
    at = 0
    while at < min(len(lines), _LINES):
        line = lines[at]
        if line == QUOTE_MARK or _is_separator(lines, at):
            # All below is the old letter, unless nothing was written above it.
            if worded:
                return own
            at += 1
            continue
        if _QUOTED.match(line):
            at += 1
            continue
        if len(line) < 200 and _MARKER.search(line):
            if worded:
                return own
            at += 1
            continue
        length = _attribution(lines, at)
        if length:
            following = _next_worded(lines, at + length)
            quoted = following < len(lines) and (_QUOTED.match(lines[following]) or lines[following] == QUOTE_MARK)
            if not quoted and worded and _is_certain(" ".join(lines[at : at + length])):
                return own  # the old letter follows without any marks
            if quoted or following >= len(lines) or _MARKER.search(lines[following]):
                at += length
                continue
        own.append(line)
        worded = worded or _is_worded(line)
        at += 1
    return own + [line for line in lines[at:] if line != QUOTE_MARK]


def _is_separator(lines: list[str], at: int) -> bool:
    """Whether a block like Outlook's begins here: a separator line, or From:/Sent:/To:/Subject: in a row."""
    line = lines[at]
    if len(line) > _LONG_LINE:
        return False
    if _SEPARATOR.fullmatch(line):
        return True
    if _RULE.fullmatch(line):
        following = _next_worded(lines, at + 1)
        return following - at <= 2 and following < len(lines) and _is_header_block(lines, following)
    return _is_header_block(lines, at)


def _is_header_block(lines: list[str], at: int) -> bool:
    first = _FIELD.fullmatch(lines[at]) if len(lines[at]) <= _LONG_LINE else None
    if not first or first.group(1).lower() not in _FROM_FIELDS:
        return False
    names = set()
    for line in lines[at : at + 10]:
        found = _FIELD.fullmatch(line) if len(line) <= _LONG_LINE else None
        if found:
            names.add(found.group(1).lower())
    return len(names) >= 3


def _attribution(lines: list[str], at: int) -> int:
    """How many lines from here say who wrote the quoted letter and when (0 to 3)."""
    first = lines[at]
    if not first.strip() or len(first) > _LONG_LINE or not _HINTS.search(first):
        return 0
    glued = ""
    for count in range(1, 4):
        if at + count > len(lines):
            break
        line = lines[at + count - 1]
        if line == QUOTE_MARK or not line.strip() or (count > 1 and _QUOTED.match(line)):
            break
        glued = f"{glued} {line.strip()}".strip()
        if len(glued) > _LONG_LINE:
            break
        ended = glued.endswith(":") or _ENDS_ADDRESS.search(glued) or _ENDS_WROTE.search(glued)
        if ended and _names_source(glued):
            return count
    return 0


def _names_source(line: str) -> bool:
    """Whether the line is an attribution. "Мастер написал:" alone is prose, so is a date with a sentence after it."""
    dated, timed = _HAS_DATE.search(line), _HAS_TIME.search(line)
    address = "@" in line and _HAS_ADDRESS.search(line)
    if _ENDS_WROTE.search(line):
        return bool(dated or timed or address)
    if not dated or not line.endswith((":", ">")):
        return False
    if address:
        return True
    words = _HAS_TIME.sub("", _HAS_DATE.sub("", line)).split()
    return bool(timed) and len(words) <= 5 and dated.start() <= 30


def _is_certain(line: str) -> bool:
    """Whether an attribution is one even though no quotation marks follow: it names an address, or says "wrote"."""
    address = "@" in line and _HAS_ADDRESS.search(line)
    return bool(address or _ENDS_WROTE.search(line)) and bool(_HAS_DATE.search(line))


def _next_worded(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip(" \t\xa0"):
        at += 1
    return at


def _without_signature(lines: list[str]) -> list[str]:
    lines = _trimmed(lines)
    place = _signature_start(lines)
    if place is None:
        return lines
    above = lines[:place]
    after = [at for at in range(place, len(lines)) if _POSTSCRIPT.match(lines[at])]
    kept = above + (["", *lines[after[0] :]] if after else [])
    return kept if _has_words(kept) else lines


def _trimmed(lines: list[str]) -> list[str]:
    start, stop = 0, len(lines)
    while start < stop and not lines[start].strip():
        start += 1
    while stop > start and not lines[stop - 1].strip(" \t-–—_=*"):
        stop -= 1
    return lines[start:stop]


def _signature_start(lines: list[str]) -> int | None:
    """Where the signature begins: the earliest sign of one that stands near enough to the end."""
    first = max(1, len(lines) - _LONGEST_SIGNATURE)
    for place in range(first, len(lines)):
        line = lines[place]
        if len(line) > 120:
            continue
        if line.rstrip() == "--" or _SENT_FROM.fullmatch(line):
            return place
        if _CLOSING.match(line) and _is_closing(line) and _all_short(lines[place + 1 :]):
            return place
    # A "-- " line is a signature however long what follows is; elsewhere it might be a list.
    return next((place for place in range(1, first) if lines[place] == "-- "), None)


def _is_closing(line: str) -> bool:
    """ "С уважением, Иван Петров" closes a letter, "С уважением, но мастер опоздал" goes on with it."""
    rest = _CLOSING.sub("", line, count=1).strip(" ,.!;-–—")
    words = rest.split()
    return len(words) <= 6 and all(word[0].isupper() or not word[0].isalpha() for word in words)


def _all_short(lines: list[str]) -> bool:
    return all(len(line) <= 100 for line in lines) and sum(map(len, lines)) <= 500
