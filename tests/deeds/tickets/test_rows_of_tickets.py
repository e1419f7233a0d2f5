"""What is said, told and awaited in a request: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest
from django.http import Http404

from camdesk.people.models import Agent, Person
from camdesk.tickets import (
    access,
    attachments,
    bulk_invitations,
    claim_tokens,
    claiming,
    closed_teams,
    conversation,
    dismissal,
    drafts,
    login_invitations,
    outbox,
    ratings,
    receipts,
    reply_channels,
    resolution,
    state,
    thread,
)
from camdesk.tickets.models import Clock, Delivery, Draft, Event, Message, Rating, Receipt, Ticket
from camdesk.tickets.search import index, lookup
from camdesk.tickets.thread import Audience
from tests import rows
from tests.rows import (
    DAY,
    HOUR,
    MINUTE,
    NEW,
    Query,
    Scene,
    attachment,
    delivery,
    event,
    identity,
    invitation,
    keys,
    message,
    person,
    proven,
    whether,
)
from tests.rows import scene as scene


def settled(at: Scene):
    return {"turn": "nobody", "resolved_at": at.now}


def elsewhere(at: Scene):
    return {"ticket": at.other}


def olegs(at: Scene):
    return {"uploaded_by": at.world.oleg}


def said_there(at: Scene):
    """A file that is part of a message already."""
    return {"message": first_words(at.ticket)}


def first_words(ticket: Ticket) -> Message | None:
    return ticket.messages.order_by("seq").first()


def agent(at: Scene, *, team=None, **changes):
    who = Agent.objects.create(person=Person.objects.create(name="Ещё агент"), **changes)
    if team:
        who.teams.add(team)
    return who


def team_of_two(at: Scene):
    """Anna's request is with it, and it is closed."""
    team = at.world.field_crew
    team.closed = True
    team.save()
    Ticket.objects.filter(pk=at.ticket.pk).update(team=team)
    return team


def for_a_closed_team(at: Scene):
    team_of_two(at)
    return keys(access.agents_for(Ticket.objects.get(pk=at.ticket.pk)))


def file_for(who, *, of_agent=False):
    def asked(at: Scene):
        person_of = getattr(at.world, who)
        return whether(
            Http404, lambda: access.attachment_for(person_of, person_of.agent if of_agent else None, "wanted").pk
        )

    return asked


def bound(by: str | None):
    def asked(at: Scene):
        who = getattr(at.world, by) if by else None
        into = message(at, seq=90)
        return whether(attachments.CannotAttach, lambda: attachments.bind(ids=["wanted"], message=into, by=who))

    return asked


def unproven(at: Scene, **changes):
    """A request that somebody without a login made from an address."""
    meant = {"person": at.world.marina, "contact_email": NEW, "verified": False}
    return rows.ticket(at, **meant | changes)


def claimed(at: Scene):
    """By the token of the first request of the contact from the address."""
    first = unproven(at)
    token = claim_tokens.issue(first.pk, NEW, expires_at=at.now + DAY)
    claiming.claim(token=token, by=None, says_it_is_theirs=False, now=at.now)
    return Event.objects.filter(name="ticket.claimed").count()


def claimed_by_login(at: Scene):
    user = at.world.anna.user
    user.email = NEW
    return claiming.claim_of_new_login(user, now=at.now)


def asked_again(at: Scene):
    return whether(claiming.TooSoon, lambda: claiming.ask(ticket=unproven(at), by=at.world.leo, now=at.now))


def handed_back(at: Scene):
    return closed_teams.set_closed(team=at.world.field_crew, closed=True, by=at.world.ada, now=at.now)


def outsiders(at: Scene, **changes):
    return rows.ticket(at, **{"team": at.world.field_crew, "assignee": at.world.ira.agent} | changes)


def dismissed(at: Scene):
    return dismissal.dismiss(agent=at.world.ira.agent, by=at.world.ada, now=at.now)


def withdrawn(at: Scene):
    return outbox.withdraw(ticket=at.ticket, kind="resolved")


def resolved_letter(at: Scene, **changes):
    return delivery(at, **{"kind": "resolved"} | changes)


def held(at: Scene, *, proof=None, **changes):
    """A letter to an address that its request's person has proven."""
    identity(at, **{"person": at.world.anna} | (proof(at) if callable(proof) else proof or {}))
    return delivery(at, **{"to": NEW.upper(), "state": "held"} | changes)


def held_back(at: Scene):
    """Of the newest letter."""
    newest = Delivery.objects.order_by("-pk").first()
    return outbox.hold_back(delivery=newest, by=at.world.leo, now=at.now)


def released(at: Scene, **letter):
    return delivery(at, letter={"originator": "person:1", "mailbox": ""} | letter)


def sent_again(at: Scene):
    failed = Delivery.objects.filter(to=NEW).first()
    return failed is not None and outbox.send_again(delivery=failed, by=at.world.leo, now=at.now)


def failed(at: Scene, **changes):
    return delivery(at, **{"state": "failed", "to": NEW} | changes)


def clock(at: Scene, **changes):
    meant = {"ticket": at.ticket, "kind": "provider", "seq": 50, "started_at": at.now - DAY, "due_at": at.now - HOUR}
    return Clock.objects.create(**meant | changes)


def broken(at: Scene):
    state.break_overdue(at.now)
    return list(Clock.objects.exclude(broken_at=None).values_list("broken_at", flat=True))


def rated(at: Scene):
    ticket = Ticket.objects.get(pk=at.ticket.pk)
    ticket.turn = "nobody"
    return whether(state.AlreadyRated, lambda: state.rate(ticket, stars=5, comment="", by=None, now=at.now) and None)


def rating(at: Scene, **changes):
    return Rating.objects.create(**{"ticket": at.ticket, "resolution": 1, "stars": 3, "at": at.now} | changes)


def latest_rating(at: Scene):
    ticket = Ticket.objects.get(pk=at.ticket.pk)
    ticket.reopenings = 1
    return ratings.latest(ticket)


def receipt(at: Scene, **changes):
    meant = {"scope": "api:1", "key": "k", "digest": "d", "ticket": at.ticket, "at": at.now}
    return Receipt.objects.create(**meant | changes)


def known_receipt(at: Scene):
    return whether(receipts.KeyReused, lambda: receipts.first_answer(receipts.Key("api:1", "k", "body")))


def draft(at: Scene, **changes):
    meant = {"person": at.world.anna, "place": "form", "content": {"text": "…"}, "saved_at": at.now}
    return Draft.objects.create(**meant | changes)


def invited_again(at: Scene):
    marina = Person.objects.get(pk=at.world.marina.pk)
    return login_invitations.invite_person(person=marina, by=at.world.leo, now=at.now).new


def marinas(at: Scene, **changes):
    return invitation(at, **{"person": at.world.marina, "email": at.world.marina.email} | changes)


def from_a_list(at: Scene):
    before = set(Person.objects.values_list("pk", flat=True))
    who = bulk_invitations._person(bulk_invitations.InviteRow(1, email=NEW, name="Н", external_id=""), now=at.now)
    return who.pk if who.pk in before else None


def invited_before(at: Scene, *, to=NEW):
    return invitation(at, email=to, person=Person.objects.create(name="Приглашён раньше"))


def closed_for_good(at: Scene):
    return resolution.close_settled(at.now)


def resolved(at: Scene, **changes):
    return rows.ticket(at, **{"turn": "nobody", "resolved_at": at.now - 90 * DAY} | changes)


def news(at: Scene):
    return [one.text for one in thread.read(at.ticket, Audience.CUSTOMER, after=10, before=60).messages]


def steps(at: Scene):
    return [one.seq for one in thread.read(at.ticket, Audience.CUSTOMER, after=10, before=60).events]


def answers_of_agents(at: Scene):
    event(at, seq=20, name="ticket.reopened")
    return thread.last_answer(at.ticket)


def way_of_answering(at: Scene):
    return reply_channels.known_now(Ticket.objects.select_related("person__user").get(pk=at.ticket.pk))


def indexed(at: Scene, **changes):
    index.add(rows.ticket(at, **changes).pk, ["Не показывает"])


QUERIES = {
    "who it may be given to": Query(
        lambda at: keys(access.agents_for(at.ticket)), agent, {"who has left": {"active": False}}
    ),
    "who a closed team's may be given to": Query(
        for_a_closed_team,
        lambda at, **unlike: agent(at, **{"team": at.world.field_crew} | unlike),
        {"not in it": {"team": None}, "who has left": {"active": False}},
    ),
    "a file of one's own request": Query(
        file_for("anna"),
        lambda at, **unlike: attachment(at, **dict(said_there(at)) | unlike),
        {
            "another file": {"id": "another"},
            "of somebody else's": lambda at: {"message": first_words(at.other)},
            "of a note": lambda at: {"message": message(at, kind="note")},
        },
    ),
    "a file that is not sent yet": Query(
        file_for("anna"), attachment, {"another file": {"id": "another"}, "somebody else's": olegs}
    ),
    "a file that is to be sent": Query(
        bound("anna"),
        attachment,
        {
            "another file": {"id": "another"},
            "somebody else's": olegs,
            "sent already": said_there,
            "not here whole": {"state": "receiving"},
        },
    ),
    "a file of nobody that is to be sent": Query(
        bound(None),
        lambda at, **unlike: attachment(at, **{"uploaded_by": None} | unlike),
        {
            "another file": {"id": "another"},
            "somebody's": olegs,
            "sent already": said_there,
            "not here whole": {"state": "receiving"},
        },
    ),
    "the files of a draft": Query(
        lambda at: attachments.unsent(ids=["wanted"], by=at.world.anna),
        attachment,
        {
            "another file": {"id": "another"},
            "somebody else's": olegs,
            "sent already": said_there,
            "not here whole": {"state": "receiving"},
        },
    ),
    "files that are here whole": Query(
        lambda at: attachments.whole(ids=["wanted"], by=at.world.anna),
        attachment,
        {"somebody else's": olegs, "not here whole": {"state": "receiving"}},
    ),
    "files that nobody sent": Query(
        lambda at: attachments.discard_unsent(at.now),
        lambda at, **unlike: attachment(at, **{"created_at": at.now - 2 * DAY} | unlike),
        {"of today": lambda at: {"created_at": at.now - HOUR}, "sent": said_there},
    ),
    "what a token claims beside": Query(
        claimed,
        unproven,
        {
            "proven already": {"verified": True},
            "another address": {"contact_email": "other@example.net"},
            "another contact's": lambda at: {"person": person(at, said="x" + NEW)},
        },
    ),
    "what a new login claims": Query(
        claimed_by_login,
        lambda at, **unlike: unproven(at, **{"person": unlike.pop("person", None) or person(at)} | unlike),
        {
            "proven already": {"verified": True},
            "another address": {"contact_email": "other@example.net"},
            "of who has a login": lambda at: {"person": person(at, login=True)},
            "of who is known to the operator": lambda at: {"person": person(at, external_id="crm-2")},
            "of who never said the address": lambda at: {"person": at.world.marina},
        },
    ),
    "who was asked a moment ago": Query(
        asked_again,
        lambda at, **unlike: delivery(at, **{"kind": "claim", "to": NEW, "created_at": at.now - MINUTE} | unlike),
        {"another letter": {"kind": "notice"}, "another address": {"to": "x" + NEW}},
    ),
    "what a closed team takes back": Query(
        handed_back, outsiders, {"settled": settled, "with nobody": {"assignee": None}, "no team's": {"team": None}}
    ),
    "what stands with who leaves": Query(
        dismissed, outsiders, {"settled": settled, "somebody else's": lambda at: {"assignee": at.world.leo.agent}}
    ),
    "a letter that is taken back": Query(
        withdrawn,
        resolved_letter,
        {
            "another's": elsewhere,
            "of another kind": {"kind": "promise"},
            "sent": {"state": "sent"},
            "tried": {"attempts": 1},
            "that is leaving": lambda at: {"leased_until": at.now + HOUR},
        },
    ),
    "a held letter whose address is proven": Query(
        lambda at: outbox.release_proven(at.now),
        held,
        {
            "merely said": {"proof": {"proven_at": None}},
            "by a number": {"proof": {"kind": "phone"}},
            "another's": {"proof": lambda at: {"person": at.world.oleg}},
            "another address": {"proof": {"value": "x" + NEW}},
            "not held": {"state": "failed"},
            "of who is not known": lambda at: {"ticket": rows.ticket(at, verified=False)},
        },
    ),
    "a letter that can be held back again": Query(
        held_back,
        released,
        {"that counts in the budget": {"mailbox": NEW}, "that was never held": {"originator": ""}},
    ),
    "a letter that can be sent again": Query(
        sent_again,
        failed,
        {
            **{state_: {"state": state_} for state_ in ("sent", "merged", "read", "held")},
            "that is leaving": lambda at: {"leased_until": at.now + HOUR},
            "whose secret is not kept": {"kind": "account", "letter": {"text": ""}},
        },
    ),
    "what is overdue": Query(
        broken,
        clock,
        {
            "met": lambda at: {"met_at": at.now},
            "that nobody waits for": lambda at: {"dropped_at": at.now},
            "that stands": lambda at: {"paused_at": at.now, "left": HOUR},
            "not yet": lambda at: {"due_at": at.now + HOUR},
        },
    ),
    "whether it is rated": Query(rated, rating, {"another's": elsewhere, "before it was reopened": {"resolution": 0}}),
    "the newest rating": Query(latest_rating, rating, {"another's": elsewhere}),
    "what a key brought in": Query(
        known_receipt, receipt, {"another key": {"key": "x"}, "of somebody else": {"scope": "api:2"}}
    ),
    "what is typed": Query(
        lambda at: drafts.kept(at.world.anna, "form"),
        draft,
        {"elsewhere": {"place": "chat"}, "by somebody else": lambda at: {"person": at.world.oleg}},
    ),
    "an invitation that waits": Query(
        invited_again,
        marinas,
        {
            "somebody else's": lambda at: {"person": at.world.oleg},
            "to another address": {"email": NEW},
            "over": lambda at: {"expires_at": at.now},
            "used": lambda at: {"used_at": at.now},
            "taken back": lambda at: {"revoked_at": at.now},
        },
    ),
    "whether one can be taken back": Query(
        lambda at: login_invitations.take_back(person=at.world.marina, by=at.world.leo, now=at.now),
        marinas,
        {
            "somebody else's": lambda at: {"person": at.world.oleg},
            "used": lambda at: {"used_at": at.now},
            "taken back": lambda at: {"revoked_at": at.now - HOUR},
        },
    ),
    "who was invited at an address": Query(from_a_list, invited_before, {"another": {"to": "x" + NEW}}),
    "what is closed for good": Query(
        closed_for_good,
        resolved,
        {
            "open": {"turn": "us"},
            "closed": lambda at: {"closed_at": at.now - DAY},
            "settled lately": lambda at: {"resolved_at": at.now - MINUTE},
        },
    ),
    "messages of a stretch": Query(
        news,
        message,
        {
            "another's": elsewhere,
            "before it": {"seq": 10},
            "after it": {"seq": 60},
            "a note": {"kind": "note"},
            "of a call": {"kind": "call"},
        },
    ),
    "events of a stretch": Query(
        steps,
        event,
        {"another's": elsewhere, "before it": {"seq": 10}, "after it": {"seq": 60}, "among agents": {"public": False}},
    ),
    "what was said last before": Query(
        lambda at: thread.customer_words_before(at.ticket, 60),
        lambda at, **unlike: message(at, **{"kind": "customer"} | unlike),
        {"another's": elsewhere, "ours": {"kind": "reply"}, "later": {"seq": 60}},
    ),
    "the last answer": Query(
        answers_of_agents,
        message,
        {
            "another's": elsewhere,
            "the customer's": {"kind": "customer"},
            "nobody's": {"by": None},
            "without words": {"text": ""},
            "before it was opened again": {"seq": 15},
        },
    ),
    "what waits for the customer": Query(
        lambda at: thread.unread(at.ticket),
        message,
        {"another's": elsewhere, "their own": {"kind": "customer"}, "seen": {"seq": 0}},
    ),
    "the last event of a name": Query(
        lambda at: thread.last_event(at.ticket, "message.sent"),
        event,
        {"another's": elsewhere, "of another name": {"name": "note.written"}},
    ),
    "after what a retry is answered": Query(
        lambda at: thread.seq_before(at.ticket, "c-1"),
        lambda at, **unlike: message(at, **{"client_id": "c-1"} | unlike),
        {"another's": elsewhere, "another word": {"client_id": "c-2"}},
    ),
    "one message": Query(
        lambda at: thread.message_at(at.ticket, 50, Audience.CUSTOMER),
        message,
        {"another's": elsewhere, "another": {"seq": 51}, "a note": {"kind": "note"}},
    ),
    "what was said in all of them": Query(
        lambda at: [one.pk for one in thread.talk([at.ticket], Audience.CUSTOMER, most=50)],
        message,
        {"another's": elsewhere, "a note": {"kind": "note"}},
    ),
    "beginnings of what was said": Query(
        lambda at: thread.beginnings([at.ticket.pk], Audience.CUSTOMER),
        message,
        {"another's": elsewhere, "a note": {"kind": "note"}},
    ),
    "how they are answered": Query(
        way_of_answering,
        lambda at, **unlike: message(at, **{"kind": "customer", "channel": "chat"} | unlike),
        {"another's": elsewhere, "ours": {"kind": "reply"}},
    ),
    "whether a letter came back": Query(
        way_of_answering,
        lambda at, **unlike: event(
            at, **{"name": "letter.bounced", "particulars": {"to": "anna@example.org", "permanent": True}} | unlike
        ),
        {"another's": elsewhere, "something else": {"name": "delivery.resent"}},
    ),
    "what was said under this id": Query(
        lambda at: (
            conversation.reply(ticket=at.ticket, text="Ответ", by=at.world.ira, now=at.now, client_id="c-1").text
        ),
        lambda at, **unlike: message(at, **{"client_id": "c-1"} | unlike),
        {"another's": elsewhere, "another id": {"client_id": "c-2"}},
    ),
    "what is found and not hidden": Query(
        lambda at: lookup.find("показывает", hidden=[at.world.field_crew.pk]),
        indexed,
        {"a closed team's": lambda at: {"team": at.world.field_crew}},
    ),
    "what is found of one's own": Query(
        lambda at: lookup.find("показывает", within=Ticket.objects.visible_to(at.world.anna)),
        indexed,
        {"somebody else's": lambda at: {"person": at.world.oleg}},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name, data_folder):
    proven(QUERIES[name], scene)
