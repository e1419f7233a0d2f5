"""kill -9 of a worker that holds a lease, for every kind of work that waits in a table: whoever inherits Leased stands
in KINDS and is killed here."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from PIL import Image

from camdesk.bot.engine.events import Began
from camdesk.bot.models import Alarm
from camdesk.bot.sessions import duties
from camdesk.bot.sessions.effects import play_out
from camdesk.channels import deliveries, updates
from camdesk.channels.chat.new_chat import start_chat
from camdesk.channels.mail.incoming import dispatch, letter_scans
from camdesk.channels.mail.incoming.raw_store import store
from camdesk.channels.mail.outgoing import deliver
from camdesk.channels.models import CallBack, LetterScan, RawLetter, RawUpdate
from camdesk.channels.phone import call_backs
from camdesk.lib import children, failpoints, leases
from camdesk.lib.leases import Leased, Patience
from camdesk.outages import lifecycle, notices
from camdesk.outages.models import Notice
from camdesk.tickets import previews, scanning, uploads
from camdesk.tickets.models import Attachment, Delivery, Event, FileScan, Message, PreviewJob
from tests.deeds.channels.letters import letter
from tests.deeds.channels.test_mail_at_once import at_once
from tests.deeds.channels.test_updates import registered as telex_registered
from tests.deeds.channels.test_updates import said as telex_says
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.faults.killing import killed_at
from tests.scanners import FakeScanner
from tests.untrained import untrained  # noqa: F401

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Kind:
    """`wait`: makes two rows that are due now, and done at the first try. `given_up`: how it looks when one of them is
    given up, its work undone."""

    model: type[Leased]
    wait: Callable[[Any, datetime], object]
    duty: Callable[[datetime], object]
    patience: Patience
    given_up: Callable[[], bool]


def letters_wait(world: Any, now: datetime) -> None:
    for number in range(2):
        store(
            letter(f"{number}", sender=f"a{number}@b{number}.example", message_id=f"<{number}@x>"), mailbox="t", now=now
        )


def alarms_wait(world: Any, now: datetime) -> None:
    for number, person in enumerate([world.anna, world.oleg]):
        ticket = start_chat(person=person, topic="camera-offline", key=f"k{number}", language="ru", now=now)
        play_out(ticket=ticket, event=Began(id="e", topic="camera-offline"), now=now)
    Alarm.objects.exclude(name="remind").delete()
    Alarm.objects.update(next_try_at=now)


def notices_wait(world: Any, now: datetime) -> None:
    for title in ("Один", "Два"):
        then = now - 2 * notices.STRAGGLERS
        lifecycle.close(outage=outage_of(world, then, title_ru=title), by=world.leo, now=then)


def call_backs_wait(world: Any, now: datetime) -> None:
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    for number in range(2):
        until = now + timedelta(hours=1)
        phone = f"+7935000000{number}"
        call_backs.ask(phone=phone, wanted_from=now, wanted_until=until, by=None, now=now, ticket=ticket)


def files_wait(world: Any, now: datetime) -> None:
    for number in range(2):
        file = uploads.receive_stream([b"hello"], name=f"{number}.txt", by=world.anna, now=now)
        FileScan.objects.create(file=file, next_try_at=now)


def pictures_wait(world: Any, now: datetime) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 36), "navy").save(out, "PNG")
    for number in range(2):
        file = uploads.receive_stream([out.getvalue()], name=f"{number}.png", by=world.anna, now=now)
        PreviewJob.objects.create(file=file, next_try_at=now)
    Attachment.objects.update(scan=Attachment.Scan.CLEAN)


def scan_files(now: datetime) -> None:
    """Both lanes of the worker."""
    scanning.scan_attachments(now)
    scanning.scan_attachments_again(now)


def scan_letters(now: datetime) -> None:
    letter_scans.scan_letters(now)
    letter_scans.scan_letters_again(now)


def draw_two(now: datetime) -> None:
    """One at a time, as the worker's loop calls the duty while it finds something."""
    previews.draw_wanted(now)
    previews.draw_wanted(now)


def raw_letters_wait(world: Any, now: datetime) -> None:
    for number in range(2):
        row = store(letter(f"{number}", message_id=f"<{number}@x>"), mailbox="t", now=now).letter
        LetterScan.objects.create(letter=row, next_try_at=now)


def updates_wait(world: Any, now: datetime) -> None:
    for number in range(2):
        updates.keep("telex", telex_says("Нет картинки", sender=str(number), first=number), now=now)


def deliveries_wait(world: Any, now: datetime) -> None:
    for person, to in ((world.anna, "anna@example.org"), (world.oleg, "oleg@example.org")):
        open_ticket(new(world, contact_email=to), by=person, now=now)


def one(rows: Any) -> bool:
    return bool(rows.count() == 1)


KINDS = [
    Kind(
        RawLetter,
        letters_wait,
        dispatch.take_in_due,
        dispatch._PATIENCE,
        lambda: one(RawLetter.objects.filter(state="unread", message__attachments__name="letter.eml")),
    ),
    Kind(
        Alarm,
        alarms_wait,
        duties.ring_alarms,
        duties._PATIENCE,
        lambda: one(Message.objects.filter(text__startswith="Вы ещё здесь?")) and not Alarm.objects.exists(),
    ),
    Kind(
        Notice,
        notices_wait,
        notices.carry_on,
        notices._PATIENCE,
        lambda: one(Notice.objects.filter(done_at__isnull=False).exclude(last_error="")),
    ),
    Kind(
        CallBack,
        call_backs_wait,
        call_backs.remind,
        call_backs._PATIENCE,
        lambda: (
            one(Event.objects.filter(name="callback.due")) and not CallBack.objects.filter(reminded_at=None).exists()
        ),
    ),
    Kind(
        FileScan,
        files_wait,
        scan_files,
        scanning._PATIENCE,
        lambda: one(Attachment.objects.filter(scan="unknown")),
    ),
    Kind(
        PreviewJob,
        pictures_wait,
        draw_two,
        previews._PATIENCE,
        lambda: one(Attachment.objects.filter(preview_state="failed")),
    ),
    Kind(
        LetterScan,
        raw_letters_wait,
        scan_letters,
        scanning._PATIENCE,
        lambda: one(RawLetter.objects.filter(scan="unknown")),
    ),
    Kind(
        RawUpdate,
        updates_wait,
        updates.take_in_due,
        updates._PATIENCE,
        lambda: one(RawUpdate.objects.filter(state="unread").exclude(last_error="")),
    ),
    Kind(
        Delivery,
        deliveries_wait,
        deliver.deliver_due,
        deliveries.PATIENCE,
        lambda: one(Event.objects.filter(name="delivery.failed")) and one(Delivery.objects.filter(state="failed")),
    ),
]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.model.__name__)


@pytest.fixture(autouse=True)
def around(settings: Any, data_folder: Any, untrained: Any, monkeypatch: Any) -> Iterator[None]:  # noqa: F811
    telex_registered(monkeypatch, buttons=False)
    with FakeScanner() as scanner:
        settings.SCANNER, settings.EMAIL_URL = scanner.url, ""
        yield
    failpoints.listener = None
    children.end_all()


def waits(kind: Kind) -> set[Any]:
    return set(leases.waiting(kind.model._default_manager.all()).values_list("pk", flat=True))


def attempts_of(kind: Kind) -> dict[Any, int]:
    return dict(kind.model._default_manager.values_list("pk", "attempts"))


def leased(kind: Kind, now: datetime, *, poison: object = None) -> list[Any]:
    """Runs the duty; the rows it claimed, in their order. Over `poison` it fails."""
    claimed: list[Any] = []
    seen = attempts_of(kind)

    def listen(point: str) -> None:
        if point == f"{kind.model._meta.label} leased":
            found = attempts_of(kind)
            claimed.extend(pk for pk in found if found[pk] > seen.get(pk, 0))
            seen.update(found)
            if claimed[-1] == poison:
                raise RuntimeError("poison")

    failpoints.listener = listen
    try:
        kind.duty(now)
    finally:
        failpoints.listener = None
    return claimed


def killed(kind: Kind, now: datetime) -> Any:
    """The row over which a worker died; another time it is looked for anew."""
    killed_at(f"{kind.model._meta.label} leased", lambda: kind.duty(now))
    return kind.model._default_manager.values_list("pk", flat=True).get(leased_until__gt=now)


def row_of(kind: Kind, pk: object) -> Leased:
    return kind.model._default_manager.get(pk=pk)


def test_everything_that_is_leased_is_killed_here():
    ours = {model for model in apps.get_models() if issubclass(model, Leased)}
    assert ours == {kind.model for kind in KINDS}
    assert len(KINDS) == len(ours) >= 7


@every_kind
def test_what_a_dead_worker_had_is_taken_up_once_when_its_lease_has_ended(world, now, kind):
    kind.wait(world, now)
    both = waits(kind)
    assert len(both) == 2
    dead = killed(kind, now)
    (other,) = both - {dead}
    assert (row_of(kind, dead).attempts, row_of(kind, other).attempts) == (1, 0)
    almost = now + kind.patience.lease - SECOND
    assert leased(kind, almost) == [other], "the dead worker's row is under its lease, and keeps no other back"
    assert waits(kind) & both == {dead}
    over = now + max(kind.patience.lease, kind.patience.pause_after(1)) + SECOND
    assert leased(kind, over) == [dead]
    assert waits(kind) & both == set()
    assert leased(kind, over) == []


@every_kind
def test_each_death_counts(world, now, kind):
    kind.wait(world, now)
    first, moment = killed(kind, now), now
    kind.model._default_manager.exclude(pk=first).update(next_try_at=now + timedelta(days=9))
    for deaths in range(1, min(3, kind.patience.tries)):
        moment += max(kind.patience.lease, kind.patience.pause_after(deaths)) + SECOND
        assert killed(kind, moment) == first
        assert row_of(kind, first).attempts == deaths + 1


@every_kind
def test_what_kills_every_worker_is_given_up_and_stops_no_other(world, now, kind):
    kind.wait(world, now)
    both = waits(kind)
    kind.model._default_manager.update(attempts=kind.patience.tries - 1)
    dead = killed(kind, now)
    kind.model._default_manager.exclude(pk=dead).update(attempts=0)
    later = now + max(kind.patience.lease, kind.patience.pauses[-1]) + SECOND
    assert set(leased(kind, later)) == both, "both are claimed, one of them only to be given up"
    assert waits(kind) & both == set()
    assert kind.given_up()


@every_kind
def test_what_fails_every_time_is_given_up_after_so_many_tries_and_stops_no_other(world, now, kind):
    kind.wait(world, now)
    both = sorted(waits(kind), key=str)
    poison, moment, tries = both[0], now, 0
    assert set(leased(kind, now, poison=poison)) == set(both)
    assert waits(kind) & set(both) == {poison}, "the other is done meanwhile"
    row = row_of(kind, poison)
    assert (row.attempts, row.leased_until, row.last_error) == (1, None, "a fault of ours: RuntimeError")
    tries += 1
    while poison in waits(kind) and tries <= kind.patience.tries:
        moment = row_of(kind, poison).next_try_at
        assert poison not in leased(kind, moment - SECOND, poison=poison), "it rests first"
        assert poison in leased(kind, moment, poison=poison)
        tries += 1
    assert tries == kind.patience.tries
    assert poison not in waits(kind)
    assert kind.given_up()


@every_kind
def test_two_workers_never_have_the_same_row(world, now, kind):
    kind.wait(world, now)
    both, claims = waits(kind), []
    failpoints.listener = lambda point: claims.append(point) if point.endswith(" leased") else None

    def work() -> None:
        kind.duty(now)
        connection.close()

    at_once(work, work, work)
    assert len(claims) == 2
    assert waits(kind) & both == set()
