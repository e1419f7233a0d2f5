"""Whatever is queued, gathered, read, refused, taken back or killed in between: each letter leaves, leaves within
another, was read, or has visibly failed; and within a request nothing newer leaves before what is older."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camdesk.channels.mail.outgoing import deliver, digest_rows, smtp_client
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.tickets import conversation, promises, resolution
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk.tickets.outbox import queue_letter, send_again
from tests.deeds.tickets.test_opening import new, open_ticket

MARKS = ("gathering", "gathered", "tickets.Delivery leased", "composed", "sent", "settled")
REQUESTS = 3
_request = st.integers(0, REQUESTS - 1)
_outcome = st.sampled_from(["taken", "taken", "taken", "not now", "refused", "away", *MARKS])
STEP = st.one_of(
    st.tuples(st.just("open")),
    st.tuples(st.just("say"), _request, st.sampled_from(["ira", "leo"]), st.sampled_from(["mail", "chat"])),
    st.tuples(st.just("promise"), _request),
    st.tuples(st.just("resolve"), _request),
    st.tuples(st.just("tell"), _request),
    st.tuples(st.just("send again"), st.integers(0, 30)),
    st.tuples(st.just("take back"), _request),
    st.tuples(st.just("read"), _request),
    st.tuples(st.just("wait"), st.sampled_from([5, 29, 31, 59, 61, 299, 301, 899, 901])),
    st.tuples(st.just("work"), st.lists(_outcome, min_size=1, max_size=4)),
)


class Killed(BaseException):
    pass


class Office:
    """The desk, its worker and a mail server; the test is the clock and the bad luck."""

    def __init__(self, world, now: datetime) -> None:
        self.world, self.now, self.ahead = world, now, 0
        self.luck: list[str] = []
        self.left: list[int] = []  # the letters the server took, in order
        self.seen: set[int] = set()
        self.again: set[int] = set()  # those an agent sent again: they leave when that is asked, behind newer ones
        self.tickets: list[Ticket] = [self._opened() for _ in range(REQUESTS)]

    def do(self, step: tuple) -> None:
        what, *how = step
        with suppress(resolution.TooLateToUndo, conversation.Closed):
            getattr(self, f"_{what.replace(' ', '_')}")(*how)
        self.seen |= set(Delivery.objects.values_list("pk", flat=True))

    def _opened(self) -> Ticket:
        return open_ticket(new(self.world), by=self.world.anna, now=self.now).ticket

    def _open(self) -> None:
        self._opened()

    def _say(self, which: int, by: str, channel: str) -> None:
        self.ahead += 1
        conversation.reply(
            ticket=self.tickets[which], text=f"words-{self.ahead};", by=getattr(self.world, by), now=self.now,
            channel=channel,
        )  # fmt: skip

    def _promise(self, which: int) -> None:
        self.ahead += 1
        at = self.now + timedelta(hours=26, minutes=self.ahead)
        with suppress(promises.Settled):
            promises.promise(ticket=self.tickets[which], at=at, by=self.world.ira, now=self.now)

    def _resolve(self, which: int) -> None:
        resolution.resolve(ticket=self.tickets[which], by=self.world.ira, now=self.now)

    def _tell(self, which: int) -> None:
        self.ahead += 1
        text = f"Здравствуйте!\n\nwords-{self.ahead};"
        ticket = self.tickets[which]
        queue_letter(kind="notice", to=ticket.contact_email, ticket=ticket, subject="Сбой", text=text, now=self.now)

    def _send_again(self, which: int) -> None:
        failed = list(Delivery.objects.filter(state="failed").order_by("pk"))
        if failed:
            self.again.add(failed[which % len(failed)].pk)
            send_again(delivery=failed[which % len(failed)], by=self.world.leo, now=self.now)

    def _take_back(self, which: int) -> None:
        resolution.take_back(ticket=self.tickets[which], by=self.world.ira, now=self.now)

    def _read(self, which: int) -> None:
        ticket = Ticket.objects.get(pk=self.tickets[which].pk)
        conversation.seen_by_customer(ticket, seq=ticket.last_seq)

    def _wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def _work(self, luck: list[str]) -> None:
        self.luck = list(luck)
        with suppress(Killed):
            deliver_due(self.now)

    # --- as the worker sees the world

    def reached(self, mark: str) -> None:
        if self.luck and self.luck[0] == mark:
            self.luck.pop(0)
            raise Killed(mark)

    def ready(self) -> None:
        pass

    def send(self, *, sender: str, to: str, letter: bytes) -> None:
        luck = self.luck.pop(0) if self.luck and self.luck[0] not in MARKS else "taken"
        if luck == "refused":
            raise smtp_client.LetterRefused("550 no such mailbox")
        if luck == "not now":
            raise smtp_client.NotNow("451 later")
        if luck == "away":
            raise smtp_client.ServerAway("gone")
        self.left.append(int(letter))

    def __enter__(self) -> "Office":
        return self

    def __exit__(self, *_error: object) -> None:
        pass


def judge(office: Office) -> None:
    rows = {one.pk: one for one in Delivery.objects.select_related("message", "letter__merged_into__delivery")}
    gone = office.seen - set(rows)
    assert not gone, "only what was taken back may go, and it is forgotten below"
    place: dict[int, int] = {}
    for pk, row in rows.items():
        carrier = row.letter.merged_into.delivery if row.state == "merged" else row
        assert carrier.state in ("sent", "failed", "read"), (row.kind, row.state, carrier.state)
        if row.message and row.kind == "reply" and carrier.state == "sent":
            assert row.message.text in carrier.letter.text
        if carrier.state == "sent":
            place[pk] = office.left.index(carrier.pk)
        if carrier.state == "failed" and row.ticket_id:
            assert Event.objects.filter(
                ticket=row.ticket_id, name="delivery.failed", particulars__delivery=carrier.pk
            ).exists()
        if row.state == "read":
            assert row.message.seq <= Ticket.objects.get(pk=row.ticket_id).customer_seen_seq
    for pk, row in rows.items():
        if row.state == "merged" and row.letter.merged_into.delivery.kind == "reply":
            continue  # what an agent adds within the minute leaves early, in the letter of their words before
        before = (one for one in place if one < pk and one not in office.again)
        older = [place[one] for one in before if rows[one].ticket_id == row.ticket_id and row.ticket_id]
        assert pk not in place or not older or max(older) <= place[pk], f"{row.kind} {pk} was overtaken"


@pytest.fixture
def with_luck(monkeypatch, settings):
    """Puts an office in the place of the mail server, and of the marks a worker passes."""
    settings.EMAIL_URL = "smtp://mail.example"

    def put(office: Office) -> None:
        monkeypatch.setattr(smtp_client, "Connection", lambda *_args, **_more: office)
        monkeypatch.setattr(deliver, "write", lambda delivery: b"%d" % delivery.pk)
        for module in (deliver, digest_rows):
            monkeypatch.setattr(module, "reached", office.reached)

    return put


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=5, max_size=40))
def test_no_letter_is_lost_or_overtaken(world, now, with_luck, steps):
    with transaction.atomic():
        office = Office(world, now)
        with_luck(office)
        for step in steps:
            office.do(step)
            if step[0] == "take back":
                office.seen &= set(Delivery.objects.values_list("pk", flat=True))
        for _round in range(40):
            office.now += timedelta(minutes=31)
            office.do(("work", ["taken"]))
            if not Delivery.objects.filter(state="waiting").exists():
                break
        judge(office)
        transaction.set_rollback(True)
