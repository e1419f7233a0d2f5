"""What rests on interfaces that Django does not promise to keep stands here and nowhere else: a house test holds it.

`tried()` says whether the installed version is the one all of it was tried with, that of requirements.lock. With
another one, queries are made anew each time, as Django does it, and a sentence in the log and in `camdesk doctor` says
so; what has no public way (sqlite_transactions.py, session_store.py, related_cache.py) goes on as it is.
"""

import logging
from functools import cache

import django

TRIED_WITH = "5.2.19"
log = logging.getLogger("camdesk.internals")


@cache
def tried() -> bool:
    """Says so once, loudly, where it is another version."""
    if fault := untried():
        log.warning(fault)
    return not fault


def untried() -> str:
    """A sentence about the installed Django where it is not the one this was tried with; else ""."""
    if django.__version__ == TRIED_WITH:
        return ""
    return (
        f"Django {django.__version__} is installed, and what camdesk takes from its inside was tried with {TRIED_WITH}:"
        " queries are not prepared, so pages cost more; install the version of requirements.lock, or run the tests with"
        " this one and change camdesk/lib/internals"
    )
