"""What stands beside the product: it is asked for by name, and the product and its tests live without it."""

import ast
import importlib.util
import tomllib

import pytest

from camdesk.config import extras
from camdesk.config.cli import COMMANDS, main
from tests.house.sources import ROOT

NEED_THE_DEMO = ("tests/deeds/demo/", "tests/journeys/")  # its own tests, and the stories a newcomer would see in it


def _imported(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_the_tests_build_their_world_without_the_demo() -> None:
    named = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "tests").rglob("*.py")}
    wrong = [
        name
        for name, path in named.items()
        if not name.startswith(NEED_THE_DEMO) and "camdesk_demo" in _imported(path.read_text())
    ]
    assert wrong == []


@pytest.mark.parametrize("command", [name for name, one in COMMANDS.items() if not one.module.startswith("camdesk.")])
def test_where_an_extra_is_not_installed_one_sentence_says_what_to_do(command, monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(extras.NotInstalled, match=r"pip install \./camdesk_\w+$"):
        main([command])


@pytest.mark.parametrize("package", extras.EXTRAS)
def test_the_package_of_an_extra_holds_all_its_folders(package) -> None:
    told = tomllib.loads((ROOT / package / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    assert sorted(told) == sorted(folder.relative_to(ROOT).as_posix().replace("/", ".") for folder in folders)


def test_what_is_installed_is_the_product() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert told["tool"]["setuptools"]["packages"]["find"]["include"] == ["camdesk", "camdesk.*"]
    needed = " ".join(told["project"]["dependencies"])
    assert "a2wsgi" not in needed, "what only a bench needs stands in the extra `bench`"
