"""Which cameras are meant: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest

from camdesk.cameras import grants, passports, recorded, status
from camdesk.cameras.models import Camera, CameraGrant, Passport, StatusSpan
from tests import rows
from tests.rows import DAY, HOUR, MINUTE, Query, Scene, keys, membership, proven
from tests.rows import scene as plain_scene  # noqa: F401


@pytest.fixture
def scene(plain_scene: Scene) -> Scene:  # noqa: F811
    """Nothing has been recorded yet."""
    StatusSpan.objects.all().delete()
    return plain_scene


def camera(at: Scene, **changes) -> Camera:
    return rows.like(at.world.camera_door, **{"external_id": "new", "serial": "", "mac": "", "name": "Новая"} | changes)


def grant(at: Scene, *, to=None, **changes) -> CameraGrant:
    made = camera(at, **{"site": at.world.shop, "organisation": at.world.chain} | changes)
    return CameraGrant.objects.create(person=to or at.world.vera, camera=made, kind="employee", created_at=at.now)


def other(at: Scene):
    return {"organisation": rows.organisation(at)}


def boris(at: Scene):
    return {"to": at.world.boris}


def seen_by_anna(at: Scene):
    return keys(Camera.objects.visible_to(at.world.anna))


def of_the_organisation(at: Scene, *, member=None, **changes):
    """Of one that Anna owns."""
    membership(at, organisation=rows.organisation(at), **member or {})
    camera(at, **other(at) | changes)


def chosen(at: Scene):
    """How many of the cameras that were ticked an employee sees then."""
    ids = Camera.objects.filter(name="Новая").values_list("pk", flat=True)
    told = {"person": at.world.vera, "organisation": at.world.chain, "by": at.world.boris, "now": at.now}
    return grants.choose(camera_ids=ids, **told)


def ticked_alone(at: Scene):
    camera(at, organisation=at.world.chain, name="Отмечена", external_id="ticked")
    return grants.choose(
        person=at.world.vera,
        organisation=at.world.chain,
        camera_ids=Camera.objects.filter(name="Отмечена").values_list("pk", flat=True),
        by=at.world.boris,
        now=at.now,
    )


def taken(deed):
    """How many grants a deed takes away."""

    def done(at: Scene):
        before = CameraGrant.objects.count()
        deed(at)
        return before - CameraGrant.objects.count()

    return done


def choose_none(at: Scene):
    grants.choose(person=at.world.vera, organisation=at.world.chain, camera_ids=[], by=at.world.boris, now=at.now)


def leave(at: Scene):
    grants.withdraw_all(person=at.world.vera, organisation=at.world.chain)


def span(at: Scene, **changes) -> StatusSpan:
    meant = {"camera": at.world.camera_gate, "status": "offline", "began_at": at.now - 2 * HOUR, "source": "test"}
    return StatusSpan.objects.create(**meant | changes)


def told(new_status: str, *, ago):
    """What the spans say after a report about the gate."""

    def done(at: Scene):
        one = status.Reported(camera=at.world.camera_gate.pk, status=new_status, since=at.now - ago)
        status.record([one], source="test", now=at.now)
        return sorted(StatusSpan.objects.exclude(source="other").values_list("camera", "status", "ended_at"), key=repr)

    return done


def around(at: Scene):
    """Beside the gate: how many, and how many do not work."""
    gate = Camera.objects.get(pk=at.world.camera_gate.pk)
    [read] = recorded.with_neighbours(Camera.objects.filter(pk=gate.pk))
    by_one_query = recorded.look_at([gate], now=at.now)[gate.pk].neighbours
    assert recorded.seen_beside(read, read, now=at.now).neighbours == by_one_query
    return by_one_query


def passport(at: Scene, **changes) -> Passport:
    return Passport.objects.create(**{"camera": at.world.camera_oleg, "provider": "known"} | changes)


QUERIES = {
    "cameras granted": Query(
        seen_by_anna,
        lambda at, **unlike: grant(at, **{"to": at.world.anna} | unlike),
        {"to somebody else": boris, "taken down": lambda at: {"retired_at": at.now}},
    ),
    "cameras of an organisation": Query(
        seen_by_anna,
        of_the_organisation,
        {
            "of another": lambda at: {"organisation": at.world.chain},
            "where one works": {"member": {"role": "employee"}},
            "that somebody else owns": lambda at: {"member": {"person": at.world.oleg}},
            "taken down": lambda at: {"retired_at": at.now},
        },
    ),
    "cameras that match": Query(
        lambda at: keys(Camera.objects.matching("новая садовая")),
        camera,
        {"another name": {"name": "Старая"}, "elsewhere": lambda at: {"site": at.world.cottage}},
    ),
    "cameras an employee is given": Query(
        chosen,
        lambda at, **unlike: camera(at, **{"organisation": at.world.chain} | unlike),
        {"of another organisation": other, "taken down": lambda at: {"retired_at": at.now}},
    ),
    "what a new choice takes away": Query(
        taken(choose_none), grant, {"of another organisation": other, "somebody else's": boris}
    ),
    "what is taken from who leaves": Query(
        taken(leave), grant, {"of another organisation": other, "somebody else's": boris}
    ),
    "what ends with a report": Query(
        told("unstable", ago=MINUTE),
        span,
        {
            "of another camera": lambda at: {"camera": at.world.camera_yard, "source": "other"},
            "over": lambda at: {"ended_at": at.now - HOUR, "source": "other"},
        },
    ),
    "spans of a camera": Query(
        lambda at: keys(status.history(camera=at.world.camera_gate, since=at.now - DAY)),
        span,
        {
            "of another": lambda at: {"camera": at.world.camera_yard},
            "over before": lambda at: {"began_at": at.now - 3 * DAY, "ended_at": at.now - DAY},
        },
    ),
    "spans that are forgotten": Query(
        lambda at: status.prune(at.now),
        lambda at, **unlike: span(at, **{"began_at": at.now - 9000 * DAY, "ended_at": at.now - 8000 * DAY} | unlike),
        {"lately over": lambda at: {"ended_at": at.now - DAY}, "that last": {"ended_at": None}},
    ),
    "what stands beside a camera": Query(
        around,
        camera,
        {"elsewhere": lambda at: {"site": at.world.cottage}, "taken down": lambda at: {"retired_at": at.now}},
    ),
    "what does not work beside a camera": Query(
        lambda at: around(at).down,
        lambda at, **unlike: camera(at, **{"status": "offline"} | unlike),
        {"works": {"status": "online"}, "drops": {"status": "unstable"}},
    ),
    "the passport of a camera": Query(
        lambda at: passports._LOCKED.all(at.world.camera_oleg.pk),
        passport,
        {"another's": lambda at: {"camera": camera(at)}},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(QUERIES[name], scene)


def test_an_employee_is_given_what_was_ticked_and_nothing_beside_it(scene):
    assert ticked_alone(scene) == 1


def test_what_stays_chosen_is_not_given_anew(scene):
    [kept] = CameraGrant.objects.filter(person=scene.world.vera)
    told = {
        "person": scene.world.vera,
        "organisation": scene.world.chain,
        "by": scene.world.boris,
        "now": scene.now + DAY,
    }
    grants.choose(camera_ids=[scene.world.camera_till.pk], **told)
    assert list(CameraGrant.objects.filter(person=scene.world.vera)) == [kept]
