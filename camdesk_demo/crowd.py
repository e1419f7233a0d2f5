"""A big world for measuring: as many tickets as asked for, written in bulk past the deeds.

    made = crowd(tickets=100_000, now=now)

What the deeds would keep is kept here too: seq numbers, clocks, search entries, counters. Words come from the
playbook's own phrases, so searching finds common words, rare ones, and serial numbers that occur once.
"""

import random
import re
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from types import SimpleNamespace

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from camdesk.cameras import status
from camdesk.cameras.models import Camera, CameraGrant, Site, StatusSpan
from camdesk.channels.form.channel import FORM
from camdesk.lib.text import terms
from camdesk.people.models import Agent, Person, Team
from camdesk.playbook import current as playbook
from camdesk.tickets import channels, counts
from camdesk.tickets.channels import DESK
from camdesk.tickets.models import Clock, Counter, Event, Message, Rating, Ticket, TicketCamera
from camdesk.tickets.models.ticket import Turn
from camdesk_demo import bulk

_CHUNK = 5_000
_YEARS = timedelta(days=3 * 365)
_OPEN_TURNS = (Turn.US, Turn.US, Turn.US, Turn.CUSTOMER, Turn.CUSTOMER, Turn.PROVIDER, Turn.VISIT, Turn.INSTALLER)
_OPEN_PART = 0.03
_ANSWERED = timedelta(minutes=20)
_ANSWER_WITHIN, _SOLVED_WITHIN = timedelta(hours=4), timedelta(hours=70)
_STREETS = ("Мира", "Садовая", "Лесная", "Речная", "Гагарина", "Пушкина", "Советская", "Полевая", "Озёрная", "Школьная")


@dataclass(frozen=True)
class Made:
    tickets: int
    messages: int
    events: int


@dataclass(frozen=True)
class _Stage:
    """What the tickets hang on, read once."""

    persons: list[tuple[int, str, str, str]]  # id, name, phone, email
    cameras: dict[int, tuple[int, int]]  # person → (camera, site)
    agents: list[tuple[int, int]]  # agent, person
    teams: dict[str, int]
    topics: list[tuple[str, str, str]]  # id, title, team
    phrases: list[str]
    words: list[str]
    version: int
    channels: list[str]


class NoAgents(SystemExit):
    def __init__(self) -> None:
        super().__init__("camdesk: the crowd needs agents and a published playbook: build the demo world first")


def crowd(*, tickets: int, now: datetime, seed: int = 1, say: Callable[[int], None] | None = None) -> Made:
    """Adds `tickets` synthetic tickets of the three years before `now`; `say` hears how many are written.

    Raises NoAgents. Only for measuring: refuses in a real installation.
    """
    if not (settings.DEMO or settings.TESTING):
        raise SystemExit("camdesk: synthetic tickets are only made where CAMDESK_DEMO=1 is set")
    rng = random.Random(seed)
    stage = _stage(rng, tickets, now)
    writer = _Writer(stage, rng, now)
    first = (Ticket.objects.aggregate(Max("pk"))["pk__max"] or 0) + 1
    queues: Tally[str] = Tally()
    stories = writer.tickets(first, tickets)
    written = 0
    while chunk := list(islice(stories, _CHUNK)):
        with transaction.atomic():
            _write(chunk)
            for story in chunk:
                queues.update(story.queues)
            _count(queues)
        queues.clear()
        written += len(chunk)
        if say:
            say(written)
    bulk.catch_up(Ticket, Message, Event, TicketCamera, Clock, Rating)
    return Made(written, writer.messages, writer.events)


# ---------------------------------------------------------------------- the stage


def _stage(rng: random.Random, tickets: int, now: datetime) -> _Stage:
    agents = list(Agent.objects.filter(active=True).values_list("pk", "person_id"))
    try:
        version, document = playbook.current()
    except playbook.NothingPublished:
        raise NoAgents from None
    if not agents:
        raise NoAgents
    persons, cameras = _persons(rng, max(20, tickets // 40), now)
    text = document.to_json()
    phrases = [phrase for topic in document.topics.values() for phrase in (*topic.phrases, topic.symptom.ru) if phrase]
    return _Stage(
        persons=persons,
        cameras=cameras,
        agents=agents,
        teams=dict(Team.objects.values_list("slug", "pk")),
        topics=[(topic.id, topic.title.ru, topic.team) for topic in document.topics.values()],
        phrases=phrases or [topic.title.ru for topic in document.topics.values()],
        words=sorted(set(re.findall(r"[а-яё]{4,}", text))),
        version=version,
        channels=[channel.name for channel in channels.registered() if channel != DESK],
    )


def _persons(
    rng: random.Random, number: int, now: datetime
) -> tuple[list[tuple[int, str, str, str]], dict[int, tuple[int, int]]]:
    """Customers, each with a site and a camera."""
    with transaction.atomic():
        born = now - _YEARS
        persons = Person.objects.bulk_create(
            (
                Person(
                    name=f"Житель {index}",
                    phone=f"+7935{rng.randrange(10**7):07}",
                    email=f"crowd{index}@example.com",
                    created_at=born,
                )
                for index in range(number)
            ),
            batch_size=1000,
        )
        sites = Site.objects.bulk_create(
            (
                Site(address=f"улица {rng.choice(_STREETS)}, {rng.randint(1, 300)}", city="Верхнеозёрск", person=person)
                for person in persons
            ),
            batch_size=1000,
        )
        cameras = Camera.objects.bulk_create(
            (Camera(site=site, name=f"Камера {site.pk}", created_at=born) for site in sites),
            batch_size=1000,
        )
        working = (status.Reported(camera.pk, Camera.Status.ONLINE, born) for camera in cameras)
        status.record(working, source=StatusSpan.Source.API, now=now)
        grants = zip(persons, cameras, strict=True)
        CameraGrant.objects.bulk_create(
            (CameraGrant(person=person, camera=camera, created_at=born) for person, camera in grants), batch_size=1000
        )
    return (
        [(person.pk, person.name, person.phone, person.email) for person in persons],
        {person.pk: (camera.pk, camera.site_id) for person, camera in zip(persons, cameras, strict=True)},
    )


# ---------------------------------------------------------------------- one ticket


@dataclass
class _Story:
    ticket: list[object]
    messages: list[list[object]]
    events: list[list[object]]
    cameras: list[list[object]]
    clocks: list[list[object]]
    ratings: list[list[object]]
    words: str
    queues: frozenset[str]


class _Writer:
    def __init__(self, stage: _Stage, rng: random.Random, now: datetime) -> None:
        self.stage = stage
        self.rng = rng
        self.now = now
        self.messages = 0
        self.events = 0
        self._terms: dict[str, str] = {}
        self._ids = {
            model: (model.objects.aggregate(Max("pk"))["pk__max"] or 0)
            for model in (Message, Event, TicketCamera, Clock, Rating)
        }
        self._ticket = bulk.BulkRow(Ticket, turn_since=now, topic_id="", playbook_version=0, person_id=0)
        self._message = bulk.BulkRow(Message, at=now)
        self._event = bulk.BulkRow(Event, at=now)
        self._camera = bulk.BulkRow(TicketCamera)
        self._clock = bulk.BulkRow(Clock, seq=1, started_at=now)
        self._rating = bulk.BulkRow(Rating, resolution=1, at=now)

    def tickets(self, first: int, number: int) -> Iterator[_Story]:
        began = self.now - _YEARS
        step = _YEARS / (number + 1)
        for index in range(number):
            yield self._story(first + index, began + step * (index + self.rng.random()), 1 - index / number)

    def _story(self, number: int, opened: datetime, age: float) -> _Story:
        rng, stage = self.rng, self.stage
        person, name, phone, email = rng.choice(stage.persons)
        camera, site = stage.cameras[person]
        topic, title, team = stage.topics[min(int(rng.expovariate(0.09)), len(stage.topics) - 1)]
        agent, agent_person = rng.choice(stage.agents)
        # Open ones are young: a desk that keeps up has few that are older than a month.
        is_open = rng.random() < (_OPEN_PART * 8 if age < 0.1 else _OPEN_PART * 0.2)
        turn = rng.choice(_OPEN_TURNS) if is_open else Turn.NOBODY
        untouched = turn == Turn.US and rng.random() < 0.4
        texts = [self._text() for _message in range(1 if untouched else rng.choice((2, 2, 3, 3, 4, 6)))]
        happened = self._happened(number, opened, texts, person, agent_person, settled=not is_open)
        last, seq, messages, events = happened
        team_id = stage.teams.get(team)
        assignee = None if untouched else agent
        due = last + _ANSWER_WITHIN if turn == Turn.US else None
        clocks = self._clocks(number, opened, last, seq, turn, due, untouched=untouched)
        dues = [clock.due_at for clock in clocks if clock.is_live and clock.paused_at is None and clock.due_at]
        ticket = self._ticket.filled(
            number=number,
            subject=title,
            topic_id=topic,
            playbook_version=stage.version,
            channel=rng.choice(stage.channels),
            person_id=person,
            contact_name=name,
            contact_phone=phone,
            contact_email=email,
            site_id=site,
            turn=turn,
            turn_since=last,
            team_id=team_id,
            assignee_id=assignee,
            promised_at=due,
            next_due_at=min(dues, default=None),
            opened_at=opened,
            active_at=last,
            first_replied_at=None if untouched else opened + _ANSWERED,
            resolved_at=None if is_open else last,
            closed_at=last if not is_open and age > 0.01 else None,
            last_seq=seq,
            customer_seen_seq=seq,
            agent_seen_seq=seq,
        )
        cameras = [self._camera.filled(id=self._next(TicketCamera), ticket_id=number, camera_id=camera)]
        words = " ".join(self._stems(text) for text in (title, name, *texts))
        place = SimpleNamespace(turn=turn, assignee_id=assignee, team_id=team_id)
        stars = None if is_open else rng.choice((None, None, 5, 5, 4, 2))
        said = {"ticket_id": number, "stars": stars, "by_id": person, "at": last}
        rated = [self._rating.filled(id=self._next(Rating), **said)] if stars else []
        rows = [self._clock.filled(id=self._next(Clock), **_fields_of(clock)) for clock in clocks]
        cameras = cameras if rng.random() < 0.6 else []
        return _Story(ticket, messages, events, cameras, rows, rated, words, counts.queues_of(place))

    def _clocks(
        self,
        number: int,
        opened: datetime,
        last: datetime,
        seq: int,
        turn: str,
        due: datetime | None,
        *,
        untouched: bool,
    ) -> list[Clock]:
        """What runs, and what became of the answer and the solution that were promised; not every stay of a turn."""
        kinds, solve_by = Clock.Kind, opened + _SOLVED_WITHIN
        solution = Clock(kind=kinds.SOLUTION, seq=1, started_at=opened, due_at=solve_by)
        clocks = [solution]
        if not untouched:
            answered = opened + _ANSWERED
            clocks.append(
                Clock(
                    kind=kinds.FIRST_ANSWER, seq=1, started_at=opened, due_at=opened + _ANSWER_WITHIN, met_at=answered
                )
            )
        if turn == Turn.NOBODY:
            solution.met_at = last
        else:
            clocks.append(Clock(kind=turn, seq=seq, started_at=last))
        if turn == Turn.CUSTOMER:
            solution.paused_at, solution.left = last, max(solve_by - last, timedelta())
        if due is not None:
            kind = kinds.FIRST_ANSWER if untouched else kinds.NEXT_UPDATE
            clocks.append(Clock(kind=kind, seq=seq, started_at=last, due_at=due))
        for clock in clocks:
            clock.ticket_id = number
            until = clock.met_at or clock.paused_at or self.now
            if clock.due_at is not None and clock.due_at < until:
                clock.broken_at = clock.due_at
        return clocks

    def _happened(
        self, number: int, at: datetime, texts: Sequence[str], person: int, agent: int, *, settled: bool
    ) -> tuple[datetime, int, list[list[object]], list[list[object]]]:
        messages, events, seq = [], [], 0
        for turn, text in enumerate(texts):
            seq += 1
            ours = turn % 2 == 1
            by = agent if ours else person
            name = "ticket.opened" if seq == 1 else "message.sent" if ours else "message.received"
            events.append(
                self._event.filled(id=self._next(Event), ticket_id=number, seq=seq, name=name, by_id=by, at=at)
            )
            kind = Message.Kind.REPLY if ours else Message.Kind.CUSTOMER
            messages.append(
                self._message.filled(
                    id=self._next(Message),
                    ticket_id=number,
                    seq=seq,
                    kind=kind,
                    channel=DESK.name if ours else FORM.name,
                    by_id=by,
                    text=text,
                    at=at,
                )
            )
            at = min(at + timedelta(minutes=self.rng.randint(5, 600)), self.now)
        if settled:
            seq += 1
            events.append(
                self._event.filled(
                    id=self._next(Event), ticket_id=number, seq=seq, name="ticket.resolved", by_id=agent, at=at
                )
            )
        self.messages += len(messages)
        self.events += len(events)
        return at, seq, messages, events

    def _next(self, model: type) -> int:
        self._ids[model] += 1
        return self._ids[model]

    def _text(self) -> str:
        rng, words = self.rng, self.stage.words
        rare = " ".join(words[int(len(words) * rng.random() ** 2)] for _word in range(rng.randint(3, 12)))
        serial = f" SN{rng.randrange(10**9):09}" if rng.random() < 0.3 else ""
        return f"{rng.choice(self.stage.phrases)}. {rare}{serial}"

    def _stems(self, text: str) -> str:
        """The same stems the deeds would find, each word looked at once: stemming a million texts takes minutes."""
        found = self._terms
        stems = []
        for word in re.findall(r"\w+", text):
            stem = found.get(word)
            if stem is None:
                stem = " ".join(terms(word))
                if not word.startswith("SN"):
                    found[word] = stem
            stems.append(stem)
        return " ".join(filter(None, stems))


def _fields_of(clock: Clock) -> dict[str, object]:
    return {
        field.attname: value
        for field in Clock._meta.concrete_fields
        if not field.primary_key and (value := getattr(clock, field.attname)) is not None
    }


# ---------------------------------------------------------------------- writing


def _write(stories: Sequence[_Story]) -> None:
    bulk.insert(Ticket, (story.ticket for story in stories))
    bulk.insert(Event, (event for story in stories for event in story.events))
    bulk.insert(Message, (message for story in stories for message in story.messages))
    bulk.insert(Clock, (clock for story in stories for clock in story.clocks))
    bulk.insert(Rating, (rating for story in stories for rating in story.ratings))
    bulk.insert(TicketCamera, (camera for story in stories for camera in story.cameras))
    number = Ticket._meta.pk.name
    position = bulk.columns(Ticket).index(number)
    bulk.insert_search([(story.ticket[position], story.words) for story in stories])


def _count(queues: Tally[str]) -> None:
    for name, more in sorted(queues.items()):
        if not Counter.objects.filter(name=name).update(value=F("value") + more):
            Counter.objects.create(name=name, value=more)
