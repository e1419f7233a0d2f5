"""What all processes of the tests share is made once, anew when what it was made from changes, and never half."""

import os
import time
from pathlib import Path

import pytest

from tests import made_once


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(made_once, "_home", lambda: home)
    return []


def test_it_is_made_once_for_one_state_of_its_sources(made: list[Path], tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("1")
    one = made_once.folder("kind", [source, "word"], made.append)
    assert made_once.folder("kind", [source, "word"], made.append) == one
    assert made_once.folder("kind", [source, "other"], made.append) != one
    source.write_text("22")
    assert made_once.folder("kind", [source, "word"], made.append) != one
    assert len(made) == 3


def test_what_could_not_be_made_is_not_there(made: list[Path]) -> None:
    def fails(place: Path) -> None:
        (place / "half").touch()
        raise OSError

    with pytest.raises(OSError):
        made_once.folder("kind", ["a"], fails)
    found = made_once.folder("kind", ["a"], made.append)
    assert list(found.iterdir()) == []
    assert [path.name for path in found.parent.iterdir() if path.is_dir()] == [found.name]


def test_what_is_too_old_is_made_anew(made: list[Path]) -> None:
    found = made_once.folder("kind", ["a"], made.append, seconds=60)
    os.utime(found, (time.time(), time.time() - 61))
    made_once.folder("kind", ["a"], made.append)
    assert len(made) == 1
    made_once.folder("kind", ["a"], made.append, seconds=60)
    assert len(made) == 2


def test_those_used_last_are_kept(made: list[Path]) -> None:
    first = made_once.folder("kind", ["0"], made.append)
    long_ago = time.time() - 100
    for number in range(1, made_once._KEPT + 1):
        one = made_once.folder("kind", [f"{number}"], made.append)
        os.utime(one, (long_ago + number, one.stat().st_mtime))
        made_once.folder("kind", ["0"], made.append)
    assert first.is_dir(), "it was used all the time"
    assert len([path for path in first.parent.iterdir() if path.is_dir()]) == made_once._KEPT
