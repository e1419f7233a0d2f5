"""Customers for a desk under fault: made once in a data folder, signed in, each with a camera.

    python -m tests.faults.neighbours 8      prints [{"person": 1, "cookies": {…}, "camera": 1}, …]

and what the database holds afterwards, read past Django.
"""

import hashlib
import json
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from camdesk_bench.browser import Browser, Fields
from tests import prepared
from tests.faults.doors import environment

FORM = "/support/write/"


def settle(data: Path, number: int, **more: str) -> list[dict[str, Any]]:
    """Prepares the data folder and its database as a start does, and moves `number` customers in."""
    if not any(data.iterdir()):
        (prepared.of_postgres if "CAMDESK_DATABASE_URL" in more else prepared.plain)(data)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.neighbours", str(number)],
        env=environment(data, DJANGO_SETTINGS_MODULE="camdesk.config.settings", **more),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def browser(port: int, neighbour: dict[str, Any]) -> Browser:
    one = Browser(port)
    one.cookies = neighbour["cookies"]
    return one


def blank(page_of: Browser) -> Fields:
    """The hidden fields of a fresh form."""
    page = page_of.get(FORM)
    assert page.status == 200, page.status
    return [(name, page.value(name)) for name in ("csrfmiddlewaretoken", "key")]


def filled(hidden: Fields, neighbour: dict[str, Any], text: str, **changes: str) -> Fields:
    values = {
        "name": "Анна",
        "phone": "8 (935) 000-00-01",
        "topic": "camera-offline",
        "address": "Садовая улица, 12",
        "cameras": str(neighbour["camera"]),
        "fact-provider": "rostelecom",
        "fact-internet": "no",
        "fact-height": "3-5",
        "fact-supplier": "operator",
        "text": text,
        "email": "anna@example.org",
    }
    return [*hidden, *(values | changes).items()]


def number_in(location: str | None) -> int:
    found = re.fullmatch(r"/support/sent/(\d+)/", location or "")
    assert found, location
    return int(found[1])


@dataclass(frozen=True)
class Kept:
    """A ticket as the database has it. `files`: sha256 of each, of which the disk holds the very bytes."""

    number: int
    key: str
    text: str
    files: tuple[str, ...]


class Ledger:
    """The database, asked by plain SQL."""

    def __init__(self, data: Path, postgres: str | None) -> None:
        self.data = data
        self.postgres = postgres

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        if self.postgres:
            with psycopg.connect(self.postgres) as connection:
                return connection.execute(statement).fetchall()  # type: ignore[arg-type]
        connection = sqlite3.connect(self.data / "camdesk.sqlite3", timeout=10)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def tickets(self) -> list[Kept]:
        """Every ticket of the form, one line a way in: a ticket without one shows up with the key ''."""
        files: dict[int, list[str]] = {}
        for message, sha, key in self.ask(
            "SELECT message_id, sha256, storage_key FROM tickets_attachment"
            " WHERE message_id IS NOT NULL ORDER BY position"
        ):
            files.setdefault(message, []).append(sha if self._on_disk(key) == sha else f"not on disk: {key}")
        rows = self.ask(
            "SELECT t.number, w.key, m.text, m.id FROM tickets_ticket t"
            " LEFT JOIN tickets_message m ON m.ticket_id = t.number AND m.seq = 1"
            " LEFT JOIN tickets_receipt w ON w.ticket_id = t.number ORDER BY t.number"
        )
        return [Kept(number, key or "", text, tuple(files.get(message, ()))) for number, key, text, message in rows]

    def _on_disk(self, key: str) -> str:
        paths = [path for path in (self.data / "files").rglob(key) if path.is_file()]
        return hashlib.sha256(paths[0].read_bytes()).hexdigest() if paths else ""

    def strays(self) -> list[str]:
        """Files that no row names."""
        named = {row[0] for row in self.ask("SELECT storage_key FROM tickets_attachment")}
        folders = [self.data / "files", self.data / "incoming"]
        there = [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
        return [path.name for path in there if path.name not in named]


def _move_in(number: int) -> list[dict[str, Any]]:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from camdesk.config import data_folder, startup
    from camdesk.lib.internals.session_store import SessionStore
    from tests.builder import Builder

    data_folder.prepare()
    startup.prepare(say=startup.quiet)
    town = Builder(now=timezone.now())
    moved = []
    for index in range(number):
        person = town.person(f"Сосед {index}", email=f"neighbour{index}@example.org", login=True)
        camera = town.camera("Двор", town.site(f"Садовая улица, {index}", person=person), owner=person)
        session = SessionStore()
        session[SESSION_KEY] = str(person.user.pk)
        session[BACKEND_SESSION_KEY] = "camdesk.people.allauth_adapter.Backend"
        session[HASH_SESSION_KEY] = person.user.get_session_auth_hash()
        session.save()
        cookies = {settings.SESSION_COOKIE_NAME: session.session_key}
        moved.append({"person": person.pk, "cookies": cookies, "camera": camera.pk})
    return moved


if __name__ == "__main__":
    print(json.dumps(_move_in(int(sys.argv[1]))))
