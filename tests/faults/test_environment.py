"""bin/environment: three doors that start together make one environment, and a new one that fails takes nothing away.

The doors run in a copy of their folder; what fetches packages is played by a program that needs no network.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(__file__).resolve().parents[2] / "bin"
pytestmark = pytest.mark.fault

UV = """#!/bin/sh
echo "$1" >>"$CALLS"
case $1 in
venv) for place; do :; done; exec "$PYTHON" -m venv --without-pip "$place" ;;
pip)
  test -z "$FAILS" || { echo "no such package" >&2; exit 1; }
  sleep 0.5
  place=$(dirname "$5")
  printf '#!%s/python\\nprint("a tool")\\n' "$place" >"$place/tool"
  chmod +x "$place/tool" ;;
esac
"""
DOOR = """set -eu
. bin/environment
environment "${1:-requirements.lock}"
exec "$python" -c 'import sys; print(sys.prefix)'
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    place = tmp_path / "a checkout"
    (place / "bin").mkdir(parents=True)
    shutil.copy(BIN / "environment", place / "bin")
    (place / "requirements.lock").write_text("django==1\n")
    (place / "requirements-test.lock").write_text("pytest==1\n")
    (place / "door").write_text(DOOR)
    (tmp_path / "uv").write_text(UV)
    (tmp_path / "uv").chmod(0o755)
    return place


def door(checkout: Path, *words: str, **more: str) -> "subprocess.Popen[str]":
    known = {name: value for name, value in os.environ.items() if not name.startswith(("CAMDESK_", "PYTHON"))}
    environment = {**known, "PATH": f"{checkout.parent}:{os.environ['PATH']}", "PYTHON": sys.executable, "FAILS": ""}
    environment |= {"CALLS": str(checkout.parent / "calls"), "CAMDESK_PYTHON": sys.executable, **more}
    words = ("bash", "door", *words)
    return subprocess.Popen(words, cwd=checkout, env=environment, text=True, stdout=-1, stderr=-1)


def opened(checkout: Path, *words: str, **more: str) -> Path:
    said, wrong = (running := door(checkout, *words, **more)).communicate(timeout=120)
    assert running.returncode == 0, wrong
    return Path(said.strip())


def calls(checkout: Path) -> list[str]:
    return (checkout.parent / "calls").read_text().split()


def test_three_doors_at_once_make_it_once(checkout: Path) -> None:
    running = [door(checkout) for _ in range(3)]
    said = [one.communicate(timeout=120) for one in running]
    assert [one.returncode for one in running] == [0, 0, 0], said
    assert {out.strip() for out, _ in said} == {str(checkout / ".venv")}
    assert calls(checkout) == ["venv", "pip"]
    opened(checkout)
    assert calls(checkout) == ["venv", "pip"], "it is there"


def test_another_version_takes_the_place_of_the_old_one_when_it_stands(checkout: Path) -> None:
    opened(checkout)
    (checkout / ".venv" / "of the old one").touch()
    (checkout / "requirements.lock").write_text("django==2\n")
    failed = door(checkout, FAILS="1")
    assert "no such package" in failed.communicate(timeout=120)[1]
    assert failed.returncode == 1
    assert (checkout / ".venv" / "of the old one").exists()
    assert (checkout / ".venv" / "bin" / "python").exists()

    assert opened(checkout) == checkout / ".venv"
    assert not (checkout / ".venv" / "of the old one").exists()
    assert sorted(path.name for path in checkout.glob(".venv*")) == [".venv", ".venv.lock"]
    assert (checkout / ".venv" / "bin" / "tool").read_text().startswith(f"#!{checkout}/.venv/bin/python\n")


def test_packages_of_the_tests_are_added_to_what_is_there(checkout: Path) -> None:
    opened(checkout)
    opened(checkout, "requirements-test.lock")
    assert calls(checkout) == ["venv", "pip", "pip"]
    opened(checkout)
    opened(checkout, "requirements-test.lock")
    assert calls(checkout) == ["venv", "pip", "pip"]
