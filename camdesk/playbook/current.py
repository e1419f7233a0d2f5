"""The published playbooks, read cheaply: parsed once in a process, the newest looked for at most every few seconds."""

from __future__ import annotations

import threading
import time
from functools import lru_cache

from camdesk.lib import invalidation
from camdesk.playbook.document import Playbook
from camdesk.playbook.models import PlaybookVersion

# Another process publishes: this one follows within so many seconds, also where it did not hear of it.
RECHECK_SECONDS = 3.0
_NAME = "playbook"


class NothingPublished(LookupError):
    """No playbook has been published yet (or none has this number)."""


_lock = threading.Lock()
_newest: tuple[int, str, float] | None = None  # number, digest, when it was looked up
_digests: dict[int, str] = {}


def current() -> tuple[int, Playbook]:
    """The number of the newest version and its playbook. Raises NothingPublished. Mostly costs no query."""
    global _newest
    seen = _newest
    if seen is None or time.monotonic() - seen[2] > RECHECK_SECONDS:
        row = PlaybookVersion.objects.order_by("-number").values_list("number", "digest").first()
        if row is None:
            raise NothingPublished("no playbook is published: camdesk playbook publish")
        seen = _newest = (row[0], row[1], time.monotonic())
    return seen[0], _parsed(seen[1])


def version(number: int) -> Playbook:
    """The playbook that was published under `number`. Raises NothingPublished."""
    digest = _digests.get(number)
    if digest is None:
        digest = PlaybookVersion.objects.filter(number=number).values_list("digest", flat=True).first()
        if digest is None:
            raise NothingPublished(f"there is no version {number} of the playbook")
        _digests[number] = digest
    return _parsed(digest)


def forget() -> None:
    """Looks at the database again next time: after a publication, and between tests."""
    global _newest
    with _lock:
        _newest = None
        _digests.clear()


def changed() -> None:
    """A version is published: in its transaction. Every process looks again."""
    invalidation.changed(_NAME)


# By digest, so that a number that means something else in another database can never bring the wrong playbook.
@lru_cache(maxsize=8)
def _parsed(digest: str) -> Playbook:
    contents = PlaybookVersion.objects.filter(digest=digest).values_list("content", flat=True)
    return Playbook.from_json(contents[:1].get())


invalidation.remember(_NAME, forget)
