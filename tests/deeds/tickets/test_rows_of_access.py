"""Who may have what of a request: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest
from django.http import Http404

from camdesk.people.models import Agent, Person
from camdesk.tickets import (
    access,
    attachments,
    drafts,
    receipts,
)
from camdesk.tickets.models import Attachment, Draft, Message, Receipt, Ticket
from camdesk.tickets.search import index, lookup
from tests import rows
from tests.rows import (
    DAY,
    HOUR,
    Query,
    Scene,
    attachment,
    keys,
    message,
    proven,
    whether,
)
from tests.rows import scene as scene


def elsewhere(at: Scene):
    return {"ticket": at.other}


def olegs(at: Scene):
    return {"uploaded_by": at.world.oleg}


def said_there(at: Scene):
    """A file that is part of a message already."""
    return {"message": first_words(at.ticket)}


def given(at: Scene):
    attachments.give(ids=["wanted"], to=at.world.marina)
    return Attachment.objects.filter(uploaded_by=at.world.marina).count()


def known_now(at: Scene):
    attachments.proven(at.ticket)
    return Attachment.objects.filter(scan="waiting").count()


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


def receipt(at: Scene, **changes):
    meant = {"scope": "api:1", "key": "k", "digest": "d", "ticket": at.ticket, "at": at.now}
    return Receipt.objects.create(**meant | changes)


def known_receipt(at: Scene):
    return whether(receipts.KeyReused, lambda: receipts.first_answer(receipts.Key("api:1", "k", "body")))


def draft(at: Scene, **changes):
    meant = {"person": at.world.anna, "place": "form", "content": {"text": "…"}, "saved_at": at.now}
    return Draft.objects.create(**meant | changes)


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
    "a stranger's files that become a contact's": Query(
        given,
        lambda at, **unlike: attachment(at, **{"uploaded_by": None} | unlike),
        {"another file": {"id": "another"}, "somebody's": olegs, "sent already": said_there},
    ),
    "files whose sender is known now": Query(
        known_now,
        lambda at, **unlike: attachment(at, **{"scan": "unproven", **said_there(at)} | unlike),
        {
            "infected": {"scan": "infected"},
            "of another request": lambda at: {"message": first_words(at.other)},
            "not sent": {"message": None},
        },
    ),
    "files that are here whole": Query(
        lambda at: attachments.whole(ids=["wanted"], by=at.world.anna),
        attachment,
        {"somebody else's": olegs, "not here whole": {"state": "receiving"}},
    ),
    "files that are looked for": Query(
        lambda at: sorted(attachments._WHOLE.all(at.world.anna.pk, ["wanted"])),
        attachment,
        {"another": {"id": "another"}, "somebody else's": olegs, "not here whole": {"state": "receiving"}},
    ),
    "files that nobody sent": Query(
        lambda at: attachments.discard_unsent(at.now),
        lambda at, **unlike: attachment(at, **{"created_at": at.now - 2 * DAY} | unlike),
        {"of today": lambda at: {"created_at": at.now - HOUR}, "sent": said_there},
    ),
    "what a key brought in": Query(
        known_receipt, receipt, {"another key": {"key": "x"}, "of somebody else": {"scope": "api:2"}}
    ),
    "what is typed": Query(
        lambda at: drafts.kept(at.world.anna, "form"),
        draft,
        {"elsewhere": {"place": "chat"}, "by somebody else": lambda at: {"person": at.world.oleg}},
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
