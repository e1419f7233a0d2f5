"""Whom an outage concerns, and who hears of it: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest
from django.http import Http404

from camdesk.cameras.models import Camera
from camdesk.outages import access, audience, linking, notices, open_outages, recovery
from camdesk.outages.models import Notice, Outage, OutageCamera, OutageTicket, Recipient, Subscription
from camdesk.outages.scope import OutageScope
from camdesk.tickets.models import Message, TicketCamera
from tests import rows
from tests.deeds.outages.test_outages import outage_of
from tests.rows import DAY, HOUR, MINUTE, Query, Scene, keys, message, proven, whether
from tests.rows import scene as plain_scene  # noqa: F401


@pytest.fixture
def scene(plain_scene: Scene) -> Scene:  # noqa: F811
    """Oleg's plot and Anna's house have an outage each; nobody is linked to either, and this one has no camera yet."""
    world = plain_scene.world
    for site, title in ((world.cottage, "другая"), (world.house, "эта")):
        outage_of(world, plain_scene.now - HOUR, title_ru=title, scope=OutageScope(sites=(site.pk,)))
    OutageTicket.objects.all().delete()
    Recipient.objects.all().delete()
    OutageCamera.objects.filter(outage=this()).delete()
    return plain_scene


def this() -> Outage:
    return Outage.objects.get(title_ru="эта")


def another(at: Scene):
    return {"outage": Outage.objects.get(title_ru="другая")}


def link(at: Scene, **changes):
    return OutageTicket.objects.create(**{"outage": this(), "ticket": at.ticket, "at": at.now} | changes)


def subscription(at: Scene, **changes):
    return Subscription.objects.create(**{"outage": this(), "person": at.world.boris, "at": at.now} | changes)


def notice(at: Scene, /, **changes) -> Notice:
    meant = {"outage": this(), "kind": "forecast", "by": at.world.leo, "at": at.now, "next_try_at": at.now}
    return Notice.objects.create(**meant | changes)


def heard_of(at: Scene, **changes):
    newest = Notice.objects.filter(outage=this()).latest("at")
    return Recipient.objects.create(**{"notice": newest, "person": at.world.anna, "how": "page"} | changes)


def unlinked(at: Scene):
    return {"unlinked_at": at.now}


def waits(at: Scene):
    """Who is still to hear the newest notice, while Anna is concerned."""
    link(at)
    return keys(audience.waiting(Notice.objects.filter(outage=this()).latest("at")))


def concerned(at: Scene):
    return keys(audience.waiting(notice(at)))


def answered(at: Scene):
    return notices.tell_some(notice(at, kind="answer", words_ru="Всем"), now=at.now)


def answer_of(at: Scene):
    """What the notice says already stands in Anna's request."""
    link(at)
    told = notice(at, kind="answer", words_ru="Всем")
    Message.objects.filter(client_id="outage-notice-?").update(client_id=f"outage-notice-{told.pk}")
    return notices.tell_some(told, now=at.now)


def overtaken(at: Scene):
    notices.say(outage=this(), kind="forecast", by=at.world.leo, now=at.now)
    return Notice.objects.filter(done_at=at.now).count()


def caught_up(at: Scene):
    """Which notice Boris is told who asks for news."""
    notices.catch_up(outage=this(), person=at.world.boris, by=None, now=at.now, on_page=True)
    told = Recipient.objects.filter(person=at.world.boris).first()
    return told.notice.at if told else None


def member(at: Scene, **changes):
    meant = {"outage": this(), "camera": at.world.camera_gate, "added_at": at.now}
    OutageCamera.objects.create(**meant | changes)
    open_outages.forget()


def names(at: Scene):
    return notices._cameras_of(at.world.anna, this().pk)


def touched(at: Scene):
    return [len(one.cameras) for one in open_outages.of_person(at.world.anna) if one.outage == this()]


def touching(at: Scene):
    return open_outages.touching([at.world.camera_gate.pk]).get(this().pk)


def shown_to_anna(at: Scene):
    return whether(Http404, lambda: access.outage_for_customer(at.world.anna, this().pk).pk)


def olegs_camera(at: Scene):
    return {"camera": at.world.camera_oleg}


def asked_for_news(at: Scene):
    member(at)
    return [one.subscribed for one in open_outages.of_person(at.world.anna) if one.outage == this()]


def explained(at: Scene):
    return len(linking.explained([at.world.camera_hall.pk], began=at.now - 2 * HOUR))


def request(at: Scene, *, about=None, **changes):
    made = rows.ticket(at, **changes)
    TicketCamera.objects.create(ticket=made, camera=about or at.world.camera_hall)


def late(at: Scene):
    """How many requests are linked that the declaration could not see."""
    open_outages.forget()
    linking.link_late(at.now)
    return OutageTicket.objects.count()


def added(at: Scene, *, to="эта", state="confirmed", **changes):
    """A camera was added, and a request about it is there."""
    OutageCamera.objects.update(added_at=at.now - DAY)
    outage = Outage.objects.get(title_ru=to)
    Outage.objects.filter(pk=outage.pk).update(state=state, closed_at=at.now if state == "closed" else None)
    OutageCamera.objects.create(
        **{"outage": outage, "camera": at.world.camera_hall, "added_at": at.now - MINUTE} | changes
    )
    request(at)
    open_outages.forget()


def back(at: Scene, *, status="online", since=MINUTE, state="affected", closed=False):
    """The gate has this status since then; it is known to be in this state."""
    member(at, state=state)
    Camera.objects.filter(pk=at.world.camera_gate.pk).update(status=status, status_since=at.now - since)
    if closed:
        Outage.objects.filter(pk=this().pk).update(state="closed", closed_at=at.now)


def is_healthy(at: Scene):
    """What has become of the cameras whose state changed."""
    open_outages.forget()
    before = dict(OutageCamera.objects.values_list("pk", "state"))
    recovery.look_after(at.now)
    return [state for pk, state in OutageCamera.objects.values_list("pk", "state") if before[pk] != state]


def unsubscribed(at: Scene):
    return linking.unsubscribe(outage=this(), person=at.world.boris)


QUERIES = {
    "whom a notice is for": Query(concerned, link, {"of another outage": another, "linked no more": unlinked}),
    "who asked for news": Query(concerned, subscription, {"of another outage": another}),
    "who is still to hear it": Query(
        waits,
        heard_of,
        {
            "another's word": lambda at: {"notice": notice(at, at=at.now - DAY)},
            "somebody else has": lambda at: {"person": at.world.boris},
        },
    ),
    "how many would be told": Query(
        lambda at: audience.size(this().pk), link, {"of another outage": another, "linked no more": unlinked}
    ),
    "how many asked for news": Query(lambda at: audience.size(this().pk), subscription, {"of another outage": another}),
    "a person's linked requests": Query(
        lambda at: audience.linked_tickets(this().pk, at.world.anna),
        link,
        {"of another outage": another, "linked no more": unlinked, "another's": lambda at: {"ticket": at.other}},
    ),
    "where an answer to all goes": Query(
        answered,
        link,
        {
            "of another outage": another,
            "linked no more": unlinked,
            "closed for good": lambda at: {"ticket": rows.ticket(at, closed_at=at.now)},
        },
    ),
    "where the answer stands already": Query(
        answer_of,
        lambda at, **unlike: message(at, **{"client_id": "outage-notice-?"} | unlike),
        {"in another request": lambda at: {"ticket": at.other}, "another answer": {"client_id": "outage-notice-0"}},
    ),
    "what is overtaken": Query(
        lambda at: (Notice.objects.exclude(words_ru="встало").delete(), overtaken(at))[1],
        lambda at, **unlike: notice(at, **{"words_ru": "встало"} | unlike),
        {
            "of another outage": another,
            "told to all": lambda at: {"done_at": at.now - MINUTE},
            "an answer": {"kind": "answer"},
        },
    ),
    "the last word": Query(
        caught_up,
        lambda at, **unlike: notice(at, **{"at": at.now + MINUTE} | unlike),
        {"of another outage": another, "an answer": {"kind": "answer"}},
    ),
    "which cameras a letter names": Query(
        names,
        member,
        {"of another outage": another, "that work again": {"state": "healthy"}, "somebody else's": olegs_camera},
    ),
    "whose cameras are touched": Query(
        touched, member, {"that work again": {"state": "healthy"}, "somebody else's": olegs_camera}
    ),
    "which cameras are touched": Query(
        touching, member, {"that work again": {"state": "healthy"}, "another": olegs_camera}
    ),
    "who may see it": Query(shown_to_anna, member, {"of another outage": another, "somebody else's": olegs_camera}),
    "whether they asked for news": Query(
        asked_for_news,
        lambda at, **unlike: subscription(at, **{"person": at.world.anna} | unlike),
        {"of another outage": another, "somebody else did": lambda at: {"person": at.world.oleg}},
    ),
    "what it explains": Query(
        explained,
        request,
        {
            "about another camera": lambda at: {"about": at.world.camera_till},
            "settled": lambda at: {"turn": "nobody", "resolved_at": at.now},
            "of a topic no outage explains": {"topic_id": "unclear-charge"},
        },
    ),
    "what is linked late": Query(
        late,
        added,
        {"of what is over": {"state": "closed"}, "long ago": lambda at: {"added_at": at.now - DAY}},
    ),
    "what works again": Query(
        is_healthy,
        back,
        {
            "does not": {"status": "unstable"},
            "worked before it began": {"since": 30 * DAY},
            "known to work": {"state": "healthy"},
            "of what is over": {"closed": True},
        },
    ),
    "what fell out again": Query(
        is_healthy,
        lambda at, **unlike: back(at, **{"status": "offline", "state": "healthy"} | unlike),
        {"works": {"status": "online"}, "never came back": {"state": "affected"}},
    ),
    "what it is about no more": Query(
        lambda at: linking.unlink(outage=this(), ticket=at.ticket, by=at.world.leo, now=at.now),
        link,
        {"of another outage": another, "linked no more": unlinked, "another request": lambda at: {"ticket": at.other}},
    ),
    "what it is about already": Query(
        lambda at: linking.link(outage=this(), ticket=at.ticket, by=at.world.leo, now=at.now),
        link,
        {"of another outage": another, "linked no more": unlinked, "another request": lambda at: {"ticket": at.other}},
    ),
    "what it is not linked to by itself again": Query(
        lambda at: linking.link(outage=this(), ticket=at.ticket, by=None, now=at.now),
        lambda at, **unlike: link(at, **unlinked(at) | unlike),
        {"of another outage": another, "another request": lambda at: {"ticket": at.other}},
    ),
    "what is asked no more": Query(
        unsubscribed,
        subscription,
        {"of another outage": another, "somebody else's": lambda at: {"person": at.world.vera}},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(QUERIES[name], scene)


def test_what_is_only_suspected_is_shown_to_nobody(scene):
    outage = this()
    member(scene)
    assert access.outage_for_customer(scene.world.anna, outage.pk) == outage
    Outage.objects.filter(pk=outage.pk).update(state="candidate")
    assert whether(Http404, lambda: access.outage_for_customer(scene.world.anna, outage.pk)) is Http404
