"""What the bot knows, watches over and counts: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest

from camdesk.bot import phrases
from camdesk.bot.engine.effects import OwnRequest
from camdesk.bot.models import Alarm, ArticleCount, Phrase, Session, StepCount
from camdesk.bot.sessions import (
    abandoning,
    checks,
    context,
    current_question,
    customers_word,
    dialogue_moves,
    duties,
    effects,
    giving_back,
    handing_over,
    open_requests,
    outages,
    step_counts,
)
from camdesk.bot.sessions.context import Sight
from camdesk.cameras.models import Camera, CameraGrant
from camdesk.outages.models import Outage, OutageTicket
from camdesk.outages.scope import OutageScope
from camdesk.playbook.current import current
from camdesk.playbook.models import Topic
from camdesk.tickets.models import Ticket, TicketCamera
from tests import rows
from tests.deeds.outages.test_outages import outage_of
from tests.rows import DAY, HOUR, MINUTE, Query, Scene, keys, membership, message, proven
from tests.rows import scene as scene


def elsewhere(at: Scene):
    return {"ticket": at.other}


def olegs(at: Scene):
    return {"person": at.world.oleg}


def settled(at: Scene):
    return {"turn": "nobody", "resolved_at": at.now}


def chat(at: Scene, *, alarm=False, moved_at=None, words=None, **changes) -> Ticket:
    """A conversation in which the customer had the last word; `words`: what is unlike in it."""
    made = rows.ticket(at, **{"channel": "chat", "turn": "bot"} | changes)
    session = Session.objects.create(ticket=made, started_at=at.now - DAY, moved_at=moved_at or at.now - 5 * MINUTE)
    message(at, **{"ticket": made, "kind": "customer"} | (words or {}))
    if alarm:
        Alarm.objects.create(session=session, name="remind", value={}, next_try_at=at.now + DAY)
    return made


def alarm(at: Scene, *, of="ticket", **changes) -> Alarm:
    ticket = getattr(at, of)
    session = Session.objects.get_or_create(ticket=ticket, defaults={"started_at": at.now, "moved_at": at.now})[0]
    return Alarm.objects.create(**{"session": session, "name": "remind", "value": {}, "next_try_at": at.now} | changes)


def left(at: Scene, **changes) -> Ticket:
    """Nothing was said for two days; the bot had the last word, and the customer one before."""
    made = chat(at, **{"moved_at": at.now - 2 * DAY} | changes)
    message(at, ticket=made, kind="bot", seq=51)
    return made


def only_looked(at: Scene):
    """Of conversations that were left: how many leave nothing behind."""
    before = Ticket.objects.count()
    abandoning.end_abandoned(at.now)
    return before - Ticket.objects.count()


def gone(number_of):
    """How many alarms a deed takes along."""

    def done(at: Scene):
        before = Alarm.objects.count()
        number_of(at)
        return before - Alarm.objects.count()

    return done


def settle(at: Scene):
    customers_word.settle(ticket=at.ticket, by=at.world.anna, insists=True, now=at.now)


def own_request(at: Scene):
    effects._CALLS[dialogue_moves.OWN_REQUEST], kept = (lambda *_: {}), effects._CALLS[dialogue_moves.OWN_REQUEST]
    try:
        effects._own_request(at.ticket, OwnRequest(topic="another", words="…"), now=at.now)
    finally:
        effects._CALLS[dialogue_moves.OWN_REQUEST] = kept


def about_gate(at: Scene, *, camera=None, turn="us", **changes) -> Ticket:
    made = rows.ticket(at, **{"turn": turn} | changes)
    TicketCamera.objects.create(ticket=made, camera=camera or at.world.camera_gate)
    return made


def open_about(at: Scene):
    return open_requests.about([at.world.camera_gate], at.world.anna, now=at.now)


def seen(at: Scene):
    return keys(Sight().cameras_of(at.world.anna))


def mine(at: Scene, *, person=None, **changes) -> Camera:
    made = rows.like(at.world.camera_oleg, **{"external_id": "new", "serial": "", "mac": "", "name": "Новая"} | changes)
    CameraGrant.objects.create(person=person or at.world.anna, camera=made, kind="shared", created_at=at.now)
    return made


def blocked_member(at: Scene, **changes):
    company = rows.organisation(at)
    company.blocked_at = at.now
    company.save()
    membership(at, **{"organisation": company} | changes)


def counted(at: Scene, **changes) -> StepCount:
    meant = {"version": 7, "flow": "one", "step": "first", "what": "handed", "value": 5}
    return StepCount.objects.create(**meant | changes)


def phrase(at: Scene, **changes) -> Phrase:
    return Phrase.objects.create(**{"text": "Абракадабра", "at": at.now, "topic_id": "camera-offline"} | changes)


def other_phrase(at: Scene) -> Phrase:
    return Phrase.objects.get_or_create(text="Другая", defaults={"at": at.now})[0]


def attach(at: Scene, one: Phrase):
    phrases.attach(phrase=one, topic=Topic.objects.get(pk="camera-offline"), by=at.world.ira, now=at.now)


def signed_up(at: Scene):
    """What a request is about after its customer was told of the newest outage."""
    newest = Outage.objects.order_by("-pk").first()
    outages.sign_up(at.ticket, {"id": str(newest.pk) if newest else "1"}, now=at.now)
    return list(OutageTicket.objects.filter(ticket=at.ticket).values_list("outage__title_ru", flat=True))


def outage(at: Scene, *, state="confirmed"):
    made = outage_of(at.world, at.now - HOUR, title_ru="новая", scope=OutageScope(sites=(at.world.cottage.pk,)))
    Outage.objects.filter(pk=made.pk).update(state=state, closed_at=at.now if state == "closed" else None)


def given_back(at: Scene):
    return giving_back.give_back(ticket=at.ticket, by=at.world.ira, now=at.now)


def session(at: Scene, *, of="ticket"):
    return Session.objects.create(ticket=getattr(at, of), started_at=at.now, moved_at=at.now)


def facts_of(at: Scene):
    """The cameras of the customer among those that were chosen in the conversation."""
    chosen = [*Camera.objects.filter(name="Новая").values_list("pk", flat=True), at.world.camera_oleg.pk]
    return keys(handing_over._cameras(at.ticket, chosen))


def locked_conversation(at: Scene):
    found = dialogue_moves._WITH_SESSION.first(at.ticket.pk)
    return found and found.pk


def asked_before(at: Scene, **changes):
    return message(at, **{"kind": "bot", "data": {"replies": []}} | changes)


def article(at: Scene, **changes):
    return ArticleCount.objects.create(**{"article": "one", "shown": 5} | changes)


QUERIES = {
    "conversations that are stuck": Query(
        lambda at: duties.watch(at.now),
        chat,
        {
            "with people": {"turn": "us"},
            "moved a moment ago": lambda at: {"moved_at": at.now - MINUTE},
            "left for a day": lambda at: {"moved_at": at.now - 2 * DAY},
            "that will be reminded": {"alarm": True},
        },
    ),
    "conversations that were left": Query(
        lambda at: abandoning.end_abandoned(at.now),
        left,
        {
            "with people": {"turn": "us"},
            "moved today": lambda at: {"moved_at": at.now - HOUR},
            "that will be reminded": {"alarm": True},
        },
    ),
    "conversations in which nothing was said": Query(
        only_looked,
        lambda at, **unlike: left(at, **{"words": {"text": at.ticket.subject}} | unlike),
        {"with words": {"words": {"text": "Не работает"}}},
    ),
    "alarms of what is settled": Query(gone(settle), alarm, {"another's": {"of": "other"}}),
    "the alarm of another matter": Query(
        gone(own_request),
        lambda at, **unlike: alarm(at, **{"name": "own_request:another"} | unlike),
        {"another's": {"of": "other"}, "of another name": {"name": "remind"}},
    ),
    "an open request about the camera": Query(
        open_about,
        about_gate,
        {
            "about another": lambda at: {"camera": at.world.camera_hall},
            "somebody else's": olegs,
            "settled": settled,
            "in a conversation": {"turn": "bot"},
        },
    ),
    "cameras of the customer": Query(
        seen,
        mine,
        {"somebody else's": lambda at: {"person": at.world.boris}, "taken down": lambda at: {"retired_at": at.now}},
    ),
    "cameras that were chosen": Query(
        facts_of,
        mine,
        {
            "somebody else's": lambda at: {"person": at.world.boris},
            "taken down": lambda at: {"retired_at": at.now},
            "others": {"name": "Старая"},
        },
    ),
    "the account of the customer": Query(
        lambda at: checks._account({}, at.world.anna, at.now, Sight()), blocked_member, {"somebody else's": olegs}
    ),
    "where the customer works": Query(
        lambda at: list(context._STANDINGS.all(at.world.anna.pk)), blocked_member, {"somebody else": olegs}
    ),
    "steps of a flow": Query(
        lambda at: step_counts.of_flow(7, "one"),
        counted,
        {"of another flow": {"flow": "two"}, "of before": {"version": 6}},
    ),
    "how dialogues end": Query(
        lambda at: step_counts.handed_by_flow(7),
        counted,
        {"how they go": {"what": "enter"}, "of before": {"version": 6}},
    ),
    "phrases of a topic": Query(
        lambda at: phrases.with_attached(current()[1])[1], phrase, {"of none": {"topic_id": None}}
    ),
    "the outage they were told of": Query(
        signed_up, outage, {"closed": {"state": "closed"}, "suspected": {"state": "candidate"}}
    ),
    "a conversation that is given back": Query(given_back, session, {"another's": {"of": "other"}}),
    "a conversation that is locked": Query(locked_conversation, session, {"another's": {"of": "other"}}),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name, data_folder):
    proven(QUERIES[name], scene)


def test_what_is_no_check_of_ours_is_told(scene):
    """Whoever asks for it goes on by the branch for what failed."""
    with pytest.raises(checks.NoSuchCheck):
        checks.answer("nothing", {}, person=scene.world.anna, language="ru", now=scene.now, sight=Sight())


@pytest.mark.parametrize(
    "deed",
    [attach, lambda at, one: phrases.detach(phrase=one)],
    ids=["attached", "taken back"],
)
def test_another_phrase_is_left_alone(scene, deed):
    kept = phrase(scene, settled_at=scene.now - DAY)
    before = Phrase.objects.values().get(pk=kept.pk)
    deed(scene, other_phrase(scene))
    assert Phrase.objects.values().get(pk=kept.pk) == before


def test_another_article_is_counted_for_itself(scene):
    article(scene, article="another")
    for _ in range(2):
        step_counts.count_article("one", "helped")
    assert dict(ArticleCount.objects.values_list("article", "helped")) == {"one": 2, "another": 0}
    assert ArticleCount.objects.get(article="another").shown == 5


def test_what_was_asked_is_looked_for_in_what_the_bot_said(scene, monkeypatch):
    """Answers of people hold nothing of it; they must not take the place of what does."""
    monkeypatch.setattr(current_question, "_LOOKED_AT", 1)
    looked: list[object] = []
    monkeypatch.setattr(current_question, "replies_in", lambda data: looked.append(data) or ())
    asked_before(scene, data={"replies": ["the bot's"]})
    message(scene, seq=60, data={"replies": ["a person's"]})
    current_question._asked_before(scene.ticket, "which")
    assert looked == [{"replies": ["the bot's"]}]
