"""What one process changes, the others look up anew."""

from datetime import timedelta

import pytest

from camdesk.lib import bus, invalidation
from camdesk.outages import lifecycle, open_outages
from camdesk.outages.models import Outage
from camdesk.playbook import current as playbook
from tests.deeds.outages.test_outages import outage_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_processes(settings, monkeypatch) -> list[tuple[list[str], bus.Hint]]:
    """What leaves for them, by a bus that several processes could have."""
    settings.BUS = "redis://played"
    played = bus.MemoryBus()
    monkeypatch.setattr(bus, "_bus", played)
    said: list[tuple[list[str], bus.Hint]] = []
    played.listen(lambda channels, hint: said.append((channels, hint)) if "forget" in hint else None)
    return said


def test_an_outage_is_told_to_the_others_after_the_commit(
    world, now, other_processes, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=False) as after:
        outage = outage_of(world, now)
        assert other_processes == [], "not before it is durable"
    for callback in after:
        callback()
    assert (["remembered"], {"forget": "open outages"}) in other_processes
    other_processes.clear()
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.close(outage=outage, by=world.leo, now=now + timedelta(hours=1))
    assert (["remembered"], {"forget": "open outages"}) in other_processes


def test_who_hears_it_looks_again(world, now, other_processes):
    outage = outage_of(world, now)
    assert [one.pk for one in open_outages.open_outages()] == [outage.pk]
    stop = invalidation.follow()
    try:
        Outage.objects.update(state=Outage.State.CLOSED, closed_at=now)  # by another process
        assert open_outages.open_outages(), "remembered"
        bus.publish(["remembered"], {"forget": "something else"})
        assert open_outages.open_outages(), "remembered still"
        bus.publish(["remembered"], {"forget": "open outages"})
        assert open_outages.open_outages() == ()
    finally:
        stop()


def test_after_a_gap_everything_is_looked_up_anew(world, now, other_processes):
    outage_of(world, now)
    assert open_outages.open_outages()
    playbook.current()
    stop = invalidation.follow()
    try:
        Outage.objects.update(state=Outage.State.CLOSED, closed_at=now)
        bus.publish([bus.EVERYONE], bus.RESYNC)
        assert open_outages.open_outages() == ()
        assert playbook._newest is None
    finally:
        stop()


def test_one_process_tells_nobody(world, now, settings, monkeypatch):
    assert settings.BUS == "memory"
    monkeypatch.setattr(bus, "publish", lambda *_: pytest.fail("there is nobody to tell"))
    invalidation._tell("open outages")
