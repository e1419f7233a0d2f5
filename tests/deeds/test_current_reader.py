"""The reader of the published playbook: trained once, kept in a file, made again when the file is lost or broken."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from camdesk.bot.understanding import current, sentence_vectors
from camdesk.bot.understanding.model import Model
from camdesk.playbook.publishing import publish

SMALL = Path(__file__).parents[1] / "pure" / "playbook" / "small"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.PLAYBOOK_DIR = SMALL
    monkeypatch.setattr(current, "_models", {})
    monkeypatch.setattr(current, "_indexes", {})


def stored(tmp_path: Path) -> list[Path]:
    return [*(tmp_path / "data" / "understanding").glob("*.npz")]


def test_before_the_first_publication_the_directory_is_read(tmp_path: Path) -> None:
    assert current.current_model().rank("камера")
    assert len(stored(tmp_path)) == 1


def test_the_published_playbook_is_read_and_trained_once(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(directory=SMALL, by=None, now=now)
    first = current.current_model()
    monkeypatch.setattr(current, "train_and_store", lambda playbook: pytest.fail("trained again"))
    assert current.current_model() is first
    current._models.clear()
    again = current.current_model()
    assert again.rank("камера не работает") == first.rank("камера не работает")


def test_a_broken_file_is_made_again(tmp_path: Path) -> None:
    current.current_model()
    stored(tmp_path)[0].write_bytes(b"rubbish")
    current._models.clear()
    assert current.current_model().rank("камера")
    assert Model.load(stored(tmp_path)[0].read_bytes()).topics


def test_a_folder_that_cannot_be_written_costs_only_the_storing(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    assert current.current_model().rank("камера")


def test_threads_that_come_together_train_once(monkeypatch: pytest.MonkeyPatch) -> None:
    playbook = current.current_playbook()
    trained: list[str] = []
    real = current.train_and_store

    def counted(wanted):
        trained.append(wanted.digest)
        return real(wanted)

    monkeypatch.setattr(current, "train_and_store", counted)
    threads = [threading.Thread(target=current.model_of, args=(playbook,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(trained) == 1


def test_a_directory_with_faults_and_nothing_published_is_said_plainly(settings, tmp_path: Path) -> None:
    settings.PLAYBOOK_DIR = tmp_path / "nowhere"
    with pytest.raises(current.NoPlaybook):
        current.current_model()


def test_articles_of_the_published_playbook_are_searched(now: datetime) -> None:
    publish(directory=SMALL, by=None, now=now)
    index = current.article_index()
    assert current.article_index() is index
    assert isinstance(index.search("камера"), list)


def _vectors(texts: Sequence[str]) -> np.ndarray:
    return np.array([[len(text), text.count("а"), text.count("о"), 1.0] for text in texts], dtype=np.float32)


@pytest.fixture
def semantic(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where camdesk[semantic] is installed."""
    monkeypatch.setattr(sentence_vectors, "installed", lambda: True)
    monkeypatch.setattr(sentence_vectors, "_model", lambda: _vectors)


def test_the_light_reader_answers_until_the_one_by_meaning_was_made(semantic: None) -> None:
    assert current.current_model().meaning is None
    current.train_and_store(current.current_playbook(), meant=True)  # `camdesk bot train`, in another process
    assert current.current_model().meaning is not None
    current._models.clear()
    assert current.current_model().meaning is not None


def test_where_the_extra_is_gone_the_light_reader_answers_again(
    semantic: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    current.train_and_store(current.current_playbook(), meant=True)
    monkeypatch.setattr(sentence_vectors, "installed", lambda: False)
    assert current.current_model().meaning is None


def test_a_broken_reader_by_meaning_is_dropped(semantic: None, tmp_path: Path) -> None:
    current.train_and_store(current.current_playbook(), meant=True)
    [file] = [path for path in stored(tmp_path) if "meaning" in path.name]
    file.write_bytes(b"rubbish")
    assert current.current_model().rank("камера")
    assert current.current_model().meaning is None
    assert not file.exists()
