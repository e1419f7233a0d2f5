"""Which test runs which lines of camdesk: a pytest plugin that writes it down, a file of tests at a time.

    CAMDESK_REACH=FOLDER pytest -p tests.mutants.reach tests/deeds/tickets/test_clocks.py

writes FOLDER/<name of the file>.json:

    {"commit": "…", "tests": {"tests/…::test_x": {"seconds": 0.2, "lines": {"camdesk/lib/text.py": [3, 4, 9]}}}}

Lines are those run from setup to teardown, in every thread; what runs at import belongs to no test. A function that a
test calls again and again is followed line by line the first times only: to follow each costs more than the test.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from tests.mutants.lookup import ROOT, named

CAMDESK = str(ROOT / "camdesk") + os.sep

_FOLLOWED = 30  # calls of one function in one test
_now: dict[str, set[int]] = defaultdict(set)  # of the test that runs: file, its lines
_calls: Counter[CodeType] = Counter()  # of the test that runs
_known: dict[CodeType, bool] = {}


def _enter(frame: FrameType, event: str, arg: Any) -> Any:
    code = frame.f_code
    ours = _known.get(code)
    if ours is None:
        ours = _known[code] = code.co_filename.startswith(CAMDESK)
    if not ours or _calls[code] >= _FOLLOWED:
        return None
    _calls[code] += 1
    return _line_of(_now[code.co_filename], frame)


def _line_of(lines: set[int], frame: FrameType) -> Any:
    lines.add(frame.f_lineno)

    def line(frame: FrameType, event: str, arg: Any) -> Any:
        lines.add(frame.f_lineno)
        return line

    return line


class Recorder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
        self.commit = head.stdout.strip()
        self.told: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)  # file of tests, test

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        _now.clear()
        _calls.clear()
        threading.settrace(_enter)
        sys.settrace(_enter)
        began = time.perf_counter()
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
            lines = {str(Path(name).relative_to(ROOT)): sorted(seen) for name, seen in _now.items() if seen}
            seconds = round(time.perf_counter() - began, 3)
            self.told[item.nodeid.split("::")[0]][item.nodeid] = {"seconds": seconds, "lines": lines}

    def pytest_sessionfinish(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, tests in self.told.items():
            told = {"commit": self.commit, "tests": tests}
            named(self.folder, name).write_text(json.dumps(told, separators=(",", ":")))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Recorder(Path(os.environ["CAMDESK_REACH"])))
