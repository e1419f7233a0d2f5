"""What customers read: each condition has the row that only it keeps out (tests/rows.py)."""

from dataclasses import replace

import pytest
from django.http import Http404, HttpRequest
from django.utils import timezone

from camdesk.bot.models import Session
from camdesk.cabinet import chat_page, form_page, organisation_switch, stream_channels
from camdesk.cameras.models import Camera, CameraGrant
from camdesk.channels.form import submission
from camdesk.channels.form.posted_fields import Filled
from camdesk.lib import stream_tokens
from camdesk.people.models import Person
from camdesk.tickets.models import TicketCamera
from tests import rows
from tests.rows import (
    DAY,
    HOUR,
    Query,
    Scene,
    attachment,
    browser_of,
    identity,
    invitation,
    keys,
    membership,
    proven,
    whether,
    words_of,
)
from tests.rows import scene as scene

NUMBER = 10**6  # nobody's until a row says so


def page(who: str, address: str, /, **asked):
    """`address`: with {ticket}, {camera_gate} and the like for the ids of the scene."""

    def read(at: Scene):
        names = {name: getattr(at.world, name).pk for name in ("camera_gate", "chain", "vera")}
        return words_of(getattr(at.world, who), address.format(ticket=at.ticket.pk, **names), **asked)

    return read


def asks(at: Scene) -> HttpRequest:
    """A request of Anna's, for a function behind a view."""
    request = HttpRequest()
    request.person, request.agent = at.world.anna, None
    return request


def olegs(at: Scene):
    return {"person": at.world.oleg}


def settled(at: Scene):
    return {"turn": "nobody", "resolved_at": at.now}


def another(at: Scene):
    return {"organisation": rows.organisation(at)}


# --- cameras


def camera(at: Scene, **changes) -> Camera:
    """Granted to nobody."""
    return rows.like(at.world.camera_oleg, **{"external_id": "new", "serial": "", "mac": "", "name": "Новая"} | changes)


def mine(at: Scene, *, person: Person | None = None, **changes) -> Camera:
    made = camera(at, **changes)
    CameraGrant.objects.create(person=person or at.world.anna, camera=made, kind="shared", created_at=at.now)
    return made


OF_OTHERS = {
    "somebody else's": lambda at: {"person": at.world.boris},
    "taken down": lambda at: {"retired_at": at.now},
}


def beside(at: Scene, **changes) -> Camera:
    return mine(at, **{"site": at.world.house} | changes)


def chosen(**asked):
    """What the list of a chat shows; `cameras`: those that are ticked."""

    def read(at: Scene):
        found = chat_page.camera_list(at.world.anna, words="", chosen={at.world.camera_gate.pk}, **asked)
        return [camera.pk for place in found["places"] for camera in place.cameras]

    return read


def ticked(at: Scene):
    """Which of those that were named on the way are ticked, where the list does not hold them."""
    named = list(Camera.objects.filter(name="Новая").values_list("pk", flat=True))
    filled = form_page.entered(Filled(), at.world.anna, [*named, at.world.camera_oleg.pk], "", [])
    return filled.camera_ids


def named(at: Scene):
    """Which cameras the form shows beside those that are listed."""
    named_ids = list(Camera.objects.filter(name="Новая").values_list("pk", flat=True))
    filled = replace(Filled(), camera_ids=[*named_ids, at.world.camera_oleg.pk])
    return keys(form_page._with_the_named(at.world.anna, filled, [], False))


CAMERAS = {
    "cameras": Query(page("anna", "/cameras/"), mine, OF_OTHERS),
    "cameras of one organisation": Query(
        lambda at: of_the_chain(at, "/cameras/"),
        lambda at, **unlike: mine(at, **{"person": at.world.boris, "organisation": at.world.chain} | unlike),
        {"another's": another},
    ),
    "cameras that do not work": Query(
        page("anna", "/cameras/", state="down"),
        lambda at, **unlike: mine(at, **{"status": "offline"} | unlike),
        {"that works": {"status": "online"}, "not seen yet": {"status": "unknown"}, **OF_OTHERS},
    ),
    "cameras that work": Query(
        page("anna", "/cameras/", state="online"),
        lambda at, **unlike: mine(at, **{"status": "online"} | unlike),
        {"that does not": {"status": "offline"}},
    ),
    "cameras that match": Query(page("anna", "/cameras/", q="новая"), mine, {"another": {"name": "Старая"}}),
    "requests about a camera": Query(
        page("anna", "/cameras/{camera_gate}/"),
        lambda at, **unlike: about(at, **unlike),
        {"somebody else's": olegs, "about another": lambda at: {"camera": at.world.camera_yard}},
    ),
    "cameras beside it": Query(
        page("anna", "/cameras/{camera_gate}/"),
        beside,
        {"elsewhere": lambda at: {"site": at.world.cottage}, **OF_OTHERS},
    ),
    "cameras to choose in the chat": Query(chosen(), mine, OF_OTHERS),
    "cameras to choose in the form": Query(lambda at: keys(form_page.listed(at.world.anna)), mine, OF_OTHERS),
    "cameras one comes with": Query(ticked, mine, OF_OTHERS),
    "cameras that are ticked": Query(named, mine, OF_OTHERS),
    "cameras of a form that was sent": Query(
        lambda at: keys(submission._NAMED.all(at.world.anna.pk, [NUMBER])),
        lambda at, **unlike: mine(at, **{"pk": NUMBER} | unlike),
        {"another": {"pk": NUMBER + 1}, **OF_OTHERS},
    ),
    "files of a form that was sent": Query(
        lambda at: list(submission._SUMS.all(["wanted"])), attachment, {"another": {"id": "another"}}
    ),
    "cameras that are searched": Query(
        page("anna", "/support/write/cameras", q="новая"), mine, {"another": {"name": "Старая"}, **OF_OTHERS}
    ),
    "cameras at the address": Query(
        page("anna", "/support/write/cameras", address="Садовая улица, 12"),
        beside,
        {"elsewhere": lambda at: {"site": at.world.cottage}, **OF_OTHERS},
    ),
    "cameras an organisation may give": Query(
        page("boris", "/organisations/{chain}/"),
        lambda at, **unlike: camera(at, **{"organisation": at.world.chain} | unlike),
        {"another's": another, "taken down": lambda at: {"retired_at": at.now}},
    ),
}


def about(at: Scene, *, camera: Camera | None = None, **changes):
    made = rows.ticket(at, **changes)
    TicketCamera.objects.create(ticket=made, camera=camera or at.world.camera_gate)


def of_the_chain(at: Scene, address: str) -> str:
    """What Boris reads after choosing one of two organisations."""
    membership(at, person=at.world.boris, organisation=rows.organisation(at))
    cookie = {organisation_switch.COOKIE: str(at.world.chain.pk)}
    return words_of(at.world.boris, address, cookies=cookie)


# --- requests


def chat(at: Scene, *, session=True, **changes):
    made = rows.ticket(at, **{"channel": "chat", "active_at": timezone.now()} | changes)
    if session:
        Session.objects.create(ticket=made, started_at=at.now, moved_at=at.now)
    return made


def panels_chat(at: Scene):
    found = chat_page.chat_to_show(at.world.anna, now=at.now)
    return found and found.pk


def open_one(at: Scene):
    """Where the newest one is over."""
    chat(at, **settled(at) | {"active_at": at.now - DAY, "pk": NUMBER})
    return panels_chat(at)


def others(at: Scene):
    return keys(chat_page.page_of(asks(at), None, now=at.now)["others"])


def own(at: Scene):
    return whether(Http404, lambda: chat_page.own_chat(at.world.anna, NUMBER).pk)


REQUESTS = {
    "requests": Query(page("anna", "/requests/"), rows.ticket, {"somebody else's": olegs}),
    "requests of one organisation": Query(
        lambda at: of_the_chain(at, "/requests/"),
        lambda at, **unlike: rows.ticket(at, **{"person": at.world.boris, "organisation": at.world.chain} | unlike),
        {"another's": another},
    ),
    "open requests": Query(page("anna", "/requests/", state="open"), rows.ticket, {"settled": settled}),
    "settled requests": Query(
        page("anna", "/requests/", state="settled"),
        lambda at, **unlike: rows.ticket(at, **settled(at) | unlike),
        {"open": {"turn": "us"}},
    ),
    "older requests": Query(
        page("anna", "/requests/", before=NUMBER),
        lambda at, **unlike: rows.ticket(at, **{"pk": NUMBER - 1} | unlike),
        {"shown already": {"pk": NUMBER}},
    ),
    "a request by its number": Query(
        page("anna", "/requests/", q=NUMBER),
        lambda at, **unlike: rows.ticket(at, **{"pk": NUMBER} | unlike),
        {"somebody else's": olegs, "another": {"pk": NUMBER + 1}},
    ),
    "what followed a request": Query(
        page("anna", "/requests/{ticket}/"),
        lambda at, **unlike: rows.ticket(at, **{"follow_up_of": at.ticket} | unlike),
        {"another's": lambda at: {"follow_up_of": at.other}, "somebody else's": olegs},
    ),
    "the chat the panel opens": Query(
        panels_chat,
        chat,
        {"somebody else's": olegs, "a letter": {"channel": "mail"}, "no conversation": {"session": False}},
    ),
    "the chat that is open": Query(open_one, chat, {"settled": settled, "somebody else's": olegs}),
    "chats beside it": Query(
        others, chat, {"somebody else's": olegs, "a letter": {"channel": "mail"}, "settled": settled}
    ),
    "one's own chat": Query(
        own,
        lambda at, **unlike: chat(at, **{"pk": NUMBER} | unlike),
        {"somebody else's": olegs, "a letter": {"channel": "mail"}, "another": {"pk": NUMBER + 1}},
    ),
}


# --- people


def heard_streams(at: Scene):
    return stream_tokens.read(stream_channels.token_for(asks(at))).channels


def usable(at: Scene, **changes):
    meant = {"organisation": at.world.chain, "organisation_role": "employee", "invited_by": at.world.boris}
    return invitation(at, **meant | {"expires_at": timezone.now() + DAY} | changes)


def letter_to(at: Scene):
    """Whether a letter can be asked for that proves an address."""
    return browser_of(at.world.anna).post(f"/profile/addresses/{NUMBER}/letters/").status_code


def said(at: Scene, **changes):
    return identity(at, **{"pk": NUMBER, "proven_at": None} | changes)


PEOPLE = {
    "one's organisations": Query(
        lambda at: keys(organisation_switch.choices(asks(at))),
        lambda at, **unlike: (membership(at, organisation=rows.organisation(at)), membership(at, **unlike)),
        {},
    ),
    "whose requests are heard": Query(
        heard_streams, membership, {"somebody else's": olegs, "works there": {"role": "employee"}}
    ),
    "where one works": Query(
        page("anna", "/organisations/"),
        lambda at, **unlike: membership(at, **{"role": "employee"} | unlike),
        {"somebody else": olegs},
    ),
    "who works there": Query(page("boris", "/organisations/{chain}/"), membership, {"elsewhere": another}),
    "who is invited": Query(
        page("boris", "/organisations/{chain}/"),
        usable,
        {
            "elsewhere": another,
            "no more": lambda at: {"revoked_at": at.now},
            "of yesterday": lambda at: {"expires_at": timezone.now() - HOUR},
        },
    ),
    "an address that can be proven": Query(
        letter_to,
        said,
        {
            "a number": {"kind": "phone"},
            "proven": lambda at: {"proven_at": at.now},
            "somebody else's": olegs,
            "another": {"pk": NUMBER + 1},
        },
    ),
    "addresses of a profile": Query(
        page("anna", "/profile/"), identity, {"a number": {"kind": "phone"}, "somebody else's": olegs}
    ),
}
ALL = {
    f"{table}: {name}": query
    for table, queries in {"cameras": CAMERAS, "requests": REQUESTS, "people": PEOPLE}.items()
    for name, query in queries.items()
}


@pytest.mark.parametrize("name", ALL)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(ALL[name], scene)


def test_a_ticked_camera_stands_once_in_the_list(scene):
    assert chosen()(scene).count(scene.world.camera_gate.pk) == 1
    gate = scene.world.camera_gate
    assert words_of(scene.world.anna, "/support/write/cameras", cameras=gate.pk).count(gate.name) == 1


def test_a_camera_does_not_stand_beside_itself(scene):
    gate = scene.world.camera_gate
    assert words_of(scene.world.anna, f"/cameras/{gate.pk}/").count(gate.name) == 1, "its heading"
    assert gate.name in words_of(scene.world.anna, f"/cameras/{scene.world.camera_yard.pk}/")


def test_what_a_member_sees_is_ticked(scene):
    """Theirs, and nobody else's."""
    client = browser_of(scene.world.boris)
    answer = client.get(f"/organisations/{scene.world.chain.pk}/members/{scene.world.vera.pk}/")
    assert answer.content.decode().count(" checked") == 1
    assert client.get(f"/organisations/{scene.world.chain.pk}/members/{scene.world.anna.pk}/").status_code == 404
