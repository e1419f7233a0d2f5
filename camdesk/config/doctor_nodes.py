"""What camdesk doctor says of the processes that serve from one database, on whatever machine: who they are, and
whether their clocks tell the same time."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db import connection

from camdesk.config.findings import FAIL, OK, WARN, Finding
from camdesk.nodes import registry
from camdesk.nodes.models import ServingProcess

CLOCKS_APART = 30.0
"""Seconds between two machines' clocks that are too many: half of the shortest lease."""


def nodes() -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        return
    found = registry.living()
    yield from of_nodes(found, key=registry.fingerprint())


def of_nodes(found: Sequence[ServingProcess], *, key: str) -> Iterator[Finding]:
    """Pure. `key`: the fingerprint of this machine's."""
    if not found:
        yield Finding(OK, "nodes: nobody serves from this database now")
        return
    kinds = Counter((node.host, node.kind, node.version) for node in found)
    told = ", ".join(f"{host}: {count} {kind} ({version})" for (host, kind, version), count in sorted(kinds.items()))
    versions = sorted({node.version for node in found}, key=registry.order_of)
    if len(versions) > 1:
        mend = "end the upgrade: restart those of the older one"
        yield Finding(WARN, f"nodes: {told}; {' and '.join(versions)} serve together: {mend}")
    else:
        yield Finding(OK, f"nodes: {told}")
    if foreign := sorted({node.host for node in found if node.key != key}):
        mend = "give all machines one CAMDESK_SECRET_KEY"
        yield Finding(FAIL, f"nodes: {', '.join(foreign)} signs with another secret key than this machine; {mend}")
    first, last = min(found, key=lambda node: node.ahead_ms), max(found, key=lambda node: node.ahead_ms)
    apart = (last.ahead_ms - first.ahead_ms) / 1000
    if apart > CLOCKS_APART:
        mend = "let all follow a time server (timedatectl set-ntp true)"
        yield Finding(FAIL, f"clock: that of {last.host} is {apart:.0f} s before that of {first.host}; {mend}")
    elif len(found) > 1:
        yield Finding(OK, f"clock: those of all processes are within {max(1, round(apart))} s of each other")
