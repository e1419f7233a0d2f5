"""How long is kept what is said elsewhere too, or that nobody needs any more: letters byte for byte whose words are
messages, the texts of letters that left, what an exchange said of calls, phrases, drafts. Requests themselves, their
messages and events are not forgotten by age.

One table. A duty of the worker forgets what is due, a bounded batch of each kind at a time; what a legal hold is about
waits until it is lifted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model, Q, QuerySet

from camdesk.bot.models import Phrase
from camdesk.channels.models import CallEvent, RawLetter
from camdesk.lib import files
from camdesk.lib.failpoints import reached
from camdesk.people.models import Membership
from camdesk.privacy import holds
from camdesk.tickets.models import Delivery, Draft, OutgoingLetter, Ticket

_AT_ONCE = 200  # rows of a kind in one go
_ALL = Q()


@dataclass(frozen=True, slots=True)
class KeptFor:
    """One kind. setting: the name of its days in settings; since: the column it is that old by; due: which of the rows
    may go at all; ticket, person: how a row leads to them, for holds ("": it does not). go: takes rows by their keys,
    returns how many went."""

    name: str
    model: type[Model]
    setting: str
    since: str
    go: Callable[[list[Any]], int]
    due: Q = _ALL
    ticket: str = ""
    person: str = ""

    @property
    def days(self) -> int:
        """0: for ever."""
        return int(getattr(settings, self.setting))

    def rows(self, now: datetime) -> QuerySet[Model]:
        """Those that are to go now, the oldest first."""
        if not self.days:
            return self.model._default_manager.none()
        old = {f"{self.since}__lt": now - timedelta(days=self.days)}
        rows = self.model._default_manager.filter(self.due, **old)
        if holds.in_force().exists():
            rows = rows.exclude(pk__in=self._held())
        return rows.order_by(self.since, "pk")

    def _held(self) -> QuerySet[Model, Any]:
        """The keys of rows that a hold is about: by their request, its customer or organisation, or their person."""
        held = holds.in_force()
        persons = held.exclude(person=None).values("person_id")
        organisations = held.exclude(organisation=None).values("organisation_id")
        about = Q(pk__in=())
        if self.ticket:
            mine = Q(pk__in=held.exclude(ticket=None).values("ticket_id"))
            mine |= Q(person__in=persons) | Q(organisation__in=organisations)
            about |= Q(**{f"{self.ticket}__in": Ticket.objects.filter(mine).values("pk")})
        if self.person:
            members = Membership.objects.filter(organisation__in=organisations).values("person_id")
            about |= Q(**{f"{self.person}__in": persons}) | Q(**{f"{self.person}__in": members})
        return self.model._default_manager.filter(about).values("pk")


def _letters(keys: list[Any]) -> int:
    """The file first: a row without it is taken by the next go, a file without its row by nobody."""
    rows = RawLetter.objects.filter(pk__in=keys)
    for key in rows.values_list("storage_key", flat=True):
        files.store().delete(key)
        reached("forgot a letter's file")
    return rows.delete()[1].get("channels.RawLetter", 0)


def _texts(keys: list[Any]) -> int:
    """That a letter left, when and to whom stays."""
    return OutgoingLetter.objects.filter(pk__in=keys).update(text="", html="")


def _rows(model: type[Model]) -> Callable[[list[Any]], int]:
    def go(keys: list[Any]) -> int:
        return model._default_manager.filter(pk__in=keys).delete()[1].get(model._meta.label, 0)

    return go


_SETTLED = ~Q(state__in=(RawLetter.State.WAITING, RawLetter.State.HELD))
_LEFT = Q(delivery__state__in=(Delivery.State.SENT, Delivery.State.CAUGHT, Delivery.State.MERGED, Delivery.State.READ))

KINDS: tuple[KeptFor, ...] = (
    KeptFor(
        "letters as they came",
        RawLetter,
        "KEEP_RAW_LETTERS_DAYS",
        "received_at",
        _letters,
        due=_SETTLED,
        ticket="ticket",
    ),
    KeptFor(
        "texts of letters that left",
        OutgoingLetter,
        "KEEP_SENT_LETTERS_DAYS",
        "delivery__created_at",
        _texts,
        due=_LEFT & ~Q(text="", html=""),
        ticket="delivery__ticket",
    ),
    KeptFor(
        "what exchanges said of calls",
        CallEvent,
        "KEEP_CALL_EVENTS_DAYS",
        "received_at",
        _rows(CallEvent),
        due=Q(applied=True),
    ),
    KeptFor("phrases", Phrase, "KEEP_PHRASES_DAYS", "at", _rows(Phrase), due=Q(topic=None), ticket="ticket"),
    KeptFor("drafts", Draft, "KEEP_DRAFTS_DAYS", "saved_at", _rows(Draft), person="person"),
)


@dataclass(frozen=True, slots=True)
class Due:
    """What of one kind would go now. `oldest`: of all that there is, of the kind."""

    kind: KeptFor
    rows: int
    oldest: datetime | None


def plan(now: datetime) -> list[Due]:
    """Changes nothing."""
    found = []
    for kind in KINDS:
        first = kind.model._default_manager.order_by(kind.since).values_list(kind.since, flat=True).first()
        found.append(Due(kind, kind.rows(now).count(), first))
    return found


def forget(now: datetime) -> int:
    """A duty of the worker: a batch of each kind. Returns how many went; 0: nothing is due any more."""
    gone = 0
    for kind in KINDS:
        keys = list(kind.rows(now).values_list("pk", flat=True)[:_AT_ONCE])
        if keys:
            gone += kind.go(keys)
    return gone
