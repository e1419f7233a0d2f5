"""What agents read: each condition has the row that only it keeps out (tests/rows.py)."""

from datetime import timedelta

import pytest
from django.http import Http404, HttpRequest
from django.utils import timezone

from camdesk.bot.models import ArticleCount, Phrase
from camdesk.cameras.models import Camera, CameraGrant, Site
from camdesk.channels.models import Call, CallBack, RawLetter
from camdesk.desk import call_cards, letters_in, outage_form, queues, ticket_page
from camdesk.desk.queues import Queue
from camdesk.desk.views import calls as call_views
from camdesk.desk.views import claims, people
from camdesk.desk.views import letters as letter_views
from camdesk.outages.scope import OutageScope
from camdesk.people.models import Agent, Person, User
from camdesk.people.roles import NO_TEAM
from camdesk.playbook.current import current
from camdesk.tickets.models import Delivery, OutgoingLetter, Ticket, TicketCamera
from tests import rows
from tests.rows import (
    DAY,
    HOUR,
    MINUTE,
    NEW,
    Query,
    Scene,
    delivery,
    identity,
    invitation,
    keys,
    membership,
    message,
    person,
    proven,
    whether,
    words_of,
)
from tests.rows import scene as plain_scene  # noqa: F401

SAID = "+79351234567"


@pytest.fixture
def scene(plain_scene: Scene) -> Scene:  # noqa: F811
    """The field crew is closed, and Ira is not in it."""
    crew = plain_scene.world.field_crew
    crew.closed = True
    crew.save()
    return plain_scene


def page(who: str, address: str, /, **asked):
    """`address`: with {anna}, {ticket} and the like for the ids of the scene."""

    def read(at: Scene):
        names = {name: getattr(at.world, name).pk for name in ("anna", "marina", "camera_gate")}
        where = address.format(ticket=at.ticket.pk, ira_agent=at.world.ira.agent.pk, **names)
        return words_of(getattr(at.world, who), where, **asked)

    return read


def ira(at: Scene) -> Agent:
    return at.world.ira.agent


def asks(at: Scene) -> HttpRequest:
    """A request of Ira's, for a function behind a view."""
    request = HttpRequest()
    request.agent, request.person = Agent.objects.get(pk=ira(at).pk), at.world.ira
    return request


def closed(at: Scene):
    """Of a request that Ira does not see."""
    return {"ticket": rows.ticket(at, team=at.world.field_crew)}


def elsewhere(at: Scene):
    return {"ticket": at.other}


def crews(at: Scene):
    return {"team": at.world.field_crew}


def olegs(at: Scene):
    return {"person": at.world.oleg}


def settled(at: Scene):
    return {"turn": "nobody", "resolved_at": at.now}


# --- queues


def numbers(queue, *, after=None):
    """`queue`: of the scene; `after`: a cursor, of the scene."""

    def asked(at: Scene):
        return [row.number for row in queues.page(queue(at), after=after(at) if after else "").rows]

    return asked


def of_ira(which: str, group: str = "us"):
    return lambda at: Queue(which, group, agent=ira(at).pk, hidden=frozenset({at.world.field_crew.pk}))


def first_line(at: Scene) -> Queue:
    return Queue("support", team=at.world.first_line.pk, hidden=frozenset({at.world.field_crew.pk}))


def crew(at: Scene) -> Queue:
    """Of a team whose requests are hidden: nothing is in it."""
    return Queue("field", team=at.world.field_crew.pk, hidden=frozenset({at.world.field_crew.pk}))


def cursor(at: Scene, moment, number=0) -> str:
    return f"{(moment - queues._EPOCH) // timedelta(microseconds=1) if moment else ''}.{number}"


def promised(at: Scene, **changes) -> Ticket:
    return rows.ticket(at, **{"promised_at": at.now + DAY} | changes)


def active(at: Scene, **changes) -> Ticket:
    return rows.ticket(at, **{"turn": "customer", "active_at": at.now - DAY} | changes)


def about(at: Scene, **changes) -> TicketCamera:
    return TicketCamera.objects.create(**{"ticket": at.ticket, "camera": at.world.camera_hall} | changes)


QUEUES = {
    "all of ours": Query(numbers(of_ira("all")), promised, {"theirs": {"turn": "customer"}, "a closed team's": crews}),
    "all of ours without a promise": Query(
        numbers(of_ira("all")),
        lambda at, **unlike: promised(at, **{"promised_at": None} | unlike),
        {"theirs": {"turn": "customer"}, "a closed team's": crews},
    ),
    "my own": Query(
        numbers(of_ira("mine")),
        lambda at, **unlike: promised(at, **{"assignee": ira(at)} | unlike),
        {"nobody's": {"assignee": None}, "a colleague's": lambda at: {"assignee": at.world.leo.agent}},
    ),
    "nobody's": Query(
        numbers(of_ira("unassigned")), promised, {"somebody's": lambda at: {"assignee": at.world.leo.agent}}
    ),
    "a team's": Query(
        numbers(first_line),
        lambda at, **unlike: promised(at, **{"team": at.world.first_line} | unlike),
        {"another's": crews, "no team's": {"team": None}},
    ),
    "after a promise": Query(
        numbers(of_ira("all"), after=lambda at: cursor(at, at.now + HOUR, 10**6)),
        promised,
        {
            "an earlier one": lambda at: {"promised_at": at.now + MINUTE},
            "the same, shown already": lambda at: {"promised_at": at.now + HOUR},
        },
    ),
    "after the last promise": Query(
        numbers(of_ira("all"), after=lambda at: cursor(at, None, at.other.pk)),
        lambda at, **unlike: promised(at, **{"promised_at": None} | unlike),
        {"a promised one": lambda at: {"promised_at": at.now + DAY}, "one shown already": {"pk": 0}},
    ),
    "what waits for the customer": Query(
        numbers(of_ira("all", "customer")), active, {"for us": {"turn": "us"}, "for nobody": settled}
    ),
    "after what happened": Query(
        numbers(of_ira("all", "customer"), after=lambda at: cursor(at, at.now - HOUR, 2)),
        active,
        {
            "later": lambda at: {"active_at": at.now},
            "at the same time, shown already": lambda at: {"active_at": at.now - HOUR},
        },
    ),
    "what was searched": Query(
        lambda at: [row.number for row in queues.rows_of(list(range(at.ticket.pk, at.ticket.pk + 100)), agent=ira(at))],
        rows.ticket,
        {"a closed team's": crews},
    ),
    "which of those that were found": Query(
        lambda at: queues._OF_NUMBERS.all([at.ticket.pk + 100], list(NO_TEAM)),
        lambda at, **unlike: rows.ticket(at, **{"pk": at.ticket.pk + 100} | unlike),
        {"another": lambda at: {"pk": at.ticket.pk + 101}},
    ),
    "what cameras a row has": Query(lambda at: queues._CAMERAS.all([at.ticket.pk]), about, {"another's": elsewhere}),
}


# --- the page of a request


def others(at: Scene):
    return keys(ticket_page._OTHERS.all(at.world.anna.pk, at.ticket.pk, [at.world.field_crew.pk]))


def raw(at: Scene, **changes) -> RawLetter:
    meant = {"digest": "0" * 64, "mailbox": "smtp", "sender": NEW, "source": "@example.net", "state": "held"}
    where = {"storage_key": "k", "size": 100, "received_at": at.now, "next_try_at": at.now}
    return RawLetter.objects.create(**meant | where | changes)


def came_in(at: Scene, *, into=None, **changes) -> RawLetter:
    return raw(at, message=message(at, **{"pk": 10**6} | (into or {})), **changes)


AROUND = {
    "its cameras": Query(lambda at: keys(ticket_page._CAMERAS.all(at.ticket.pk)), about, {"another's": elsewhere}),
    "its letters": Query(lambda at: keys(ticket_page._LETTERS.all(at.ticket.pk)), delivery, {"another's": elsewhere}),
    "the letters it came in": Query(
        lambda at: keys(ticket_page._LETTERS_IN.all([10**6])),
        came_in,
        {"another message's": {"into": {"pk": 10**6 + 1}}},
    ),
    "other requests of theirs": Query(others, rows.ticket, {"somebody else's": olegs, "a closed team's": crews}),
    "what they are known by": Query(
        lambda at: keys(ticket_page._IDENTITIES.all(at.world.anna.pk)), identity, {"somebody else": olegs}
    ),
    "where they work": Query(
        lambda at: keys(ticket_page._MEMBERSHIPS.all(at.world.anna.pk)), membership, {"somebody else": olegs}
    ),
}


# --- calls


def call(at: Scene, **changes) -> Call:
    meant = {"provider": "asterisk", "call_id": "1", "direction": "in", "state": "ringing", "customer": SAID}
    return Call.objects.create(**meant | {"began_at": timezone.now(), "moved_at": timezone.now()} | changes)


def card(at: Scene):
    call(at, person=at.world.anna, moved_at=at.now)
    [one] = call_cards.cards_for(ira(at), now=at.now)
    return one.requests, one.more, one.organisations


def call_back(at: Scene, **changes) -> CallBack:
    meant = {"phone": SAID, "wanted_from": timezone.now() + DAY, "wanted_until": timezone.now() + DAY + HOUR}
    return CallBack.objects.create(**{"next_try_at": at.now, "created_at": at.now} | meant | changes)


def done(at: Scene):
    return {"state": "done", "settled_at": at.now}


def waiting(at: Scene):
    return call_views._waiting(asks(at), [Call(state="missed", customer=SAID)])


CALLS = {
    "requests on a card": Query(
        card, rows.ticket, {"somebody else's": olegs, "settled": settled, "a closed team's": crews}
    ),
    "cameras on a card": Query(card, about, {"another request's": elsewhere}),
    "organisations on a card": Query(card, membership, {"somebody else's": olegs}),
    "all calls": Query(
        page("ira", "/desk/calls/"),
        lambda at, **unlike: call(at, **{"state": "ended"} | unlike),
        {"among us": {"direction": "internal"}, "about a closed team's": closed},
    ),
    "missed calls": Query(
        page("ira", "/desk/calls/", show="missed"),
        lambda at, **unlike: call(at, **{"state": "missed"} | unlike),
        {"answered": {"state": "ended"}},
    ),
    "my calls": Query(
        page("ira", "/desk/calls/", show="mine"),
        lambda at, **unlike: call(at, **{"state": "ended", "agent": ira(at)} | unlike),
        {"a colleague's": lambda at: {"agent": at.world.leo.agent}},
    ),
    "older calls": Query(
        page("ira", "/desk/calls/", before=500),
        lambda at, **unlike: call(at, **{"state": "ended", "pk": 499} | unlike),
        {"shown already": {"pk": 500}},
    ),
    "who waits for a call": Query(
        waiting, call_back, {"another number": {"phone": "+79351111111"}, "called": done, "a closed team's": closed}
    ),
    "the number of call-backs": Query(page("ira", "/desk/call-backs/"), call_back, {"a closed team's": closed}),
}


# --- letters


def listed(at: Scene):
    return letters_in.LetterList(at.world.leo.agent, of=RawLetter(pk=7, sender=NEW)).letters().count()


LETTERS = {
    "letters in a state": Query(
        lambda at: letters_in.LetterList(ira(at), "held").letters().count(),
        raw,
        {"another": {"state": "taken"}, "a closed team's": closed},
    ),
    "letters of one sender": Query(listed, raw, {"another's": {"sender": "x" + NEW}}),
    "the letter of no sender": Query(
        lambda at: letters_in.LetterList(ira(at), of=RawLetter(pk=7, sender="")).letters().count(),
        lambda at, **unlike: raw(at, **{"sender": "", "pk": 7} | unlike),
        {"another": {"pk": 8}},
    ),
    "older letters in": Query(
        lambda at: keys(letters_in.page(letters_in.LetterList(ira(at)), before=7)[0]),
        lambda at, **unlike: raw(at, **{"pk": 6} | unlike),
        {"shown already": {"pk": 7}},
    ),
    "how many are held": Query(lambda at: letters_in.held(), raw, {"taken in": {"state": "taken"}}),
    "of whom several are held": Query(
        lambda at: (raw(at, digest="1" * 64), letters_in.held_senders())[1],
        raw,
        {"taken in": {"state": "taken"}, "another's": {"sender": "x" + NEW}},
    ),
    "what can be let in": Query(
        lambda at: letters_in.states_of_sender(ira(at), RawLetter(pk=7, sender=NEW)),
        raw,
        {"taken in": {"state": "taken"}, "turned away for another reason": {"state": "ignored", "note": "our own"}},
    ),
    "what was turned away": Query(
        lambda at: letters_in.states_of_sender(ira(at), RawLetter(pk=7, sender=NEW)),
        lambda at, **unlike: raw(at, **{"state": "ignored", "note": letters_in.TURNED_AWAY} | unlike),
        {"another reason": {"note": "our own"}, "noted": {"state": "noted"}},
    ),
    "which letter in is opened": Query(
        lambda at: whether(Http404, lambda: letters_in.letter_for(at.world.leo.agent, 7).pk),
        lambda at, **unlike: raw(at, **{"pk": 7} | unlike),
        {"another": {"pk": 8}},
    ),
    "letters that left, in a state": Query(
        page("leo", "/desk/letters/", state="held"),
        lambda at, **unlike: delivery(at, **{"state": "held"} | unlike),
        {"another": {"state": "sent"}},
    ),
    "older letters that left": Query(
        page("leo", "/desk/letters/", before=500),
        lambda at, **unlike: delivery(at, **{"pk": 499} | unlike),
        {"shown already": {"pk": 500}},
    ),
    "letters an agent sees": Query(
        lambda at: letter_views._seen(asks(at)).count(), delivery, {"a closed team's": closed}
    ),
}


def digest(at: Scene, number: int = 0) -> OutgoingLetter:
    """A letter that says what several would have said."""
    address = f"digest-{number}@example.net"
    one = Delivery.objects.filter(to=address).first() or delivery(at, ticket=None, kind="digest", to=address)
    return one.letter


def shown_whole(at: Scene):
    """Whether Ira is shown the letter of several."""
    return letter_views._seen(asks(at)).filter(pk=digest(at).pk).exists()


def part(at: Scene, *, of: int = 0, **changes):
    return delivery(at, **{"state": "merged", "letter": {"merged_into": digest(at, of)}, **closed(at)} | changes)


LETTERS["what a letter of several says of a closed team's"] = Query(
    shown_whole, part, {"of a request one sees": {"ticket": None}, "another letter does": {"of": 1}}
)


# --- people, cameras, the staff


def grant(at: Scene, **changes) -> CameraGrant:
    meant = {"person": at.world.boris, "camera": at.world.camera_gate, "kind": "shared", "created_at": at.now}
    return CameraGrant.objects.create(**meant | changes)


def camera(at: Scene, **changes) -> Camera:
    return rows.like(at.world.camera_door, **{"external_id": "new", "serial": "", "mac": "", "name": "Новая"} | changes)


def login(at: Scene, *, whose="marina"):
    return User.objects.create(email=NEW, person=getattr(at.world, whose))


def search(words: str):
    return lambda at: keys(people.search(words))


def found_customers(at: Scene):
    return keys(claims._customers("Зоя", but=0))


def zoya(at: Scene, *, of_staff=False, **changes) -> Person:
    who = person(at, **{"name": "Зоя Новая"} | changes)
    if of_staff:
        Agent.objects.create(person=who)
    return who


def staff_invitation(at: Scene, **changes):
    meant = {"agent_role": "agent", "invited_by": at.world.ada, "expires_at": timezone.now() + DAY}
    return invitation(at, **meant | changes)


PEOPLE = {
    "requests of a person": Query(
        page("ira", "/desk/people/{anna}/"), rows.ticket, {"somebody else's": olegs, "a closed team's": crews}
    ),
    "older requests of a person": Query(
        page("ira", "/desk/people/{anna}/", before=500),
        lambda at, **unlike: rows.ticket(at, **{"pk": 499} | unlike),
        {"shown already": {"pk": 500}},
    ),
    "whether a person has a login": Query(page("ira", "/desk/people/{marina}/"), login),
    "cameras of a person": Query(
        page("ira", "/desk/people/{anna}/"),
        lambda at, **unlike: grant(at, **{"person": at.world.anna, "camera": at.world.camera_oleg} | unlike),
        {"somebody else's": lambda at: {"person": at.world.boris}},
    ),
    "whom a name means": Query(search("Зоя"), zoya, {"another": {"name": "Инна"}, "a machine": {"kind": "machine"}}),
    "whom an address means": Query(search(NEW), zoya, {"another": {"said": "x" + NEW}}),
    "who may be the customer": Query(found_customers, zoya, {"of the staff": {"of_staff": True}}),
    "neighbours of a camera": Query(
        page("ira", "/desk/cameras/{camera_gate}/"),
        camera,
        {"elsewhere": lambda at: {"site": at.world.cottage}, "taken down": lambda at: {"retired_at": at.now}},
    ),
    "who has a camera": Query(
        page("ira", "/desk/cameras/{camera_gate}/"), grant, {"another": lambda at: {"camera": at.world.camera_oleg}}
    ),
    "requests about a camera": Query(
        page("ira", "/desk/cameras/{camera_gate}/"),
        lambda at, **unlike: about(at, **{"camera": at.world.camera_gate} | unlike),
        {"about another": lambda at: {"camera": at.world.camera_hall}, "a closed team's": closed},
    ),
    "what stands with an agent": Query(
        page("ada", "/desk/staff/{ira_agent}/"),
        lambda at, **unlike: rows.ticket(at, **{"assignee": ira(at)} | unlike),
        {"with a colleague": lambda at: {"assignee": at.world.leo.agent}, "settled": settled},
    ),
    "who is invited to the staff": Query(
        page("ada", "/desk/staff/"),
        staff_invitation,
        {
            "a customer": {"agent_role": ""},
            "no more": lambda at: {"revoked_at": at.now},
            "of yesterday": lambda at: {"expires_at": timezone.now() - MINUTE},
        },
    ),
    "whom the simulator plays": Query(
        page("ira", "/desk/playbook/simulator/"),
        lambda at, **unlike: zoya(at, **{"login": True} | unlike),
        {"without a login": {"login": False}, "of the staff": {"of_staff": True}},
    ),
}


# --- the playbook


def phrase(at: Scene, **changes) -> Phrase:
    return Phrase.objects.create(**{"text": "Абракадабра", "at": at.now} | changes)


PLAYBOOK = {
    "phrases that wait": Query(page("ira", "/desk/playbook/phrases/"), phrase, {"a closed team's": closed}),
    "how an article does": Query(
        page("ira", "/desk/playbook/articles/camera-offline/"),
        lambda at, **unlike: ArticleCount.objects.create(**{"article": "camera-offline", "shown": 777} | unlike),
        {"another": {"article": "another"}},
    ),
}


# --- the form of an outage


def picked(name: str, *, words: str = "", **chosen: str):
    """`chosen`: by the kind, what of the scene is chosen."""

    def asked(at: Scene):
        scope = OutageScope(**{kind: (getattr(at.world, one).pk,) for kind, one in chosen.items()})
        return keys(outage_form.picked(scope, words)[name])

    return asked


def reached(name: str):
    return lambda at: outage_form.reach(OutageScope(sites=(at.world.house.pk,)), None, now=at.now)[name]


def site(at: Scene, **changes) -> Site:
    return rows.like(at.world.house, **{"external_id": "new", "address": "Новая улица, 1"} | changes)


def without_provider(at: Scene):
    return outage_form.reach(OutageScope(sites=(at.world.house.pk,), provider="beeline"), None, now=at.now)["unknown"]


OUTAGE_FORM = {
    "districts": Query(
        lambda at: outage_form.choices(current()[1], "ru")["districts"],
        lambda at, **unlike: site(at, **{"district": "Новый"} | unlike),
        {"without a name": {"district": ""}},
    ),
    "addresses that match": Query(
        picked("found_sites", words="Новая", sites="shop"),
        camera,
        {"chosen already": lambda at: {"site": at.world.shop}},
    ),
    "which addresses it touches": Query(
        lambda at: keys(outage_form.reach(OutageScope(districts=("Новый",)), None, now=at.now)["sites"]),
        lambda at, **unlike: camera(at, **{"site": site(at, district="Новый")} | unlike),
        {"whose cameras were taken down": lambda at: {"retired_at": at.now}},
    ),
    "how many do not work": Query(
        reached("down"),
        lambda at, **unlike: camera(at, **{"status": "offline"} | unlike),
        {"elsewhere": lambda at: {"site": at.world.cottage}, "that works": {"status": "online"}},
    ),
    "how many customers": Query(
        reached("customers"),
        grant,
        {"of another camera": lambda at: {"camera": at.world.camera_oleg}},
    ),
    "whose provider is not known": Query(
        without_provider, camera, {"elsewhere": lambda at: {"site": at.world.cottage}}
    ),
}

TABLES = {
    "queues": QUEUES,
    "a request": AROUND,
    "calls": CALLS,
    "letters": LETTERS,
    "people": PEOPLE,
    "the playbook": PLAYBOOK,
    "an outage": OUTAGE_FORM,
}
ALL = {f"{table}: {name}": query for table, queries in TABLES.items() for name, query in queries.items()}


@pytest.mark.parametrize("name", ALL)
def test_it_finds_what_is_meant_and_nothing_else(scene, name, data_folder):
    proven(ALL[name], scene)


IN_ONE_LIST = {  # of a page with two: where, what is made, as it waits and as it is over, the words that show it
    "calls": ("/desk/calls/", call, {}, {"state": "ended"}, "935 123-45-67"),
    "call-backs": (
        "/desk/call-backs/",
        call_back,
        {},
        {"state": "done", "settled_at": timezone.now()},
        "935 123-45-67",
    ),
    "phrases": ("/desk/playbook/phrases/", phrase, {}, {"settled_at": timezone.now()}, "Абракадабра"),
}


@pytest.mark.parametrize("name", IN_ONE_LIST)
def test_what_waits_and_what_is_over_stand_in_one_list_each(scene, name):
    address, make, waits, over, words = IN_ONE_LIST[name]
    row = make(scene, **waits)
    assert words_of(scene.world.ira, address).count(words) == 1
    type(row).objects.filter(pk=row.pk).update(**over)
    assert words_of(scene.world.ira, address).count(words) == 1


def test_a_queue_of_a_team_that_is_hidden_is_empty(scene):
    promised(scene, team=scene.world.field_crew)
    assert numbers(crew)(scene) == []


def test_a_request_and_a_camera_do_not_stand_beside_themselves(scene):
    assert scene.ticket.pk not in others(scene)
    camera = scene.world.camera_gate
    assert "Калитка" in words_of(scene.world.ira, f"/desk/cameras/{scene.world.camera_door.pk}/")
    assert words_of(scene.world.ira, f"/desk/cameras/{camera.pk}/").count("Калитка") == 1, "its heading"


def test_of_many_requests_of_theirs_the_newest_are_looked_at(scene):
    """Open ones stand first, but among the newest only: no index knows which of thousands are open."""
    first = Ticket.objects.get(pk=scene.ticket.pk)
    settled_ones = [rows.like(first, turn="nobody", resolved_at=scene.now) for _ in range(ticket_page.OTHERS_LOOKED_AT)]
    newest = settled_ones[-1].pk
    assert first.pk not in keys(ticket_page._OTHERS.all(scene.world.anna.pk, newest, list(NO_TEAM)))
    rows.like(first, person=scene.world.oleg)  # one of another's takes nobody's place
    settled_ones[0].delete()
    assert first.pk in keys(ticket_page._OTHERS.all(scene.world.anna.pk, newest, list(NO_TEAM)))
