"""Letters as they come and leave: each condition has the row that only it keeps out (tests/rows.py)."""

from types import SimpleNamespace

import pytest

from camdesk.channels import deliveries, updates
from camdesk.channels.mail.incoming import fair_queueing, in_copy, machine_letters, person_letters
from camdesk.channels.mail.incoming import threading_without_token as threading
from camdesk.channels.mail.incoming.mail_loops import MACHINE_LETTERS_PER_TICKET
from camdesk.channels.mail.outgoing import digest_rows, wire_format
from camdesk.channels.models import RawLetter, RawUpdate
from camdesk.tickets.models import Delivery, Message, Ticket
from tests import rows
from tests.rows import DAY, HOUR, MINUTE, NEW, Query, Scene, delivery, event, keys, message, proven
from tests.rows import scene as scene

THEIRS = "theirs@mail.example.net"  # a Message-ID


def letter(at: Scene, **changes) -> RawLetter:
    meant = {"digest": "0" * 64, "mailbox": "smtp", "sender": NEW, "source": "@example.net", "letter_id": THEIRS}
    where = {"storage_key": "k", "size": 100, "received_at": at.now, "next_try_at": at.now}
    return RawLetter.objects.create(**meant | where | changes)


def answering(at: Scene, **changes):
    """A letter that answers theirs and names both requests."""
    said = {"in_reply_to": THEIRS, "references": [], "automatic": False, "subject": "Новая тема"}
    said["reply_text"] = f"№ {at.ticket.pk} и № {at.other.pk}"
    return SimpleNamespace(sender=SimpleNamespace(address=NEW, name=""), **said | changes)


def elsewhere(at: Scene):
    return {"ticket": at.other}


def waits_behind(at: Scene):
    return fair_queueing.FairQueue([NEW], now=at.now).place(NEW).turn


def is_held(at: Scene):
    return fair_queueing.FairQueue([NEW], now=at.now, most=1).place(NEW).held


def copied(at: Scene, *, ticket=None, **changes):
    into = message(at, data={"copied": [NEW]}, ticket=ticket or at.ticket)
    letter(at, **{"state": "taken", "ticket": ticket or at.ticket, "message": into} | changes)


def bounced(at: Scene):
    machine_letters._letter_failed(at.ticket, NEW, ())
    return Delivery.objects.filter(state="failed").count()


def returned(at: Scene):
    machine_letters._letter_failed(at.ticket, "nobody@example.net", (THEIRS,))
    return Delivery.objects.filter(state="failed").count()


def noted(at: Scene):
    """Whether another automatic letter is noted, and says that it is the last one."""
    for number in range(MACHINE_LETTERS_PER_TICKET - 2):
        event(at, name="letter.automatic", seq=60 + number)
    row = letter(at, digest="1" * 64)
    words = SimpleNamespace(reply_text="Я в отпуске", cut="", text="", subject="Отпуск")
    machine_letters.note_automatic(row, words, at.ticket, now=at.now)
    row.refresh_from_db()
    newest = at.ticket.events.filter(name="letter.automatic").latest("pk")
    return row.state, newest.particulars.get("last")


def sent(at: Scene, **changes):
    return delivery(at, **{"state": "sent", "to": NEW} | changes)


def joined(at: Scene):
    """The request of Anna's that a letter of this subject joins."""
    row = letter(at, digest="1" * 64, letter_id="a@b", sender=at.world.anna.email)
    said = answering(at, in_reply_to="", subject="Re: Новая тема")
    said.sender.address = at.world.anna.email
    found = threading.request_of(row, said, believed=True)
    return found and found[0].subject


def gathered(at: Scene, *, into=THEIRS, **changes):
    one = delivery(at, ticket=None, kind="digest", to=NEW, letter={"letter_id": into})
    return delivery(at, state="merged", to=NEW, letter={"merged_into": one.letter}, **changes)


def before_ours(at: Scene):
    return wire_format.ids_before(delivery(at, to=NEW, created_at=at.now))


def in_turn(at: Scene):
    Delivery.objects.filter(kind="confirmation").update(state="sent")
    return deliveries._in_turn(Delivery.objects.filter(pk=delivery(at, to=NEW).pk)).count()


def absent(at: Scene):
    """Which say that the other side is away, and which are given up."""
    deliveries._note_absence(deliveries.of_channel("probe"), "it is away", now=at.now)
    return keys(Delivery.objects.filter(last_error="it is away")), keys(Delivery.objects.filter(state="failed"))


def probe(at: Scene, **changes):
    return Delivery.objects.create(
        **{"channel": "probe", "kind": "reply", "ticket": at.ticket, "to": "1", "next_try_at": at.now}
        | {"created_at": at.now}
        | changes
    )


def given_up(at: Scene):
    """Of a letter that gathers others it is said on each of their requests."""
    one = Delivery.objects.filter(kind="digest").first() or delivery(at, ticket=None, kind="digest", to=NEW)
    deliveries.fail(one, "refused", at.now)
    return sorted(Ticket.objects.filter(events__name="delivery.failed").values_list("pk", flat=True))


def read_in_the_cabinet(at: Scene):
    Ticket.objects.filter(pk=at.ticket.pk).update(customer_seen_seq=5)
    digest_rows._drop_what_was_read(at.now)
    return Delivery.objects.filter(state="read").count()


def unread(at: Scene, *, seq=5, by_letter=False, **changes):
    return delivery(at, message=message(at, seq=seq), letter={"only_if_unread": not by_letter}, **changes)


def left_lately(at: Scene):
    return digest_rows._left_lately([NEW], now=at.now)


def left(at: Scene, **changes):
    return sent(at, **{"kind": "promise", "settled_at": at.now - MINUTE} | changes)


def let_go(at: Scene):
    """What an answer that leaves now takes along of what is held before it."""
    message_of = message(at, seq=70)
    delivery(at, message=message_of)
    digest_rows._release([at.ticket.pk], now=at.now)
    return Delivery.objects.filter(to=NEW, next_try_at=at.now).count()


def waiting(at: Scene, **changes):
    return delivery(at, **{"kind": "promise", "to": NEW} | changes)


def free(at: Scene):
    return [row for row in digest_rows._FREE.all(at.now) if row[1] == NEW]


def update(at: Scene, **changes):
    meant = {"channel": "probe", "digest": "0" * 64, "body": b"{}", "received_at": at.now - 90 * DAY}
    return RawUpdate.objects.create(**{"state": "taken", "next_try_at": at.now} | meant | changes)


def forgotten(at: Scene):
    before = RawUpdate.objects.count()
    updates.forget_old(at.now)
    return before - RawUpdate.objects.count()


QUERIES = {
    "how many of its source wait": Query(
        waits_behind, letter, {"of another source": {"source": "@example.com"}, "taken in": {"state": "taken"}}
    ),
    "how many came lately": Query(
        is_held,
        lambda at, **unlike: letter(at, **{"state": "taken"} | unlike),
        {"somebody else's": {"sender": "x" + NEW}, "long ago": lambda at: {"received_at": at.now - 2 * HOUR}},
    ),
    "how much came lately": Query(
        lambda at: fair_queueing.brings_too_much(NEW, now=at.now),
        lambda at, **unlike: letter(at, **{"size": fair_queueing.MOST_BYTES} | unlike),
        {"somebody else's": {"sender": "x" + NEW}, "long ago": lambda at: {"received_at": at.now - 2 * HOUR}},
    ),
    "who was in copy": Query(
        lambda at: in_copy.request_of(answering(at), None),
        copied,
        {"of another letter": {"letter_id": "x" + THEIRS}, "of a machine": {"state": "noted"}},
    ),
    "who was in copy of the one that is named": Query(
        lambda at: in_copy.request_of(answering(at), at.ticket), copied, {"of another": elsewhere}
    ),
    "which letter did not arrive": Query(
        bounced, sent, {"another's": elsewhere, "not sent": {"state": "caught"}, "to another": {"to": "x" + NEW}}
    ),
    "which letter came back": Query(
        returned,
        lambda at, **unlike: sent(at, **{"letter": {"letter_id": THEIRS}} | unlike),
        {"another's": elsewhere, "not sent": {"state": "caught"}, "another": {"letter": {"letter_id": "x" + THEIRS}}},
    ),
    "how many automatic letters were noted": Query(
        noted,
        lambda at, **unlike: event(at, **{"name": "letter.automatic"} | unlike),
        {"another's": elsewhere, "something else": {"name": "letter.bounced"}},
    ),
    "who takes part": Query(lambda at: person_letters.participants(at.ticket), sent, {"another's": elsewhere}),
    "who was confirmed lately": Query(
        lambda at: person_letters._confirmed_lately(NEW, at.now),
        lambda at, **unlike: sent(at, **{"kind": "confirmation", "to": NEW.upper()} | unlike),
        {
            "another letter": {"kind": "reply"},
            "another address": {"to": "x" + NEW},
            "long ago": lambda at: {"created_at": at.now - 30 * DAY},
        },
    ),
    "which request a letter answers, by ours": Query(
        lambda at: threading._answered(answering(at)),
        lambda at, **unlike: sent(at, **{"letter": {"letter_id": THEIRS}} | unlike),
        {"another": {"letter": {"letter_id": "x" + THEIRS}}, "of none": {"ticket": None}},
    ),
    "which request a letter answers, by theirs": Query(
        lambda at: threading._answered(answering(at)),
        lambda at, **unlike: letter(at, **{"ticket": at.ticket} | unlike),
        {"another": {"letter_id": "x" + THEIRS}, "of none": {"ticket": None}},
    ),
    "which request a letter answers, of several": Query(
        lambda at: threading._answered(answering(at)), gathered, {"in another": {"into": "x" + THEIRS}}
    ),
    "which request a letter joins": Query(
        joined,
        lambda at, **unlike: rows.ticket(at, **{"subject": "Новая тема"} | unlike),
        {
            "somebody else's": lambda at: {"person": at.world.oleg},
            "unproven": {"verified": False},
            "settled": lambda at: {"turn": "nobody", "resolved_at": at.now},
        },
    ),
    "our letters before one": Query(
        before_ours,
        lambda at, **unlike: sent(at, **unlike),
        {
            "another's": elsewhere,
            "to another": {"to": "x" + NEW},
            "not composed": {"letter": {"text": ""}},
            **{state: {"state": state} for state in ("merged", "read", "held")},
        },
    ),
    "their letters before one": Query(
        before_ours,
        lambda at, **unlike: letter(at, **{"ticket": at.ticket, "message": message(at)} | unlike),
        {
            "another's": elsewhere,
            "no message": {"message": None},
            "without a name": {"letter_id": ""},
            "later": lambda at: {"received_at": at.now + HOUR},
        },
    ),
    "whose turn it is": Query(
        in_turn,
        lambda at, **unlike: sent(at, **{"state": "waiting"} | unlike),
        {"another's": elsewhere, "another way": {"channel": "probe"}, "left": {"state": "sent"}},
    ),
    "which say that the other side is away": Query(
        absent,
        probe,
        {
            "not due": lambda at: {"next_try_at": at.now + HOUR},
            "left": {"state": "sent"},
            "another way": {"channel": "other"},
        },
    ),
    "what is given up with the other side away": Query(
        lambda at: absent(at)[1],
        lambda at, **unlike: probe(at, **{"created_at": at.now - 5 * DAY} | unlike),
        {"of today": lambda at: {"created_at": at.now - HOUR}, "left": {"state": "sent"}},
    ),
    "on which requests a letter of several fails": Query(
        lambda at: (given_up(at), sorted(Ticket.objects.filter(events__name="delivery.failed").values_list("pk")))[1],
        gathered,
        {"of none": {"ticket": None}},
    ),
    "what was read in the cabinet": Query(
        read_in_the_cabinet,
        unread,
        {
            "not yet": {"seq": 6},
            "by letter in any case": {"by_letter": True},
            "tried": {"attempts": 1},
            "no answer": {"kind": "promise"},
        },
    ),
    "what one address got lately": Query(
        left_lately,
        left,
        {
            "another": {"to": "x" + NEW},
            "an answer": {"kind": "reply"},
            "did not leave": {"state": "failed"},
            "a while ago": lambda at: {"settled_at": at.now - HOUR},
            "of long ago": lambda at: {"created_at": at.now - 5 * DAY},
        },
    ),
    "what an answer takes along": Query(
        let_go,
        lambda at, **unlike: waiting(at, **{"next_try_at": at.now + HOUR} | unlike),
        {"another's": elsewhere, "no news": {"kind": "account"}, "tried": {"attempts": 1}},
    ),
    "what may be gathered": Query(
        free,
        waiting,
        {
            "an answer": {"kind": "reply"},
            "not due": lambda at: {"next_try_at": at.now + HOUR},
            "of no request": {"ticket": None},
            "tried": {"attempts": 1},
        },
    ),
    "updates that are forgotten": Query(
        forgotten, update, {"not taken in": {"state": "waiting"}, "of today": lambda at: {"received_at": at.now}}
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(QUERIES[name], scene)


IN_THE_WAY = {"an answer": {"kind": "reply"}, "what is being tried": {"kind": "promise", "attempts": 1}}
IN_NOBODYS = {
    "of another request": lambda at: {"ticket": at.other},
    "that has left": lambda at: {"state": "sent"},
    "that is news itself": lambda at: {"kind": "promise"},
}


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_nothing_is_gathered_before_what_waits_in_its_request(scene, what):
    delivery(scene, **IN_THE_WAY[what])
    waiting(scene)
    assert free(scene) == []


@pytest.mark.parametrize("what", IN_NOBODYS)
def test_what_is_in_nobodys_way_holds_nothing_up(scene, what):
    delivery(scene, **{"kind": "reply"} | IN_NOBODYS[what](scene))
    waiting(scene)
    assert len(free(scene)) == 1


def test_what_waits_behind_it_holds_nothing_up(scene):
    waiting(scene)
    delivery(scene, kind="reply", message=Message.objects.filter(ticket=scene.ticket).first())
    assert len(free(scene)) == 1


def test_the_letter_that_did_not_arrive_is_given_up_alone(scene):
    lost, came = sent(scene), sent(scene, to="x" + NEW)
    machine_letters._letter_failed(scene.ticket, NEW, ())
    states = dict(Delivery.objects.filter(pk__in=[lost.pk, came.pk]).values_list("pk", "state"))
    assert states == {lost.pk: "failed", came.pk: "sent"}
