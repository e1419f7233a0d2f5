"""Something of every kind, so that every address has an object to ask for; and a dump of all of it, to see changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core import signing
from django.db import connection
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from camdesk.bot.models import Phrase
from camdesk.channels.chat.new_chat import start_chat
from camdesk.channels.mail.incoming.raw_store import store
from camdesk.channels.models import Call, RawLetter
from camdesk.channels.phone.call_backs import ask
from camdesk.lib import files
from camdesk.people import api_keys, identities, identity_tokens, invitations
from camdesk.people.models import Agent, Person
from camdesk.tickets import assignment, claim_tokens, closed_teams, conversation
from camdesk.tickets.models import Attachment, Delivery, OutgoingLetter, Ticket
from tests.builder import Builder
from tests.deeds.channels.letters import letter
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import World, customer_says

NOTE_WORD = "зюмбрик"  # a word that only agents have written, in a note
NOTE_FILE = "секретный-план.txt"
HERS = "шмурдяк"  # a word of the request that only Rita's closed team sees


@dataclass(frozen=True)
class Everything:
    """Anna's request with files and a note; the chain's about the hall, which Vera does not see; keys, letters."""

    world: World
    ticket: Ticket
    hall: Ticket
    file: Attachment
    note_file: Attachment
    unsent: Attachment
    former: Person  # an agent who left
    rita: Person  # a lead, of another closed team than the one that has all these requests
    hers: Ticket  # of Rita's closed team
    secret: str  # of an API key with an agent's role
    token: str  # of an invitation
    kwargs: dict[Any, Any]  # by argument; (name of the address, argument) where it needs another one

    def address(self, name: str, arguments: tuple[str, ...]) -> str:
        return reverse(name, kwargs={key: self.kwargs.get((name, key), self.kwargs.get(key)) for key in arguments})


def build_everything(world: World, now: datetime) -> Everything:
    mine, noted, unsent = (
        kept(name, who, now)
        for name, who in (("схема.txt", world.anna), (NOTE_FILE, world.ira), ("черновик.txt", world.anna))
    )
    ticket = open_ticket(new(world, attachments=[mine.pk]), by=world.anna, now=now).ticket
    conversation.note(ticket=ticket, text=f"Не говорить: {NOTE_WORD}", by=world.ira, now=now, files=[noted.pk])
    common = {"person": world.boris, "organisation": world.chain, "cameras": [world.camera_hall]}
    hall = open_ticket(new(world, **common), by=world.boris, now=now).ticket
    former = Person.objects.create(name="Бывший", email="former@example.org", created_at=now)
    invitations.make_login(name=former.name, email="former@example.org", now=now, person=former)
    Agent.objects.create(person=former, role=Agent.Role.ADMINISTRATOR, active=False)
    key, secret = api_keys.create(name="CRM", role=Agent.Role.AGENT, by=world.ada, now=now)
    letter_out = Delivery.objects.filter(ticket=ticket).first()
    assert letter_out is not None
    OutgoingLetter.objects.filter(pk=letter_out.pk).update(html="<p>Здравствуйте</p>", text="Здравствуйте")
    invitation, token = invitations.invite(
        email="new@example.org", agent_role=Agent.Role.AGENT, by=world.ada, now=timezone.now()
    )
    unproven = open_ticket(
        new(world, channel="mail", person=world.marina, contact_email="marina@example.com", cameras=[], verified=False),
        by=world.marina,
        now=now,
    ).ticket
    claim = claim_tokens.issue(unproven.pk, unproven.contact_email, expires_at=timezone.now() + claim_tokens.VALID_FOR)
    call = Call.objects.create(
        provider="asterisk",
        call_id="1",
        direction="in",
        state="ringing",
        customer=world.anna.phone,
        person=world.anna,
        began_at=timezone.now(),
        moved_at=timezone.now(),
    )
    soon = timezone.now() + timedelta(hours=1)
    call_back = ask(
        phone=world.anna.phone,
        wanted_from=soon,
        wanted_until=soon + timedelta(hours=2),
        by=world.anna,
        now=timezone.now(),
        person=world.anna,
        ticket=ticket,
    )
    raw = letter_in(ticket, now)
    identities.say(world.anna, identities.EMAIL, "anna.work@example.org")
    typed = world.anna.identities.get(value="anna.work@example.org")
    kwargs: dict[Any, Any] = {
        ("claim", "token"): claim,
        ("address_proof", "token"): identity_tokens.issue(typed, now=timezone.now()),
        ("open_form_sent", "token"): signing.dumps(ticket.pk, salt="camdesk.open_form.sent"),
        "identity_id": typed.pk,
        "number": ticket.pk,
        "call_id": call.pk,
        "call_back_id": call_back.pk,
        "agent_id": world.ira.agent.pk,
        "team_slug": world.first_line.slug,
        "camera_id": world.camera_gate.pk,
        "organisation_id": world.chain.pk,
        "person_id": world.vera.pk,
        "letter_id": letter_out.pk,
        "raw_id": raw.pk,
        "index": 1,
        "key_id": key.pk,
        "invitation_id": invitation.pk,
        "attachment_id": mine.pk,
        "token": token,
        "article_id": "camera-offline",
        "shell": "cabinet",
        "external_id": "nobody",
        "key": "1-nothing",
        "uidb36": "1",
        "pk": 1,
    }
    chat = start_chat(person=world.anna, key="chat", language="ru", now=now)
    outage = outage_of(world, now)
    phrase = Phrase.objects.create(text="совсем другое", ticket=chat, at=now)
    kwargs |= {
        "phrase_id": phrase.pk,
        "outage_id": outage.pk,
        "topic_id": "camera-offline",
        "provider": "mailgun",
        "secret": "guessed",
        "rest": "events/call",
        **{(name, "number"): chat.pk for name in ("chat_events", "chat_since", "chat_seen")},
        ("desk:playbook_version", "number"): ticket.playbook_version,
        ("desk:message_letter", "seq"): ticket.messages.get(html__contains="The letter").seq,
    }
    rita, hers = closed_teams_of(world, now)
    return Everything(world, ticket, hall, mine, noted, unsent, former, rita, hers, secret, token, kwargs)


def closed_teams_of(world: World, now: datetime) -> tuple[Person, Ticket]:
    """All requests go to a closed team, of Ira and Leo; but one, that goes to another, of Rita alone."""
    town = Builder(now=now)
    theirs = town.team("security", "Безопасность")
    for one in (world.ira, world.leo):
        one.agent.teams.add(theirs)
    closed_teams.set_closed(team=theirs, closed=True, by=world.ada, now=now)
    theirs.refresh_from_db()
    for ticket in Ticket.objects.all():
        assignment.route(ticket=ticket, team=theirs, by=world.ada, now=now)
    alone = town.team("privacy", "Персональные данные")
    rita = town.person("Маргарита Ольхова", email="rita@example.org", login=True)
    town.agent(rita, Agent.Role.LEAD, [alone])
    closed_teams.set_closed(team=alone, closed=True, by=world.ada, now=now)
    alone.refresh_from_db()
    hers = open_ticket(
        new(world, person=world.oleg, text=f"Удалите мои данные: {HERS}", cameras=[world.camera_oleg]),
        by=world.oleg,
        now=now,
    ).ticket
    assignment.route(ticket=hers, team=alone, by=rita, now=now)
    return rita, hers


def letter_in(ticket: Ticket, now: datetime) -> RawLetter:
    """A letter of Anna's that came in and became a message of the request."""
    raw = letter(html="<p>Ещё письмо</p>", files={"фото.png": b"png"}, subject=f"Re: {ticket.pk}")
    row = store(raw, mailbox="smtp", now=now).letter
    said = customer_says(
        ticket=ticket, text="Ещё письмо", by=ticket.person, now=now, channel="mail", html="<p>The letter</p>"
    )
    RawLetter.objects.filter(pk=row.pk).update(state=RawLetter.State.TAKEN, ticket=ticket, message=said)
    return row


def kept(name: str, by: Person, now: datetime, body: bytes = b"words") -> Attachment:
    """A file that this person has uploaded and not sent."""
    stored = files.store().keep_bytes(body)
    return Attachment.objects.create(
        uploaded_by=by,
        name=name,
        content_type="text/plain",
        storage_key=stored.key,
        size=stored.size,
        sha256=stored.sha256,
        state=Attachment.State.READY,
        created_at=now,
    )


def addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    """(namespaced name, names of its arguments) of every address of the product."""
    yield from _walk(get_resolver(), "", ())


def _walk(resolver: URLResolver, namespace: str, before: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in resolver.url_patterns:
        arguments = (*before, *one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            yield from _walk(one, f"{namespace}{one.namespace}:" if one.namespace else namespace, arguments)
        else:
            yield f"{namespace}{one.name}", arguments


def dump() -> dict[str, list[Any]]:
    """Every row of every table but the sessions: two dumps are equal when nothing has changed."""
    rows = {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label != "sessions.Session"
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tickets_search")
        rows["tickets_search"] = sorted(cursor.fetchall(), key=repr)
    return rows
