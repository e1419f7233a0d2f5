"""What strangers may make us write to people who perhaps never heard of us."""

import ast
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from camdesk.lib import wake
from camdesk.lib.rates import Rate
from camdesk.people import api_keys, contacts
from camdesk.people.models import Identity, Person
from camdesk.tickets import claim_tokens, claiming, conversation, outbox, resolution
from camdesk.tickets.letter_budget import BY_MAIL, BY_ORIGINATOR, TO_MAILBOX
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk.tickets.outbox import hold_back, queue_letter, release, release_proven
from tests.deeds.tickets.test_opening import new, open_ticket

VICTIM = "victim@elsewhere.example"


@pytest.fixture(autouse=True)
def rates(settings):
    """Small ones: 3 to an address, 5 by a customer, 7 by a key, 6 by letters without proof, each within an hour."""
    settings.LETTER_RATES = {
        "to": Rate(3, 3600),
        "by": Rate(5, 3600),
        "by_key": Rate(7, 3600),
        "by_mail": Rate(6, 3600),
    }


def ask(world, now, *, to: str = VICTIM, by: Person | None = None, **more) -> Delivery:
    """A request of Anna's (or of who `by` is) whose answers are to go to `to`; its confirmation."""
    person = by or world.anna
    asked = {"person": person, "contact_email": to, "channel": "form"} | more
    ticket = open_ticket(new(world, **asked), by=person, now=now).ticket
    return Delivery.objects.get(ticket=ticket)


def states(letters) -> list[tuple[str, str]]:
    return [(one.state, one.last_error) for one in letters]


WAITS = ("waiting", "")


def test_to_one_mailbox_go_so_many_an_hour_whatever_its_spelling_and_who_asks(world, now):
    spellings = [VICTIM, "Victim@Elsewhere.Example", "victim+1@elsewhere.example", "victim+2@elsewhere.example"]
    askers = [world.anna, world.oleg, world.boris, world.vera]
    letters = [ask(world, now, to=to, by=by) for to, by in zip(spellings, askers, strict=True)]
    assert states(letters) == [WAITS, WAITS, WAITS, ("held", TO_MAILBOX)]
    assert ask(world, now, to="other@elsewhere.example").state == "waiting"
    assert ask(world, now + timedelta(minutes=59)).state == "held"
    assert ask(world, now + timedelta(minutes=61)).state == "waiting"


def test_one_customer_causes_so_many_an_hour_to_whomever(world, now):
    letters = [ask(world, now, to=f"v{n}@elsewhere.example") for n in range(6)]
    assert states(letters) == [WAITS] * 5 + [("held", BY_ORIGINATOR)]
    assert ask(world, now, to="v9@elsewhere.example", by=world.oleg).state == "waiting"
    assert ask(world, now + timedelta(minutes=61), to="v9@elsewhere.example").state == "waiting"


def test_an_integration_has_a_budget_of_its_own(world, now):
    key = api_keys.create(name="CRM", role="agent", by=None, now=now)[0].person

    def call(n: int) -> Delivery:
        to = f"v{n}@elsewhere.example"
        person = contacts.unverified(name="Кто-то", phone="", email=to, now=now)
        asked = new(world, person=person, contact_email=to, channel="api", verified=False, cameras=[])
        return Delivery.objects.get(ticket=open_ticket(asked, by=key, now=now).ticket)

    assert states([call(n) for n in range(8)]) == [WAITS] * 7 + [("held", BY_ORIGINATOR)]


def test_all_who_write_without_proof_are_one(world, now):
    def written(n: int) -> Delivery:
        to = f"v{n}@elsewhere.example"
        person = contacts.unverified(name="Кто-то", phone="", email=to, now=now)
        return ask(world, now, to=to, by=person, channel="mail", verified=False, cameras=[])

    letters = [written(n) for n in range(7)]
    assert states(letters) == [WAITS] * 6 + [("held", BY_ORIGINATOR)]
    assert {one.letter.originator for one in letters} == {BY_MAIL}


def test_proven_addresses_are_free(world, now):
    Identity.objects.create(person=world.anna, kind="email", value="anna.work@example.org", proven_at=now)
    for to in ("anna@example.org", "anna.work@example.org"):
        letters = [ask(world, now, to=to) for _ in range(8)]
        assert {(one.state, one.letter.mailbox, one.letter.originator) for one in letters} == {("waiting", "", "")}


def test_another_customers_address_is_not_free(world, now):
    """Proven, but not by who writes."""
    assert states([ask(world, now, to="oleg@example.org") for _ in range(4)])[3] == ("held", TO_MAILBOX)


def test_what_the_staff_decides_is_free(world, now):
    for _ in range(3):
        ask(world, now)
    ticket = ask(world, now).ticket
    conversation.reply(ticket=ticket, text="Мы смотрим", by=world.ira, now=now, channel="mail")
    claimed = Ticket.objects.create(**_unproven(world, now))
    claiming.ask(ticket=claimed, by=world.leo, now=now)
    resolution.resolve(ticket=ticket, by=Person.objects.get(pk=world.ira.pk), now=now)
    kinds = dict(Delivery.objects.filter(kind__in=["reply", "claim", "resolved"]).values_list("kind", "state"))
    assert kinds == {"reply": "waiting", "claim": "waiting", "resolved": "waiting"}


def _unproven(world, now) -> dict:
    person = contacts.unverified(name="?", phone="", email=VICTIM, now=now)
    common = {"topic_id": "camera-offline", "playbook_version": 1, "channel": "mail", "turn_since": now}
    return {**common, "person": person, "contact_name": "?", "contact_email": VICTIM, "verified": False}


def test_a_former_agent_is_no_member_of_the_staff(world, now):
    world.ira.agent.active = False
    world.ira.agent.save()
    gone = Person.objects.get(pk=world.ira.pk)
    letters = [queue_letter(kind="account", to=f"v{n}@x.example", now=now, by=gone, text="…") for n in range(6)]
    assert states(letters)[5] == ("held", BY_ORIGINATOR)


def test_letters_of_accounts_count_at_every_address(world, now):
    """Anybody may ask for a new password of anybody's."""
    letters = [
        queue_letter(kind="account", to="anna@example.org", now=now, originator=f"net:10.0.0.{n}", text="…")
        for n in range(4)
    ]
    assert states(letters) == [WAITS, WAITS, WAITS, ("held", TO_MAILBOX)]
    others = [
        queue_letter(kind="account", to=f"v{n}@x.example", now=now, originator="net:10.1.1.1", text="…")
        for n in range(6)
    ]
    assert states(others)[5] == ("held", BY_ORIGINATOR)


def test_who_is_signed_in_asks_for_letters_of_an_account_like_anybody(world, now):
    anna = Person.objects.select_related("user").get(pk=world.anna.pk)
    letters = [queue_letter(kind="account", to="anna@example.org", now=now, by=anna, text="…") for _ in range(4)]
    assert states(letters)[3] == ("held", TO_MAILBOX)


@pytest.mark.parametrize("loaded", [True, False])
def test_the_proof_of_a_request_nobody_has_proven_counts_for_nothing(world, now, loaded):
    """Its From says it is Anna's; whoever wrote it chose that."""
    letters = []
    for _ in range(4):
        ticket = Ticket.objects.create(**_unproven(world, now) | {"person": world.anna})
        found = Ticket.objects.select_related(*["person__user"] * loaded).get(pk=ticket.pk)
        letters.append(queue_letter(kind="reply", to="anna@example.org", ticket=found, now=now, originator=BY_MAIL))
    assert states(letters)[3] == ("held", TO_MAILBOX)
    assert release_proven(now) == 0, "what is held stays, though the address is proven to be Anna's"


def test_a_letter_wakes_the_worker_and_a_held_one_does_not(world, now, django_capture_on_commit_callbacks):
    woken = []
    for _ in range(4):
        with django_capture_on_commit_callbacks() as callbacks:
            queue_letter(kind="notice", to=VICTIM, now=now, by=world.anna)
        woken.append(wake.letters in callbacks)
    assert woken == [True, True, True, False]


def test_what_is_held_counts_for_nothing(world, now):
    """Else a stranger's flood would use up what others may write."""
    for _ in range(9):
        ask(world, now)
    counted = Delivery.objects.exclude(letter__mailbox="")
    assert counted.count() == 3
    assert not counted.filter(state="held").exists()


def test_nothing_of_a_held_letter_leaves_and_nothing_waits_behind_it(world, now, settings):
    from camdesk.channels.mail.outgoing.deliver import deliver_due

    settings.EMAIL_URL = ""
    for _ in range(3):
        ask(world, now)
    held = ask(world, now)
    conversation.reply(ticket=held.ticket, text="Мы смотрим", by=world.ira, now=now, channel="mail")
    for hour in range(3):
        deliver_due(now + timedelta(hours=hour))
    assert Delivery.objects.get(ticket=held.ticket, kind="reply").state == "caught"
    held.refresh_from_db()
    assert (held.state, held.letter.text) == ("held", "")


@pytest.fixture
def held(world, now) -> Delivery:
    for _ in range(3):
        ask(world, now)
    return ask(world, now)


def test_an_agent_lets_it_go_and_may_think_again(world, now, held):
    assert release(delivery=held, by=world.ira, now=now)
    held.refresh_from_db()
    assert (held.state, held.next_try_at, held.last_error) == ("waiting", now + outbox.UNDO_FOR, "")
    assert not release(delivery=held, by=world.leo, now=now), "somebody was quicker"
    assert hold_back(delivery=held, by=world.ira, now=now)
    held.refresh_from_db()
    assert held.state == "held"
    assert not hold_back(delivery=held, by=world.ira, now=now)
    release(delivery=held, by=world.ira, now=now)
    Delivery.objects.filter(pk=held.pk).update(attempts=1)
    assert not hold_back(delivery=held, by=world.ira, now=now), "it is leaving"
    names = Event.objects.filter(ticket=held.ticket, name__startswith="delivery.").order_by("seq")
    assert [(one.name, one.public) for one in names] == [
        ("delivery.released", False),
        ("delivery.held", False),
        ("delivery.released", False),
    ]


def test_only_what_was_held_is_held_back(world, now):
    usual = ask(world, now)
    assert not hold_back(delivery=usual, by=world.ira, now=now)
    free = ask(world, now, to="anna@example.org")
    assert not hold_back(delivery=free, by=world.ira, now=now)


def test_to_another_address_it_is_not_sent_past_the_budget(world, now, held):
    assert not outbox.send_again(delivery=held, by=world.ira, now=now, to="elsewhere@x.example")
    held.refresh_from_db()
    assert (held.state, held.to) == ("held", VICTIM)


def test_a_resolution_taken_back_takes_its_held_letter_back(world, now):
    customer = world.oleg
    letters = [ask(world, now, to=VICTIM, by=customer) for _ in range(3)]
    resolution.resolve(ticket=letters[0].ticket, by=customer, now=now)
    assert Delivery.objects.get(kind="resolved").state == "held"
    resolution.take_back(ticket=letters[0].ticket, by=customer, now=now)
    assert not Delivery.objects.filter(kind="resolved").exists()


def test_proof_lets_go_what_was_held_for_the_author_and_nobody_else(world, now):
    person = contacts.unverified(name="?", phone="", email=VICTIM, now=now)
    own = [ask(world, now, by=person, channel="mail", verified=False, cameras=[]) for _ in range(5)]
    others = ask(world, now, by=world.oleg)
    assert [one.state for one in own] == ["waiting"] * 3 + ["held"] * 2
    assert release_proven(now) == 0
    token = claim_tokens.issue(own[0].ticket.pk, VICTIM, expires_at=now + claim_tokens.VALID_FOR)
    claiming.claim(token=token, by=None, says_it_is_theirs=False, now=now)
    for one in (*own, others):
        one.refresh_from_db()
    assert [one.state for one in own] == ["waiting"] * 5
    assert others.state == "held", "it is about a request of somebody else"
    assert release_proven(now) == 0


def test_however_an_address_was_proven_the_worker_sees_it(world, now, held):
    Identity.objects.create(person=world.anna, kind="email", value=VICTIM, proven_at=now)
    assert release_proven(now) == 1
    held.refresh_from_db()
    assert held.state == "waiting"


# --- what it costs, and what races come to


def test_it_costs_one_statement_for_a_stranger_and_none_for_a_login(world, now, django_assert_num_queries):
    world.anna.user  # noqa: B018 - whoever is signed in is loaded with their login
    written = 2  # the delivery and its letter
    with django_assert_num_queries(written):
        queue_letter(kind="notice", to="anna@example.org", now=now, by=world.anna)
    with django_assert_num_queries(1 + written):
        queue_letter(kind="notice", to=VICTIM, now=now, by=world.anna)
    ira = Person.objects.select_related("agent").get(pk=world.ira.pk)
    with django_assert_num_queries(written):
        queue_letter(kind="notice", to=VICTIM, now=now, by=ira)


INDEXES = ("letters_to_one", "letters_by_one")


@pytest.mark.parametrize(("wanted", "other"), [INDEXES, INDEXES[::-1]])
def test_the_counts_are_read_from_an_index(world, now, wanted, other):
    """PostgreSQL takes either of the two for either count while the table is small; so each is asked for alone."""
    from camdesk.tickets.letter_budget import _LOOK

    values = ["a@b.example", 1, 1, "a@b.example", str(now), 5, "person:1", str(now), 5]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP INDEX {other}")  # until the test is rolled back
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {_LOOK}", values)
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {_LOOK}", values)
        plan = str(cursor.fetchall())
    assert wanted in plan
    assert "SCAN tickets_outgoingletter" not in plan
    assert "SCAN people_identity" not in plan


@pytest.mark.django_db(transaction=True)
def test_many_at_once_pass_the_budget_by_no_more_than_there_are_others(world, now):
    """No lock is taken: of eight that queue at once, each may miss the letters of the seven others, once."""
    at_once, each = 8, 4
    gate, faults = threading.Barrier(at_once), []

    def write(n: int) -> None:
        try:
            by = Person.objects.get(pk=world.anna.pk)
            gate.wait(10)
            for _ in range(each):
                with transaction.atomic():
                    queue_letter(kind="notice", to=f"victim+{n}@elsewhere.example", now=now, by=by)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults
    left = Delivery.objects.filter(state="waiting").count()
    assert 3 <= left <= 3 + at_once - 1
    assert Delivery.objects.filter(state="held").count() == at_once * each - left
    assert queue_letter(kind="notice", to=VICTIM, now=now, by=world.anna).state == "held", "afterwards all is seen"


def test_every_caller_says_who_makes_us_write():
    """A letter queued without saying who caused it would be free: nobody may forget it."""
    forgotten = []
    for path in Path(django_settings.BASE_DIR, "camdesk").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", ""))
            if named == "queue_letter" and not {one.arg for one in node.keywords} & {"by", "originator"}:
                forgotten.append(f"{path}:{node.lineno}")
    assert not forgotten
