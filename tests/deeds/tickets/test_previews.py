"""Previews: drawn one at a time by the worker under a lease, and for whoever looks before that."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from camdesk.lib import children, files
from camdesk.lib.previews import NoPreview, make_previews
from camdesk.tickets import attachments, previews, uploads
from camdesk.tickets.models import Attachment, PreviewJob


@pytest.fixture(scope="module", autouse=True)
def _end_children():
    yield
    children.end_all()


@pytest.fixture
def bytes_on_disk(data_folder):
    """How many files lie anywhere in the data folder."""
    return lambda: sum(1 for path in data_folder.rglob("*") if path.is_file())


def picture(person, now, *, size=(1600, 900), data=b"") -> Attachment:
    if not data:
        out = io.BytesIO()
        Image.new("RGB", size, "navy").save(out, "PNG")
        data = out.getvalue()
    return uploads.receive_stream([data], name="still.png", by=person, now=now)


def test_the_worker_draws_previews_and_they_go_with_the_file(
    world, now, bytes_on_disk, django_capture_on_commit_callbacks
):
    file = picture(world.anna, now)
    assert file.preview_state == "wanted"
    assert previews.draw_wanted(now) == 1
    assert previews.draw_wanted(now) == 0
    file.refresh_from_db()
    assert (file.preview_state, file.width, file.height) == ("ready", 1600, 900)
    assert set(previews.preview_keys(file)) == {320, 1280}
    assert (bytes_on_disk(), PreviewJob.objects.count()) == (3, 0)
    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove(attachment=file)
    assert bytes_on_disk() == 0


def test_a_broken_picture_is_tried_once(world, now, bytes_on_disk):
    file = picture(world.anna, now, data=b"\x89PNG\r\n\x1a\nbroken")
    assert previews.draw_wanted(now) == 1
    file.refresh_from_db()
    assert (file.preview_state, PreviewJob.objects.count()) == ("failed", 0)
    assert previews.draw_wanted(now) == 0
    assert bytes_on_disk() == 1


def test_a_worker_that_lost_the_race_leaves_nothing(world, now, bytes_on_disk, monkeypatch):
    file = picture(world.anna, now)

    def another_is_quicker(path):
        Attachment.objects.update(preview_state="failed")
        return make_previews(path)

    monkeypatch.setattr(previews, "make_previews_unhurried", another_is_quicker)
    assert previews.draw_wanted(now) == 1
    file.refresh_from_db()
    assert (file.preview_state, file.preview_key, PreviewJob.objects.count()) == ("failed", "", 0)
    assert bytes_on_disk() == 1


def test_a_picture_there_was_no_time_for_is_tried_again_and_given_up(world, now, monkeypatch):
    file = picture(world.anna, now)

    def too_slow(path):
        raise NoPreview("timeout", passing=True)

    monkeypatch.setattr(previews, "make_previews_unhurried", too_slow)
    moment = now
    for tried in range(1, previews._PATIENCE.tries):
        assert (previews.draw_wanted(moment), previews.draw_wanted(moment)) == (1, 0), "it rests after a try"
        file.refresh_from_db()
        job = PreviewJob.objects.get()
        assert (file.preview_state, job.attempts, job.last_error) == ("wanted", tried, "timeout")
        moment = job.next_try_at
    assert previews.draw_wanted(moment) == 1
    file.refresh_from_db()
    assert (file.preview_state, PreviewJob.objects.count()) == ("failed", 0)


def test_a_full_disk_costs_a_picture_nothing(world, now, monkeypatch):
    file = picture(world.anna, now)

    def full(self, data):
        raise files.NoRoom

    with monkeypatch.context() as patch:
        patch.setattr(type(files.store()), "keep_bytes", full)
        previews.draw_wanted(now)
        assert PreviewJob.objects.get().attempts == 0
    previews.draw_wanted(now + timedelta(hours=1))
    file.refresh_from_db()
    assert file.preview_state == "ready"


def test_one_picture_is_drawn_at_a_time_the_oldest_first(world, now):
    ages = [picture(world.anna, now - timedelta(minutes=minutes)) for minutes in (1, 3, 2)]
    drawn = []
    while previews.draw_wanted(now):
        drawn.append(set(Attachment.objects.filter(preview_state="ready").values_list("pk", flat=True)))
    assert [len(done) for done in drawn] == [1, 2, 3]
    assert (drawn[0], drawn[1]) == ({ages[1].pk}, {ages[1].pk, ages[2].pk})


def test_of_those_who_look_one_draws_and_nobody_waits(world, now):
    file = picture(world.anna, now)
    assert previews.preview_bytes(file, 320) is not None
    with previews._looking:
        assert previews.preview_bytes(file, 320) is None
    assert previews.preview_bytes(file, 320) is not None, "the place is given back"


def test_a_job_whose_picture_was_settled_goes_away(world, now):
    file = picture(world.anna, now)
    PreviewJob.objects.create(file=file, next_try_at=now)
    Attachment.objects.update(preview_state="ready", preview_key="")
    previews.draw_wanted(now)
    file.refresh_from_db()
    assert (file.preview_state, file.preview_key, PreviewJob.objects.count()) == ("ready", "", 0)
