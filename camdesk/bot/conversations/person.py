"""A scripted person in a conversation with the bot, and the world around them both.

Whatever the bot asks they answer in their own words, and what they never say they do not know. Pure: no database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from camdesk.bot.conversations.played import KEPT, NONE, PERSON, SOLUTION, Played
from camdesk.bot.conversations.scripts import Script
from camdesk.bot.conversations.transcript import shown
from camdesk.bot.engine import DialogueState, events, reducer
from camdesk.bot.engine.effects import BotEffect, Resolve, SystemCall, ToPerson, Understand, Wait
from camdesk.bot.engine.events import AnyEvent
from camdesk.bot.engine.no_answers import OUT_OF_REACH, UNKNOWN
from camdesk.bot.engine.replies import (
    AnyReply,
    Confirmation,
    FactAsked,
    InstructionStep,
    RatingAsked,
    TopicMenu,
    TopicsOffered,
)
from camdesk.bot.engine.scope import cameras_of, mapping
from camdesk.bot.engine.walk import REST
from camdesk.bot.heard_messages import heard_in
from camdesk.bot.understanding.model import Model
from camdesk.bot.understood import matters_in, understood_as
from camdesk.lib.phones import normalise
from camdesk.playbook.document import Playbook

MAX_TURNS = 25  # of theirs: whoever has not arrived by then has left long ago
NOON = datetime(2026, 3, 17, 12, 30)  # noqa: DTZ001  of nowhere in particular, a Tuesday
NIGHT = datetime(2026, 3, 17, 23, 40)  # noqa: DTZ001


def ctx_of(script: Script, customers: Mapping[str, Any], playbook: Playbook) -> dict[str, Any]:
    who = customers[script.customer]
    phone = who["customer"].get("phone")
    rights = who["customer"].get("rights") or (["share"] if who["customer"].get("cameras") else [])
    return {
        "lang": "ru",
        "open": not script.night,
        "hours": {"now": "23:40" if script.night else "12:30", "next_open": "завтра в 8:00", "text": "с 8 до 22"},
        "promised": "завтра до 12:00" if script.night else "сегодня до 16:30",
        "awaited": "завтра до 12:00" if script.night else "сегодня до 16:30",
        "today": NOON.date().isoformat(),
        "known": {"phone": {"value": phone, "source": "account"}} if phone else {},
        "outages": [script.outage] if script.outage else [],
        "contacts": {"phone": playbook.contacts.phone},
        "phone_reader": partial(normalise, region="RU"),
        **who,
        "customer": {**who["customer"], "rights": rights},
    }


class ScriptedPerson:
    """One person in one conversation, and the world around the engine as sessions/dialogue_moves.py has it."""

    def __init__(
        self, script: Script, flows: Any, playbook: Playbook, model: Model, synonyms: Any, ctx: dict[str, Any]
    ) -> None:
        self.script = script
        self.playbook = playbook
        self.flows, self.model, self.synonyms, self.ctx = flows, model, synonyms, ctx
        self._as_the_world_is()
        self.state = DialogueState()
        self.replies: list[AnyReply] = []
        self.played = Played(script)
        self.unsaid = list(script.says)
        self.said: dict[str, int] = {}
        self.number = 0

    def _as_the_world_is(self) -> None:
        """The cameras are known to be as a look finds them: those they speak of, and those the script names."""
        customer = self.ctx["customer"]
        cameras = customer.get("cameras") or []
        verdicts = dict(self.script.check.get("cameras") or {})
        if not verdicts and (verdict := self.script.check.get("verdict")):
            words = events.WordsTyped(text=" ".join(self.script.says))
            said = heard_in(words, self.ctx, now=NOON, synonyms=self.synonyms).heard
            meant = said.cameras if said and said.cameras else [one["id"] for one in cameras if len(cameras) == 1]
            verdicts = dict.fromkeys(meant, verdict)
        known = [{**one, "status": verdicts.get(one["id"], one.get("status", ""))} for one in cameras]
        self.ctx = {**self.ctx, "customer": {**customer, "cameras": known}}

    def talk(self) -> Played:
        played, script = self.played, self.script
        if script.files:
            played.lines.append(f"— [{', '.join(script.files)}]")
            played.moves += 1
            self._send(events.FilesSent(id=self._id(), files=script.files))
            self.unsaid = self.unsaid[1:] if self.unsaid and not self.unsaid[0] else self.unsaid
        while not played.end and self.number < MAX_TURNS * 3:
            if not self._move() or played.moves > 60:
                break
        played.end = played.end or NONE
        took = played.moves
        for words in script.then:
            self._type(words)
        played.moves = took
        self._judge()
        return played

    def _judge(self) -> None:
        played, script = self.played, self.script
        heard = "\n".join(line for line in played.lines if not line.startswith("—"))
        if played.end not in script.ends:
            played.wrong.append(f"ended with {played.end}, not {' or '.join(script.ends)}")
        if played.moves > script.within:
            played.wrong.append(f"{played.moves} messages and taps, {script.within} are enough")
        missed = [one for one in script.hears if not re.search(one, heard, re.IGNORECASE)]
        met = [one for one in script.never if re.search(one, heard, re.IGNORECASE)]
        played.wrong += [f"never heard «{one}»" for one in missed]
        played.wrong += [f"heard «{one}»" for one in met]

    # ---------------------------------------------------------------- the person

    def _move(self) -> bool:
        """Answers what is asked now, else says the next thing. False: they have nothing left to say."""
        if not self.state.turn and self.unsaid:
            return self._type(self.unsaid.pop(0))
        asked = next((one for one in reversed(self.replies) if isinstance(one, _ASKS)), None)
        if self.unsaid and not (isinstance(asked, TopicsOffered) and self._meant(asked)):
            return self._type(self.unsaid.pop(0))
        if isinstance(asked, FactAsked):
            return self._answer(asked)
        if isinstance(asked, InstructionStep):
            return self._do_step(asked)
        if isinstance(asked, Confirmation):
            return self._confirm(asked)
        if isinstance(asked, TopicsOffered):
            return self._choose(asked)
        if isinstance(asked, TopicMenu):
            return self._find_in_menu()
        return False

    def _answer(self, asked: FactAsked) -> bool:
        known = self.script.answers.get(asked.fact)
        if known is not None:
            words = known if isinstance(known, list) else [known]
            at = self.said.get(asked.fact, 0)
            self.said[asked.fact] = at + 1
            if at < len(words):
                return self._type(words[at])
        if asked.fact in self.script.presses:
            return self._press(self.script.presses[asked.fact], asked)
        if asked.input in ("camera", "cameras") and asked.ticked:
            return self._press(list(asked.ticked), asked)
        if asked.input in ("camera", "cameras"):
            listed = [str(one["id"]) for one in cameras_of(self.ctx)]
            return self._press(listed[:1], asked, taps=2)
        if asked.optional:
            return self._tap("[Пропустить]", events.Skipped(id=self._id()))
        unknown = next((one.value for one in asked.options if one.value in (*UNKNOWN, *OUT_OF_REACH)), None)
        if unknown is not None:
            return self._press(unknown, asked)
        return self._type("не знаю")

    def _confirm(self, asked: Confirmation) -> bool:
        words = self._knows(asked.text, "yes" if asked.question == "close" else "no")
        if words == "yes":
            return self._tap(f"[{asked.yes}]", events.SaidYes(id=self._id(), question=asked.question))
        if words == "no":
            return self._tap(f"[{asked.no}]", events.SaidNo(id=self._id(), question=asked.question))
        return self._type(words)

    def _knows(self, asked: str, otherwise: str = "no") -> str:
        """What they answer to this yes-or-no question: "yes", "no" or words."""
        found = (words for pattern, words in self.script.confirms.items() if re.search(pattern, asked, re.I))
        return next(found, otherwise)

    def _do_step(self, asked: InstructionStep) -> bool:
        """Who is helped by it does what they are told, step by step, or looks at all of it at once; who is not says at
        the first step that it did not work."""
        frame = self.state.frames[-1]
        asks = self.flows[frame.flow].by_id[frame.step].confirm
        words = self._knows(asks.get("en" if self.state.lang == "en" else "ru"))
        if words == "no":
            return self._tap(f"[{asked.no}]", events.SaidNo(id=self._id(), question=asked.question))
        if words != "yes":
            return self._type(words)
        if self.script.presses.get("step") == REST and asked.rest:
            return self._tap(f"[{asked.rest}]", events.Answered(id=self._id(), value=REST, question=asked.question))
        return self._tap(f"[{asked.yes}]", events.SaidYes(id=self._id(), question=asked.question))

    def _meant(self, asked: TopicsOffered) -> str:
        return next((one.topic for one in asked.topics if one.topic in self.script.topics), "")

    def _choose(self, asked: TopicsOffered) -> bool:
        topic = self._meant(asked)
        if topic:
            title = next(one.title for one in asked.topics if one.topic == topic)
            return self._tap(f"[{title}]", events.Switched(id=self._id(), topic=topic))
        if asked.sure:
            return self._tap("[Нет, другое]", events.SaidNo(id=self._id()))
        self.played.wrong.append(f"offered {', '.join(one.topic for one in asked.topics)}")
        return self._tap("[Позвать человека]", events.OperatorCalled(id=self._id()))

    def _find_in_menu(self) -> bool:
        if not self.script.topics:
            return False
        self.played.wrong.append("was left with the list of topics")
        self.played.moves += 1  # the section, then the topic
        return self._tap(f"[{self.script.topics[0]}]", events.Switched(id=self._id(), topic=self.script.topics[0]))

    def _type(self, words: str) -> bool:
        self.played.lines.append(f"— {words}")
        self.played.moves += 1
        self._send(events.WordsTyped(id=self._id(), text=words))
        return True

    def _press(self, value: Any, asked: FactAsked, taps: int = 1) -> bool:
        values = value if isinstance(value, list) else [value]
        labels = {one.value: one.label for one in asked.options}
        several = asked.input in ("choices", "cameras", "camera")
        answer = events.Answered(id=self._id(), value=values if several else values[0], question=asked.question)
        return self._tap(f"[{', '.join(labels.get(str(one), str(one)) for one in values)}]", answer, taps)

    def _tap(self, shown: str, event: AnyEvent, taps: int = 1) -> bool:
        self.played.lines.append(f"— {shown}")
        self.played.moves += taps
        self._send(event)
        return True

    def _id(self) -> str:
        self.number += 1
        return f"m{self.number}"

    # ---------------------------------------------------------------- the bot and the world

    def _send(self, event: AnyEvent) -> None:
        self.replies = []
        waiting: list[AnyEvent] = [event]
        while waiting:
            one = waiting.pop(0)
            if isinstance(one, events.WordsTyped):
                now = NIGHT if self.script.night else NOON
                one = heard_in(one, self.ctx, now=now, synonyms=self.synonyms)
            self.state, replies, effects = reducer.play(self.flows, self.state, one, self.ctx)
            self.replies += replies
            self.played.lines += [f"  {line}" for reply in replies if (line := shown(reply))]
            if self.state.settled:
                self._ended(SOLUTION)
            waiting += [answer for effect in effects if (answer := self._world(effect)) is not None]

    def _world(self, effect: BotEffect) -> AnyEvent | None:
        if isinstance(effect, SystemCall):
            return events.CallAnswered(id=f"call-{effect.call}", call=effect.call, value=self._answers(effect))
        if isinstance(effect, Understand):
            return understood_as(matters_in(effect, self.playbook, self.model), effect.token)
        if isinstance(effect, ToPerson):
            self._ended(PERSON)
        elif isinstance(effect, Resolve):
            self._ended(SOLUTION)
        elif isinstance(effect, Wait) or (effect.kind == "timer" and self.state.promised):
            self._ended(KEPT)
        return None

    def _answers(self, effect: SystemCall) -> Mapping[str, Any]:
        if effect.name == "check":
            return self._seen(effect)
        account = mapping(self.ctx["customer"].get("account"))
        return {"added": True, **account, "verdict": "blocked" if account.get("blocked") else "ok"}

    def _seen(self, effect: SystemCall) -> Mapping[str, Any]:
        """What a look finds (sessions/checks.py)."""
        cameras = [str(one) for one in effect.args.get("cameras") or ()]
        if self.state.frames[-1].phase == "close":  # they say that it works, and so it does
            return {"verdict": "online", "cameras": dict.fromkeys(cameras, "online")}
        found = {"verdict": "unknown", "summary": "данных пока нет", "neighbours": 0, **self.script.check}
        verdicts = found.get("cameras") or dict.fromkeys(cameras, found["verdict"])
        request = next((one for one in self.ctx.get("requests") or () if set(one["cameras"]) & set(cameras)), None)
        return {**found, "cameras": verdicts, "request": request}

    def _ended(self, end: str) -> None:
        self.played.end = self.played.end or end


_ASKS = (FactAsked, Confirmation, TopicsOffered, RatingAsked, TopicMenu)
