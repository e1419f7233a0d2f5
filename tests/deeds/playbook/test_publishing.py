"""Publishing a playbook: one immutable version, one small row for each topic, and every reader sees it."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from camdesk.config.cli import main
from camdesk.people.models import Person, Team
from camdesk.playbook import current
from camdesk.playbook.document import Text
from camdesk.playbook.loading import load
from camdesk.playbook.models import PlaybookVersion, Topic
from camdesk.playbook.publishing import PlaybookRefused, publish, publish_document, publish_newer, publish_shipped

SMALL = Path(__file__).parents[2] / "pure" / "playbook" / "small"
pytestmark = pytest.mark.django_db


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "playbook")
    return tmp_path / "playbook"


def rewrite(directory: Path, file: str, old: str, new: str) -> None:
    text = (directory / file).read_text()
    assert old in text
    (directory / file).write_text(text.replace(old, new))


@pytest.mark.tells("camdesk.playbook.publishing._publish", "_tell", of="camdesk.lib.invalidation.changed")
def test_the_first_publication_is_version_one(directory: Path, now: datetime) -> None:
    person = Person.objects.create(name="Ада", created_at=now)
    version = publish(directory=directory, by=person, now=now, note="первая")
    assert (version.number, version.note, version.published_by, version.published_at) == (1, "первая", person, now)
    assert Topic.objects.get(id="camera-offline").ref == "A1"
    assert list(Topic.objects.filter(active=True).values_list("id", flat=True).order_by("id")) == [
        "camera-offline",
        "other",
    ]
    assert Team.objects.get(slug="support").name_ru == "Поддержка"


def test_the_same_content_is_the_same_version(directory: Path, now: datetime) -> None:
    first = publish(directory=directory, by=None, now=now)
    assert publish(directory=directory, by=None, now=now).number == first.number
    assert PlaybookVersion.objects.count() == 1


def test_an_older_content_comes_into_force_again_as_a_new_version(directory: Path, now: datetime) -> None:
    old = load(directory).playbook
    assert old is not None
    publish(directory=directory, by=None, now=now)
    rewrite(directory, "topics/other/other.yaml", "Ничего не подошло.", "Иначе.")
    publish(directory=directory, by=None, now=now)
    assert publish_document(playbook=old, by=None, now=now).number == 3
    current.forget()
    assert current.current() == (3, old)


def test_a_start_does_not_put_an_older_content_back(directory: Path, now: datetime) -> None:
    """An older checkout on another machine starts as well: only a person may go back."""
    assert [row.number for row in publish_newer(directory=directory, now=now)] == [1, 1]
    rewrite(directory, "contacts.yaml", "from 9 to 21", "from 8 to 20")
    assert [row.number for row in publish_newer(directory=directory, now=now)] == [2, 2]
    rewrite(directory, "contacts.yaml", "from 8 to 20", "from 9 to 21")
    assert [row.number for row in publish_newer(directory=directory, now=now)] == [1, 2]
    assert PlaybookVersion.objects.count() == 2
    assert publish(directory=directory, by=None, now=now).number == 3
    assert [row.number for row in publish_newer(directory=directory, now=now)] == [3, 3]


def test_what_comes_with_camdesk_follows_only_what_came_with_it(directory: Path, now: datetime) -> None:
    """A machine that has not got the operator's folder must not put camdesk's playbook over theirs."""
    assert [row.number for row in publish_shipped(directory=directory, now=now)] == [1, 1]
    assert [row.number for row in publish_shipped(directory=directory, now=now)] == [1, 1]
    rewrite(directory, "contacts.yaml", "from 9 to 21", "from 8 to 20")
    assert [row.number for row in publish_shipped(directory=directory, now=now)] == [2, 2]
    rewrite(directory, "contacts.yaml", "from 8 to 20", "from 9 to 21")
    assert [row.number for row in publish_shipped(directory=directory, now=now)] == [2, 2], "an older checkout"
    assert publish(directory=directory, by=None, now=now).number == 3
    rewrite(directory, "contacts.yaml", "from 9 to 21", "from 7 to 19")
    assert [row.number for row in publish_shipped(directory=directory, now=now)] == [3, 3], "the operator's own"
    assert PlaybookVersion.objects.count() == 3


def test_a_faulty_directory_publishes_nothing(directory: Path, now: datetime) -> None:
    publish(directory=directory, by=None, now=now)
    rewrite(directory, "topics/camera/camera-offline.yaml", "team: support", "team: nobody")
    rewrite(directory, "hours.yaml", "Europe/Moscow", "Mars/Olympus")
    with pytest.raises(PlaybookRefused) as refused:
        publish(directory=directory, by=None, now=now)
    assert [(one.file, one.code) for one in refused.value.problems] == [
        ("hours.yaml", "bad-time-zone"),
        ("topics/camera/camera-offline.yaml", "unknown-team"),
    ]
    assert PlaybookVersion.objects.count() == 1


def test_a_topic_that_left_stays_for_its_tickets(directory: Path, now: datetime) -> None:
    publish(directory=directory, by=None, now=now)
    (directory / "topics/camera/camera-offline.yaml").rename(directory / "topics/camera/camera-down.yaml")
    rewrite(directory, "sections.yaml", "[camera-offline]", "[camera-down]")
    rewrite(directory, "replies.yaml", "[camera-offline]", "[camera-down]")
    publish(directory=directory, by=None, now=now)
    rows = {topic.id: (topic.ref, topic.active) for topic in Topic.objects.all()}
    assert rows["camera-down"] == ("A1", True)
    assert rows["camera-offline"][1] is False


@pytest.mark.whole("camdesk.playbook.publishing.publish_document", of="camdesk.playbook.publishing._publish")
def test_two_topics_may_swap_their_refs(directory: Path, now: datetime) -> None:
    publish(directory=directory, by=None, now=now)
    rewrite(directory, "topics/camera/camera-offline.yaml", "ref: A1", "ref: I5")
    rewrite(directory, "topics/other/other.yaml", "ref: I5", "ref: A1")
    publish(directory=directory, by=None, now=now)
    assert dict(Topic.objects.values_list("id", "ref")) == {"camera-offline": "I5", "other": "A1"}


def test_a_team_keeps_the_name_it_was_given_at_the_desk(directory: Path, now: datetime) -> None:
    Team.objects.create(slug="support", name_ru="Наши")
    publish(directory=directory, by=None, now=now)
    assert Team.objects.get(slug="support").name_ru == "Наши"


def test_a_published_version_cannot_be_changed(directory: Path, now: datetime) -> None:
    version = publish(directory=directory, by=None, now=now)
    version.note = "другая"
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()


def test_reading_the_current_playbook_costs_one_query_and_then_none(
    directory: Path,
    now: datetime,
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    playbook = dataclasses.replace(load(directory).playbook, title=Text(f"Никто не читал {now}", "x"))  # type: ignore[type-var]
    publish_document(playbook=playbook, by=None, now=now)
    current.forget()
    with django_assert_num_queries(2):
        number, document = current.current()
    assert (number, document) == (1, playbook)
    with django_assert_num_queries(0):
        assert current.current()[1] is document
    with django_assert_num_queries(1):
        assert current.version(1) is document
    with django_assert_num_queries(0):
        assert current.version(1) is document


def test_another_process_is_followed_within_seconds(
    directory: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(current.time, "monotonic", lambda: clock[0])
    publish(directory=directory, by=None, now=now)
    current.forget()
    assert current.current()[0] == 1
    rewrite(directory, "topics/other/other.yaml", "Ничего не подошло.", "Иначе.")
    monkeypatch.setattr(current, "changed", lambda: None)  # it was another process that published
    publish(directory=directory, by=None, now=now)
    assert current.current()[0] == 1
    clock[0] += current.RECHECK_SECONDS + 0.1
    assert current.current()[0] == 2


def test_this_process_follows_at_once(
    directory: Path,
    now: datetime,
    django_capture_on_commit_callbacks,  # type: ignore[no-untyped-def]
) -> None:
    publish(directory=directory, by=None, now=now)
    current.forget()
    assert current.current()[0] == 1
    rewrite(directory, "topics/other/other.yaml", "Ничего не подошло.", "Иначе.")
    with django_capture_on_commit_callbacks(execute=True):
        publish(directory=directory, by=None, now=now)
    assert current.current()[0] == 2


def test_nothing_published_is_said_so() -> None:
    with pytest.raises(current.NothingPublished):
        current.current()
    with pytest.raises(current.NothingPublished):
        current.version(7)


def test_the_command_line(directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str, code: int = 0) -> str:
        assert main(["playbook", *words]) == code
        return "".join(capsys.readouterr())

    assert "2 topics" in said("check", str(directory))
    assert "version 1 is in force" in said("publish", str(directory), "--note", "первая")
    assert "files in" in said("export", "1", str(tmp_path / "out"))
    assert said("diff", "1", str(tmp_path / "out")) == "no difference\n"
    assert "flowchart TD" in said("graph", "common", str(directory))
    assert "there is no flow" in said("graph", "nothing", str(directory), code=1)
    assert "no version 9" in said("export", "9", str(tmp_path / "more"), code=1)
    assert "is not empty" in said("export", "1", str(tmp_path / "out"), code=1)

    rewrite(directory, "topics/other/other.yaml", "Ничего не подошло.", "Иначе.")
    assert "topic other «Другое»: changed symptom" in said("diff", "1", str(directory))
    rewrite(directory, "topics/other/other.yaml", "team: support", "team: nobody")
    refused = said("publish", str(directory), code=1)
    assert "topics/other/other.yaml:6: there is no team «nobody»" in refused
    assert "1 fault, nothing was published" in refused
    assert PlaybookVersion.objects.count() == 1
