"""What a person wrote, without the letter they answer and without their signature.

Losing a sentence is worse than keeping a quote: when cutting would leave nothing, less is cut; and what is cut stays
beside it, to be shown and searched.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from camdesk.channels.mail.mime.attributions import (
    is_between_arrows,
    is_certain,
    lines_of_attribution,
    says_only_who,
)
from camdesk.channels.mail.mime.header_blocks import begins_forwarded, begins_old_letter, fields_below_rule, is_rule
from camdesk.channels.mail.mime.html_text import QUOTE_MARK
from camdesk.channels.mail.mime.signatures import signature_of

# Our letters carry one of these lines on top; whatever is below it is ours.
MARKER_LINES = ("Ответьте выше этой строки", "Please reply above this line", "Reply above this line")
_MARKER = re.compile("|".join(re.escape(line) for line in MARKER_LINES), re.I)

_LINES = 20_000  # nothing is cut below them
_QUOTED = re.compile(r"\s{0,3}[A-ZА-ЯЁ]{0,3}>")
_EMPTY_LINES = re.compile(r"\n{3,}")
_ANSWERED_INSIDE = re.compile(
    r"(?:отве[тч]\w*|пишу|написал\w*|коммент\w*|см\.?|смотри\w*|замечани\w*)[^.\n]{0,40}(?:ниже|внутри|в тексте"
    r"|по тексту|в (?:вашем|вашу|самом)? ?письм\w|красн|заглавн|капс|синим|под вопрос)"
    r"|(?:answer|repl|comment|respon|see|written)\w*[^.\n]{0,40}(?:below|in-?line|inside|in (?:red|blue|bold|caps"
    r"|capitals|your (?:mail|letter|text|message)|the text))"
    r"|(?:antwort|kommentar)\w*[^.\n]{0,30}(?:unten|im text|rot)|(?:réponse|répondu)\w*[^.\n]{0,30}(?:ci-dessous"
    r"|dans le texte|en rouge)",
    re.I,
)


@dataclass(frozen=True)
class Split:
    """`own`: what the person wrote; `cut`: the rest of the letter, its lines in their order."""

    own: str
    cut: str

    @property
    def lines_cut(self) -> int:
        return sum(1 for line in self.cut.split("\n") if line.strip())


def reply_text(text: str) -> str:
    """What the person wrote. Blank only when the letter has no words at all; a forwarded letter comes back whole.

    `text` has "\\n" line ends and may hold QUOTE_MARK lines.
    """
    return split(text).own


def split(text: str, *, answers: bool = True, forwards: bool = False) -> Split:
    """As `reply_text`, with what is not the person's. `answers`: whether the letter may answer one of ours, else it
    quotes what it wants to show; `forwards`: whether it passes on another's letter."""
    lines = text.split("\n")
    plain = [at for at, line in enumerate(lines) if line != QUOTE_MARK]
    whole = _tidy([lines[at] for at in plain])
    if not whole:
        return Split("", "")
    if forwards:
        return Split(whole, "")
    old, passes_on = _old_letter(lines) if answers or _MARKER.search(text) else (frozenset[int](), _forwards(lines))
    own = [at for at in plain if at not in old]
    if old and not _has_words(lines, own):
        own = [at for at in plain if not _QUOTED.match(lines[at])]
        if not _has_words(lines, own) or _only_attribution([lines[at] for at in own]):
            own = plain
    if len(own) < len(plain) and _answered_inside(lines, own, plain):
        own = plain
    signature = set() if passes_on else {own[place] for place in signature_of([lines[at] for at in own])}
    shorter = [at for at in own if at not in signature]
    kept = shorter if _has_words(lines, shorter) else own
    mine = frozenset(kept)
    text = _tidy([lines[at] for at in kept])
    return Split(text, _tidy([lines[at] for at in plain if at not in mine])) if text else Split(whole, "")


def _tidy(lines: Sequence[str]) -> str:
    return _EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n ")


def _has_words(lines: Sequence[str], places: Sequence[int]) -> bool:
    return any(_is_worded(lines[at]) for at in places)


def _is_worded(line: str) -> bool:
    return any(character.isalnum() for character in line) or _is_sign(line)


def _is_sign(line: str) -> bool:
    """ "👍" and "+" are answers too; rules and dashes are not."""
    return bool(line.strip(" \t-–—_=*>|.\xa0"))


def _only_attribution(lines: Sequence[str]) -> bool:
    worded = [place for place, line in enumerate(lines) if line.strip()]
    return bool(worded) and lines_of_attribution(lines, worded[0], _QUOTED) > worded[-1] - worded[0]


def _forwards(lines: Sequence[str]) -> bool:
    return any(len(line) < 120 and begins_forwarded(line) for line in lines[:_LINES])


def _old_letter(lines: Sequence[str]) -> tuple[frozenset[int], bool]:
    """Which lines are the letter that is answered (the person's own stand above, below and between them), and whether
    somebody else's letter is passed on below."""
    old: set[int] = set()
    worded = False  # whether anything of the person's own has come
    at, stop = 0, min(len(lines), _LINES)
    while at < stop:
        line = lines[at]
        if len(line) < 120 and (begins_forwarded(line) or _begins_quoted_forward(lines, at)):
            return frozenset(old), True
        if line == QUOTE_MARK or (len(line) < 200 and _MARKER.search(line)) or _begins_old_letter(lines, at):
            # All below is the old letter, unless nothing was written above it.
            if worded:
                return frozenset((*old, *range(_above_rules(lines, at), len(lines)))), False
            old.add(at)
            at += 1
            continue
        if _QUOTED.match(line):
            old.add(at)
            at += 1
            continue
        length = _attribution(lines, at)
        if length:
            following = _next_worded(lines, at + length)
            quoted = following < len(lines) and (_QUOTED.match(lines[following]) or lines[following] == QUOTE_MARK)
            if not quoted and worded and is_certain(" ".join(lines[at : at + length])):
                return frozenset((*old, *range(at, len(lines)))), False  # it follows without any marks
            if quoted or following >= len(lines) or _MARKER.search(lines[following]):
                old.update(range(at, at + length))
                at += length
                continue
        worded = worded or _is_worded(line)
        at += 1
    return frozenset(old), False


def _begins_old_letter(lines: Sequence[str], at: int) -> bool:
    if begins_old_letter(lines, at) or is_between_arrows(lines[at]):
        return True
    fields = fields_below_rule(lines, at)
    return bool(fields) and at + fields < len(lines) and bool(lines_of_attribution(lines, at + fields, _QUOTED))


def _begins_quoted_forward(lines: Sequence[str], at: int) -> bool:
    """Apple marks a letter that is passed on as if it were quoted, and says so on the first line of the quote."""
    line = lines[at].lstrip()
    quoted_above = at > 0 and _QUOTED.match(lines[at - 1])
    return line.startswith(">") and not quoted_above and begins_forwarded(line[1:])


def _above_rules(lines: Sequence[str], at: int) -> int:
    """Where the old letter begins with the rules right above it."""
    above = at
    while above > 0 and (not lines[above - 1].strip(" \t\xa0") or is_rule(lines[above - 1])):
        above -= 1
        if is_rule(lines[above]):
            at = above
    return at


def _attribution(lines: Sequence[str], at: int) -> int:
    length = lines_of_attribution(lines, at, _QUOTED)
    if length or len(lines[at]) > 120 or not says_only_who(lines[at]):
        return length
    following = _next_worded(lines, at + 1)
    return 1 if following - at <= 2 and following < len(lines) and _QUOTED.match(lines[following]) else 0


def _next_worded(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip(" \t\xa0"):
        at += 1
    return at


def _answered_inside(lines: Sequence[str], own: Sequence[int], plain: Sequence[int]) -> bool:
    """Whether the person says that their answers stand inside the letter they answer, or shouts them there."""
    mine = frozenset(own)
    below = [lines[at].strip() for at in plain if at not in mine and lines[at].strip() and not _QUOTED.match(lines[at])]
    if len(below) > 2 and _ANSWERED_INSIDE.search("\n".join(lines[at][:400] for at in own[:40])):
        return True
    return any(
        question.endswith("?") and not _is_shouted(question) and _is_shouted(answer)
        for question, answer in pairwise(below[:400])
    )


def _is_shouted(line: str) -> bool:
    return len(line) >= 6 and line.isupper() and sum(character.isalpha() for character in line) >= 4
