"""Stories become tickets by the very deeds that the product does, in the order of their time."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from camdesk.bot.models import Session
from camdesk.cameras.models import Camera
from camdesk.channels import inbound
from camdesk.channels.chat.channel import CHAT
from camdesk.channels.inbound import Came, Matter
from camdesk.channels.mail.channel import MAIL
from camdesk.people.models import Person, Team
from camdesk.playbook.document import Playbook
from camdesk.tickets import assignment, channels, conversation, promises, ratings, resolution, uploads
from camdesk.tickets.conversation import CustomerWords
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.search import index
from camdesk.tickets.timeline import deed, record
from camdesk_demo.exhibits import exhibit
from camdesk_demo.populate import Town
from camdesk_demo.stories.language import Story, StoryStep

_DAYS = 31  # of closing what was settled long enough ago

Happening = tuple[datetime, int, int, Callable[[], None]]


class Teller:
    def __init__(self, town: Town, document: Playbook, *, now: datetime) -> None:
        self.town = town
        self.document = document
        self.now = now
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.tickets: dict[int, Ticket] = {}  # by the number of the story; a follow-up takes the place

    def tell(self, stories: Iterable[Story], also: Iterable[Happening] = ()) -> None:
        """Everything up to now, all stories interwoven: ticket numbers then grow with time, as they do in life.
        `also`: what happens beside the stories."""
        happenings = [
            happening for number, story in enumerate(stories) for happening in self._happenings(number, story)
        ]
        happenings += also
        happenings += [
            (night, 1_000_000, 0, partial(self._close, night))
            for day in range(_DAYS, 0, -1)
            if (night := self._at(day, "03:00")) <= self.now
        ]
        for at, _number, _order, happen in sorted(happenings, key=lambda one: one[:3]):
            if at <= self.now:
                happen()
        self._mark_seen()

    def _happenings(self, number: int, story: Story) -> list[Happening]:
        opened = self._at(story.days, story.clock) if story.clock else self.now - timedelta(minutes=story.ago)
        found: list[Happening] = [(opened, number, 0, partial(self._open, number, story, opened))]
        for order, step in enumerate(story.then, 1):
            at = opened + timedelta(minutes=step.minutes)
            found.append((at, number, order, partial(self._step, number, story, step, at)))
        return found

    def _at(self, days: int, clock: str) -> datetime:
        day = self.now.astimezone(self.zone).date() - timedelta(days=days)
        return datetime.combine(day, time.fromisoformat(clock), self.zone)

    def _open(self, number: int, story: Story, at: datetime) -> None:
        person = self.town.people[story.who]
        cameras = [self._camera(story.who, name) for name in story.cameras]
        site = cameras[0].site if cameras else self.town.sites.get(story.address)
        author = self.town.agents[story.taken_by].person if story.taken_by else person
        came = Came(
            channel=story.channel,
            person=person,
            text=story.text,
            files=self._files(story.files, author, at),
            proven=story.verified,
            entered_by=author,
        )
        matter = Matter(
            topic=self.document.topic(story.ref).id,  # type: ignore[union-attr]
            contact_name=person.name,
            contact_phone=person.phone,
            contact_email=person.email,
            subject=story.subject,
            address=story.address,
            organisation=self.town.organisation_of.get(story.who),
            site=site,
            facts=dict(story.facts),
            cameras=cameras,
            camera_facts={camera.pk: dict(story.camera_facts) for camera in cameras},
            with_bot=story.turn == Turn.BOT,
        )
        ticket = self.tickets[number] = inbound.open(came, matter, now=at).ticket
        # What the bot said is told by the story: there is no state of the engine that it could go on from.
        Session.objects.filter(ticket=ticket).delete()

    def _camera(self, who: str, name: str) -> Camera:
        if " / " in name:
            address, name = name.split(" / ")
            return self.town.cameras[address, name]
        return next(
            self.town.cameras[address, name]
            for address in self.town.addresses_of[who]
            if (address, name) in self.town.cameras
        )

    def _files(self, names: Iterable[str], by: Person, at: datetime) -> list[str]:
        return [
            uploads.take_in(exhibit(name, at=at.astimezone(self.zone)), name=name, by=by, now=at).pk for name in names
        ]

    def _step(self, number: int, story: Story, step: StoryStep, at: datetime) -> None:
        ticket = self.tickets[number]
        agent = self.town.agents[step.by] if step.by else None
        by: Any = agent.person if agent else self.town.people[story.who]
        files = self._files(step.files, by, at)
        match step.kind:
            case "reply":
                keep = bool(step.value)
                conversation.reply(ticket=ticket, text=step.text, by=by, now=at, files=files, keep_turn=keep)
            case "receive":
                channel = story.channel if channels.get(story.channel).signed_in else MAIL.name
                self._customer_said(ticket, Came(channel=channel, person=by, text=step.text, files=files), at)
            case "bot":
                self._bot_said(ticket, step.text, at)
            case "note":
                conversation.note(ticket=ticket, text=step.text, by=by, now=at)
            case "assign":
                assignment.assign(ticket=ticket, to=self.town.agents[str(step.value)], by=by, now=at)
            case "route":
                assignment.route(ticket=ticket, team=Team.objects.get(slug=step.value), by=by, now=at)
            case "turn":
                assignment.pass_turn(ticket=ticket, turn=str(step.value), by=by, now=at)
            case "promise":
                promises.promise(ticket=ticket, at=at + timedelta(hours=int(step.value)), by=by, now=at)
            case "resolve":
                resolution.resolve(ticket=ticket, by=by, now=at)
            case "rate":
                ratings.rate(ticket=ticket, stars=int(step.value), comment=step.text, by=by, now=at)
            case "follow_up":
                came = Came(channel=story.channel, person=by, text=step.text)
                self.tickets[number] = inbound.say(came, ticket, now=at).ticket

    def _customer_said(self, ticket: Ticket, came: Came, at: datetime) -> None:
        if Ticket.objects.get(pk=ticket.pk).turn != Turn.BOT:
            inbound.say(came, ticket, now=at)
            return
        with deed(ticket.pk, now=at) as locked:
            conversation.add_locked(locked, CustomerWords(by=came.person, channel=came.channel, text=came.text), now=at)

    def _bot_said(self, ticket: Ticket, text: str, at: datetime) -> None:
        with deed(ticket.pk, now=at) as locked:
            event = record(locked, "message.sent", by=None, now=at, channel=CHAT.name)
            Message.objects.create(
                ticket=locked, seq=event.seq, kind=Message.Kind.BOT, channel=CHAT.name, text=text, at=at
            )
            index.add(locked.pk, [text])

    def _close(self, at: datetime) -> None:
        resolution.close_settled(now=at)

    def _mark_seen(self) -> None:
        """What is older than two hours has been read on both sides, as far as anybody can tell."""
        for ticket in Ticket.objects.filter(active_at__lt=self.now - timedelta(hours=2)):
            conversation.seen_by_customer(ticket, seq=ticket.last_seq)
            conversation.seen_by_agents(ticket, seq=ticket.last_seq)


def local(at: datetime) -> datetime:
    return timezone.localtime(at, ZoneInfo(settings.TIME_ZONE))
