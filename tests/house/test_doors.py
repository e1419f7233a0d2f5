"""The doors: every command loads, every setting is documented, the lock files name no host."""

import argparse
import importlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from camdesk.config.cli import COMMANDS
from tests.steps import STEPS

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_asked_for_help(name: str) -> None:
    module = importlib.import_module(COMMANDS[name].module)
    parser = argparse.ArgumentParser(prog=name)
    module.add_arguments(parser)
    assert parser.format_help()
    assert callable(module.run)
    assert COMMANDS[name].help[0].islower(), "one style: no capital, no full stop"
    assert not COMMANDS[name].help.endswith(".")


def test_the_list_of_commands_is_printed_without_loading_django() -> None:
    script = "import atexit, sys; atexit.register(lambda: print('django' in sys.modules))"
    script += "; import camdesk.config.cli as cli; cli.main(['--help'])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert all(name in done.stdout for name in COMMANDS)
    assert done.stdout.splitlines()[-1] == "False"


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "camdesk").rglob("*.py"))
    read = set(re.findall(r'(?:env\.\w+|_outside|environ\.get)\(\s*"(CAMDESK_\w+)"', code))
    told = set(re.findall(r"^\| `(CAMDESK_\w+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert read == told


@pytest.mark.parametrize("door", ["bin/run", "bin/test", "bin/camdesk", ".ci/run"])
def test_every_door_can_be_opened(door: str) -> None:
    path = ROOT / door
    assert os.access(path, os.X_OK)
    assert subprocess.run(["bash", "-n", str(path)], capture_output=True).returncode == 0


LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
RUNNING = {extra: named for extra, named in EXTRAS.items() if extra not in ("test", "bench")}  # what operators ask for


def pins(lock: str) -> set[str]:
    """`name==version`; of a name that depends on the Python more than one."""
    return set(re.findall(r"^([a-z0-9][\w.-]*==[^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE))


def names(lock: str) -> set[str]:
    return {pin.partition("==")[0] for pin in pins(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_the_locks_pin_every_version_by_hash_and_name_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    pinned = re.findall(r"^[a-z0-9][\w.\[\],-]*==\S+.*\\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) > 0


@pytest.mark.parametrize("extra", RUNNING)
def test_what_an_extra_adds_is_locked(extra: str) -> None:
    named = {re.split(r"[^\w.-]", line, maxsplit=1)[0].lower() for line in RUNNING[extra]}
    lock = f"requirements-{extra}.lock"
    assert (lock in LOCKS) == bool(named)
    if named:
        assert named <= names(lock)
        assert not names(lock) & names("requirements.lock"), "it adds to the first, and both are given to pip at once"


def test_there_is_a_lock_for_each_extra_and_no_other() -> None:
    wanted = {f"requirements-{extra}.lock" for extra, named in RUNNING.items() if named}
    assert {*LOCKS} == wanted | {"requirements.lock", "requirements-test.lock"}


def test_what_runs_is_what_was_tested() -> None:
    """The lock of the tests holds every line of the others: one environment serves all. Only the 91 MB of the semantic
    extra are not in it: its code is tested with vectors of a test, and with its own where it is installed."""
    for lock in {*LOCKS} - {"requirements-semantic.lock"}:
        assert pins(lock) <= pins("requirements-test.lock"), lock


def test_whatever_installs_from_a_lock_checks_the_hashes() -> None:
    for path in (ROOT / "bin" / "environment", ROOT / "docs" / "installing.md", ROOT / "deploy" / "Dockerfile"):
        whole = path.read_text().replace("\\\n", " ").splitlines()
        lines = [line for line in whole if re.search(r"pip.* install [^&|]*(-r |\$lock)", line)]
        assert lines, path
        assert [line for line in lines if "--require-hashes" not in line] == []


def test_every_folder_of_tests_belongs_to_a_step() -> None:
    """A folder that no step runs would be green for ever."""
    steps = (ROOT / "tests" / "steps.py").read_text()
    folders = {path.parent.relative_to(ROOT).parts[1] for path in (ROOT / "tests").rglob("test_*.py")}
    assert {folder for folder in folders if f'"tests/{folder}"' not in steps} == set()
    assert next(iter(STEPS)) == "machine"
