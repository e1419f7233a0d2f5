"""What the pages of outages say: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest

from camdesk.desk import outage_page
from camdesk.outages.models import Notice, Outage, Recipient
from camdesk.people.models import Agent
from tests import rows
from tests.deeds.outages.test_rows_of_outages import (
    another,
    heard_of,
    link,
    member,
    notice,
    olegs_camera,
    plain_scene,  # noqa: F401
    subscription,
    this,
    unlinked,
)
from tests.deeds.outages.test_rows_of_outages import scene as scene
from tests.rows import HOUR, MINUTE, Query, Scene, keys, proven


def of_page(name: str):
    def asked(at: Scene):
        found = outage_page.page(at.world.ada.agent, this(), now=at.now)[name]
        return keys(found) if isinstance(found, list) and name != "told" else found

    return asked


def without_the_crew(at: Scene) -> Agent:
    """Ira, where the field crew is closed and she is not in it."""
    crew = at.world.field_crew
    crew.closed = True
    crew.save()
    return Agent.objects.get(pk=at.world.ira.agent.pk)


def crews(at: Scene):
    without_the_crew(at)
    return {"ticket": rows.ticket(at, team=at.world.field_crew)}


def links_that_ira_sees(at: Scene):
    return outage_page.page(without_the_crew(at), this(), now=at.now)["links_number"]


def told(at: Scene):
    return [(one.notice.pk, one.letters, one.pages, one.nowhere) for one in outage_page.told(this())]


def older(at: Scene):
    return {"notice": notice(at, at=at.now - 2 * HOUR)}


def of_another(at: Scene):
    return {"notice": Notice.objects.filter(**another(at)).first()}


def not_reached(at: Scene):
    return keys(outage_page.unreached(at.world.ada.agent, this()))


def nowhere(at: Scene, **changes) -> Recipient:
    return heard_of(at, **{"how": "nowhere"} | changes)


def not_reached_of_the_last_word(at: Scene):
    """Anna heard the newest notice there was."""
    nowhere(at, notice=Notice.objects.filter(outage=this()).order_by("at").first())
    return not_reached(at)


def whom_ira_may_call(at: Scene):
    nowhere(at)
    return keys(outage_page.unreached(without_the_crew(at), this()))


def crews_link(at: Scene, **changes):
    return link(at, **crews(at) | changes)


def usual(at: Scene):
    return {"ticket": at.ticket}


def listed(name: str, *, before=None):
    return lambda at: keys(outage_page.lists(at.world.ada.agent, before)[name])


def outage(at: Scene, **changes) -> Outage:
    if changes.get("state") == "closed":
        changes["closed_at"] = at.now
    return rows.like(this(), **{"title_ru": "ещё одна"} | changes)


def numbers_of_the_list(at: Scene):
    [one] = [one for one in outage_page.lists(without_the_crew(at), None)["active"] if one.pk == this().pk]
    return one.cameras_number, one.healthy_number, one.tickets_number


QUERIES = {
    "its cameras": Query(of_page("members"), member, {"another's": another}),
    "whose cameras they are": Query(of_page("customers"), member, {"another's": another}),
    "its requests": Query(of_page("links"), link, {"another's": another, "linked no more": unlinked}),
    "those of its requests that one sees": Query(links_that_ira_sees, link, {"a closed team's": crews}),
    "who asks for news": Query(of_page("asked"), subscription, {"of another": another}),
    "what was said": Query(told, notice, {"of another": another}),
    "how it was heard": Query(told, heard_of, {"of another": of_another}),
    "whom nobody reached": Query(not_reached, nowhere, {"who was": {"how": "page"}, "with an older word": older}),
    "whom the last word reached": Query(
        not_reached_of_the_last_word,
        lambda at, **unlike: notice(at, **{"at": at.now + MINUTE} | unlike),
        {"of another": another, "an answer": {"kind": "answer"}},
    ),
    "whom one may not call": Query(
        whom_ira_may_call, crews_link, {"linked no more": unlinked, "of another": another, "one sees it": usual}
    ),
    "open ones": Query(listed("active"), outage, {"suspected": {"state": "candidate"}, "closed": {"state": "closed"}}),
    "closed ones": Query(
        listed("closed"),
        lambda at, **unlike: outage(at, **{"state": "closed"} | unlike),
        {"open": {"state": "confirmed"}},
    ),
    "older closed ones": Query(
        listed("closed", before=500),
        lambda at, **unlike: outage(at, **{"state": "closed", "pk": 499} | unlike),
        {"shown already": {"pk": 500}},
    ),
    "how many cameras": Query(numbers_of_the_list, member, {"another's": another}),
    "how many requests": Query(
        numbers_of_the_list, link, {"another's": another, "linked no more": unlinked, "a closed team's": crews}
    ),
    "what a request is about": Query(
        lambda at: keys(outage_page.of_ticket(at.ticket, [])["outage_links"]),
        link,
        {"another request": lambda at: {"ticket": at.other}, "linked no more": unlinked},
    ),
    "what a request seems to be about": Query(
        lambda at: keys(outage_page.of_ticket(at.ticket, [])["outage_hints"]),
        member,
        {"another's camera": olegs_camera},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(QUERIES[name], scene)
