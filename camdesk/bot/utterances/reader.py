"""`hear`: one message into what it says. Pure, bounded, and never raising on any text.

Only the beginning of a message is read for acts and entities: a customer says at once what it is about, a log or a
quoted letter follows.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from camdesk.bot.utterances.acts import acts_of
from camdesk.bot.utterances.cameras import CameraNames, Mentioned, NamedCamera, Synonyms
from camdesk.bot.utterances.emoji import in_words
from camdesk.bot.utterances.heard import Heard, SpeechAct
from camdesk.bot.utterances.languages import language_of
from camdesk.bot.utterances.moments import moment_of, return_of, wanted_of
from camdesk.bot.utterances.overheard import LONGEST, overheard
from camdesk.bot.utterances.patterns import Token, tokens_of
from camdesk.bot.utterances.things import floor_of, metres_of, money_of, phone_of, place_of, request_of


def hear(
    text: str,
    *,
    now: datetime,
    cameras: Iterable[NamedCamera] = (),
    synonyms: Synonyms | None = None,
    phone: Callable[[str], str] | None = None,
) -> Heard:
    """What the message says. `now` in the customer's own time; `cameras`: those that can be meant, in their order;
    `phone` reads a number, and raises ValueError on what is none."""
    text = _CLOCK.sub(r"\1:\2", text[:LONGEST])
    tokens = tokens_of(text)
    if len(tokens) <= _FEW and (sign := in_words(text, beside_words=bool(tokens))):
        text = f"{text} {sign}" if tokens else sign
        tokens = tokens_of(text)
    if not tokens:
        return Heard()
    said = acts_of(tokens)
    later = SpeechAct.LATER in said.acts
    told = [token for at, token in enumerate(tokens) if at not in said.courtesy]  # «добрый вечер» names no evening
    meant = CameraNames(cameras, synonyms).named(tokens) if cameras else Mentioned()
    return replace(
        overheard(text, tokens, said),
        matter=_matter(text, tokens, said.courtesy, meant.places),
        cameras=meant.ids,
        perhaps=meant.perhaps,
        moment=None if later else moment_of(text, told, now),
        back=return_of(text, told, now) if later else None,
        metres=metres_of(text, tokens),
        floor=floor_of(text),
        money=money_of(text) or money_of(" ".join(token.word for token in tokens)),
        phone=phone_of(text, phone) if phone is not None else "",
        request=request_of(text),
        place=place_of(text),
        wanted=wanted_of(text, tokens),
        language=language_of(text, tokens),
    )


_CLOCK = re.compile(r"(?<![\d-])([01]?\d|2[0-3])-([3-5]\d|00)(?![\d-])")  # «около 17-30»
_FEW = 3  # words: «двор 💀»
_CAMERA = "камера"


def _matter(text: str, tokens: Sequence[Token], courtesy: frozenset[int], places: Sequence[tuple[int, int]]) -> str:
    """The rest with «камера» where a camera of theirs is named, and with nothing where «камера» stands beside it."""
    if not places:
        return ""
    left = [at for at in range(len(tokens)) if at not in courtesy]
    if not left:
        return ""
    made, at = [], tokens[left[0]].start
    for first, last in places:
        near = tokens[max(0, first - 2) : last + 3]
        told = any(token.stem == "камер" for token in near)
        made += [text[at : tokens[first].start], "" if told else _CAMERA]
        at = max(at, tokens[last].end)
    made.append(text[at : tokens[left[-1]].end])
    return " ".join(" ".join(made).split())
