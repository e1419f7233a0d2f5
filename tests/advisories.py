"""python -m tests.advisories: asks OSV, which has PyPA's and GitHub's advisories, about every version in the locks.

One question for all of them, with one more about a version that is known to be bad: an answer that does not know that
one knows nothing. Exit code 0: nothing known; 1: something is, named with its advisory; 3: advisories cannot be had.

Our own fifty lines and no tool: pip-audit would bring some twenty packages into the lock that it is to look after, and
asks a registry once a package.
"""

import json
import os
import re
import sys
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-test.lock")
OSV = "https://api.osv.dev/v1/querybatch"
KNOWN_BAD = ("jinja2", "2.4.1")
# Advisories that do not touch us, each with the reason: {"GHSA-…": "we never call it"}.
ACCEPTED: Mapping[str, str] = {}
FINE, BAD, NOT_HAD = 0, 1, 3
_SECONDS = 20.0  # for each answer of the network; tests/steps.py ends the whole
_LARGEST = 4 * 1024 * 1024
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)

Pin = tuple[str, str]


class NotHad(Exception):
    """Advisories cannot be had here; the text says why."""


def pinned(text: str) -> set[Pin]:
    """(name, version) of every package in a lock."""
    return set(_PINNED.findall(text))


def known_about(pins: Iterable[Pin], *, url: str, seconds: float = _SECONDS) -> dict[Pin, list[str]]:
    """{pin: ids of its advisories}, only those that have some. Raises NotHad."""
    asked = [*sorted(pins), KNOWN_BAD]
    query = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in asked]
    body = json.dumps({"queries": query}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            said = json.loads(answer.read(_LARGEST))
        ids = [_ids(result) for result in said["results"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as fault:
        raise NotHad(f"{url} does not answer as it should ({type(fault).__name__}: {fault})") from None
    if len(ids) != len(asked):
        raise NotHad(f"{url} answered {len(ids)} of {len(asked)} questions")
    if not ids.pop():
        raise NotHad(f"{url} knows nothing of {'=='.join(KNOWN_BAD)}, so its silence says nothing")
    return {pin: found for pin, found in zip(asked, ids, strict=False) if found}


def _ids(result: dict[str, Any]) -> list[str]:
    return sorted(str(one["id"]) for one in result.get("vulns") or [])


def main(url: str = OSV) -> int:
    pins = set().union(*(pinned((ROOT / lock).read_text()) for lock in LOCKS))
    try:
        found = known_about(pins, url=url)
    except NotHad as why:
        print(f"advisories cannot be had: {why}")
        return NOT_HAD
    bad = {pin: [one for one in ids if one not in ACCEPTED] for pin, ids in found.items()}
    for (name, version), ids in sorted(bad.items()):
        if ids:
            print(f"{name}=={version}: {', '.join(ids)}")
    print(f"{len(pins)} versions asked about, {sum(map(bool, bad.values()))} with advisories")
    return BAD if any(bad.values()) else FINE


if __name__ == "__main__":
    sys.exit(main(os.environ.get("CAMDESK_TESTS_ADVISORIES", OSV)))
