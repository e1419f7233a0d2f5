"""`hear`: one message into what it says. Pure, bounded, and never raising on any text.

Only the beginning of a message is read for acts and entities: a customer says at once what it is about, a log or a
quoted letter follows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from camdesk.bot.engine.events import WordsTyped
from camdesk.bot.utterances.acts import acts_of
from camdesk.bot.utterances.cameras import CameraNames, Mentioned, NamedCamera, Synonyms
from camdesk.bot.utterances.heard import Heard, SpeechAct
from camdesk.bot.utterances.languages import language_of
from camdesk.bot.utterances.moments import moment_of, return_of
from camdesk.bot.utterances.patterns import Token, tokens_of
from camdesk.bot.utterances.things import floor_of, lights_of, metres_of, money_of, phone_of

LONGEST = 1200  # characters that are heard


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
    text = text[:LONGEST]
    tokens = tokens_of(text)
    if not tokens:
        return Heard()
    said = acts_of(tokens)
    later = SpeechAct.LATER in said.acts
    meant = CameraNames(cameras, synonyms).named(tokens) if cameras else Mentioned()
    return Heard(
        acts=said.acts,
        danger=said.danger,
        rest=_rest(text, tokens, said.courtesy),
        cameras=meant.ids,
        perhaps=meant.perhaps,
        moment=None if later else moment_of(text, tokens, now),
        back=return_of(text, tokens, now) if later else None,
        lights=lights_of(tokens),
        metres=metres_of(text),
        floor=floor_of(text),
        money=money_of(text),
        phone=phone_of(text, phone) if phone is not None else "",
        language=language_of(text, tokens),
    )


def heard_in(event: WordsTyped, ctx: Mapping[str, Any], *, now: datetime, synonyms: Synonyms | None) -> WordsTyped:
    """The event with what its words say to the customer of `ctx` (docs/engine.md)."""
    customer = ctx.get("customer") or {}
    cameras = [
        NamedCamera(str(one["id"]), str(one.get("title") or ""), str(one.get("address") or ""))
        for one in customer.get("cameras") or ()
    ]
    found = hear(event.text, now=now, cameras=cameras, synonyms=synonyms, phone=ctx.get("phone_reader"))
    return replace(event, heard=found)


def _rest(text: str, tokens: list[Token], courtesy: frozenset[int]) -> str:
    """The text from the first word that is no courtesy to the last such word."""
    left = [token for at, token in enumerate(tokens) if at not in courtesy]
    return text[left[0].start : left[-1].end] if left else ""
