"""One sender hurts nobody: how much of one address is taken in, and whose letter is read before whose.

Letters are read in the order of their `turn`, that is, behind as many as wait already from the same source: a flood
waits for itself, and a letter of anybody else is read between its first and its second. The source of a customer who
has proven their address is that address; of everybody else it is the domain, because made-up addresses cost nothing. A
customer's turn comes before a stranger's. From is a claim: who claims many addresses is as quick as others.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Sum

from camdesk.channels.models import RawLetter
from camdesk.people import identities

A_WHILE = timedelta(hours=1)
MOST_FROM_ONE = 100  # letters of one address within A_WHILE; what comes beyond is held, and delays nobody
MOST_HELD = 1_000  # letters of one address within A_WHILE; what comes beyond stays with its bearer
MOST_BYTES = 512 * 1024 * 1024  # of one address within A_WHILE, likewise: the disk is everybody's
LAST_TURN = 1_000


@dataclass(frozen=True)
class QueuePlace:
    """Where a letter stands. `held`: until an agent lets it in."""

    source: str
    turn: int
    held: bool


class FairQueue:
    """Who is before whom, for letters of these senders that came together. `most`: instead of MOST_FROM_ONE."""

    def __init__(self, senders: Sequence[str], *, now: datetime, most: int | None = None) -> None:
        self._most = MOST_FROM_ONE if most is None else most
        self._known = identities.proven_among(identities.EMAIL, senders)
        lately = RawLetter.objects.filter(sender__in={*senders} - {""}, received_at__gt=now - A_WHILE)
        waiting = RawLetter.objects.filter(
            source__in={self._source(one) for one in senders}, state=RawLetter.State.WAITING
        )
        self._lately = Counter(dict(lately.values_list("sender").annotate(Count("pk"))))
        self._waiting = Counter(dict(waiting.values_list("source").annotate(Count("pk"))))

    def place(self, sender: str) -> QueuePlace:
        """Of the next letter of `sender`; each call counts."""
        source = self._source(sender)
        held = bool(sender) and self._lately[sender] >= self._most
        turn = self._waiting[source] + (sender not in self._known)
        self._lately[sender] += 1
        self._waiting[source] += not held
        return QueuePlace(source, min(turn, LAST_TURN), held)

    def _source(self, sender: str) -> str:
        return sender if sender in self._known else f"@{sender.rpartition('@')[2]}"


def brings_too_much(sender: str, *, now: datetime) -> bool:
    """Whether what this address brings is to come later: it has been held by the hundred, or fills the disk."""
    if not sender:
        return False
    lately = RawLetter.objects.filter(sender=sender, received_at__gt=now - A_WHILE)
    found = lately.aggregate(letters=Count("pk"), size=Sum("size"))
    return found["letters"] >= MOST_HELD or (found["size"] or 0) >= MOST_BYTES
