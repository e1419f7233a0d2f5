"""What the docs say is bounded, and how, is what the code does; no bound of the code is missing in docs/bounds.md."""

import ast
import importlib
import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from camdesk.lib.rates import Rate
from tests.house.sources import CAMDESK, ROOT

FLOORS = ("api", "cameras", "channels", "lib", "live", "people", "server", "tickets", "ui")
NAMED_SO = re.compile(r"(MOST|MAX|LONGEST|LARGEST)(_[A-Z_]+)?")
ALL_OF = "channels.mail.mime.limits"  # nothing else is there
NO_ONE_NUMBER = {"cameras.rows.LONGEST"}  # by column: docs/importing.md
ROWS = dict(re.findall(r"^\| `([\w.]+)` \| ([\d,]+(?: [KM]iB)?)", (ROOT / "docs/bounds.md").read_text(), re.MULTILINE))
UNITS = {"": 1, "KiB": 1024, "MiB": 1024 * 1024}


def bounds_of_the_code() -> Iterator[str]:
    """Dotted names, without "camdesk."."""
    for path in (path for floor in FLOORS for path in sorted((CAMDESK / floor).rglob("*.py"))):
        module = ".".join(path.relative_to(CAMDESK).with_suffix("").parts)
        for node in ast.parse(path.read_text()).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                if isinstance(target, ast.Name) and (NAMED_SO.fullmatch(target.id) or module == ALL_OF):
                    yield f"{module}.{target.id}"


def test_every_bound_is_documented() -> None:
    assert set(bounds_of_the_code()) - NO_ONE_NUMBER <= set(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_a_bound_is_what_is_said_of_it(name: str) -> None:
    module, _, constant = name.rpartition(".")
    number, _, unit = ROWS[name].partition(" ")
    assert getattr(importlib.import_module(f"camdesk.{module}"), constant) == int(number.replace(",", "")) * UNITS[unit]


def test_a_setting_is_what_is_said_of_it_unless_it_is_set() -> None:
    said = dict(re.findall(r"^\| `(CAMDESK_\w+)` \| `?([\w/]+)", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))
    found = {}
    for node in ast.walk(ast.parse((CAMDESK / "config/settings.py").read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("env.number", "env.rate", "env.rate_or_off"):
            name, usual = node.args[0], node.args[1]
            usual = usual.args[0] if isinstance(usual, ast.Call) else usual  # _rate("60/h"): off in the demo
            found[ast.literal_eval(name)] = str(ast.literal_eval(usual))
    assert len(found) > 15
    assert {name: said[name] for name in found} == found


TRIES = {  # a row of docs/operating.md, and the rates it tells of in their order
    "at one account from one network address": ("sign_in_pair", "sign_in_pair_long"),
    "from one address at whatever accounts": ("sign_in_address", "sign_in_address_long"),
    "at one account from everywhere": ("sign_in_account", "sign_in_watched"),
    "in a browser the account knows": ("sign_in_device", "sign_in_device_long"),
    "codes of a second factor": ("code_pair", "code_account"),
}
_OFTEN = re.compile(r"(\d+|once) (?:in|an?) (five minutes|minute|hour)")
_SECONDS = {"five minutes": 300, "minute": 60, "hour": 3600}


@pytest.mark.parametrize("row", TRIES)
def test_how_often_sign_in_is_tried_is_what_is_said_of_it(row: str) -> None:
    [line] = re.findall(rf"^\| {row}.*", (ROOT / "docs/operating.md").read_text(), re.MULTILINE)
    told = [Rate(1 if most == "once" else int(most), _SECONDS[span]) for most, span in _OFTEN.findall(line)]
    assert told == [settings.RATES[name] for name in TRIES[row]]


def test_a_code_is_tried_as_often_as_a_password_in_a_browser_that_is_known() -> None:
    rates = settings.RATES
    for code, password in (("code_device", "sign_in_device"), ("code_device_long", "sign_in_device_long")):
        assert rates[code] == rates[password]
