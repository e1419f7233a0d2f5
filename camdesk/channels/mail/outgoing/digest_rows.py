"""Before letters leave, those that belong together become one (the rules: digest.py).

A row that goes into another stays, as `merged`, and names the letter it went into; the row of an answer that was read
in the cabinet stays as `read`. A letter is gathered before its first try only, under a lock, and whole: a worker that
dies has either gathered it or not.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from camdesk.channels.mail.channel import MAIL
from camdesk.channels.mail.outgoing import digest
from camdesk.channels.mail.outgoing.digest import AnswerLetter
from camdesk.lib import leases
from camdesk.lib.failpoints import reached
from camdesk.lib.prepared import Prepared
from camdesk.tickets.models import Delivery, OutgoingLetter
from camdesk.tickets.outbox import queue_letter

_State, _Kind = Delivery.State, Delivery.Kind
# Answers have a rule of their own; letters of accounts and of claims were asked for by their reader.
SHARED = (_Kind.CONFIRMATION, _Kind.PROMISE, _Kind.RESOLVED, _Kind.NOTICE)
_LOOKED_AT = 200
_OLDEST = timedelta(days=4)  # longer than any letter is tried


def gather(now: datetime) -> None:
    """Before each batch of letters (tickets/channels.py)."""
    # Mostly a single letter wakes the worker: what cannot concern it is not asked of the database.
    kinds = _KINDS.all(now)
    if any(unread for _kind, unread in kinds):
        _drop_what_was_read(now)
    answered = _gather_answers(now) if any(kind == _Kind.REPLY for kind, _unread in kinds) else []
    if answered:
        _release(answered, now=now)
    if any(kind in SHARED for kind, _unread in kinds):
        _gather_by_address(now, answered)


def _untried() -> QuerySet[Delivery]:
    return leases.untried(Delivery.objects.filter(channel=MAIL.name))


_KINDS = Prepared(
    lambda now: (
        _untried()
        .filter(Q(next_try_at__lte=now) | Q(letter__only_if_unread=True))
        .values_list("kind", "letter__only_if_unread")
        .distinct()
    ),
    datetime,
)


def _answers() -> QuerySet[Delivery]:
    return _untried().filter(kind=_Kind.REPLY, message__isnull=False)


def _drop_what_was_read(now: datetime) -> None:
    read = _answers().filter(letter__only_if_unread=True, message__seq__lte=F("ticket__customer_seen_seq"))
    found = list(read.values_list("pk", flat=True)[:_LOOKED_AT])
    _untried().filter(pk__in=found).update(state=_State.READ, settled_at=now)


def _gather_answers(now: datetime) -> list[int]:
    """Returns the numbers of the requests whose answers leave now."""
    due = _answers().filter(next_try_at__lte=now).values_list("ticket_id", flat=True).distinct()
    rows = _answers().filter(ticket_id__in=list(due[:_LOOKED_AT])).order_by("pk")
    rows = rows.select_related("letter", "message", "ticket")
    by_letter: dict[tuple[int | None, str], list[Delivery]] = defaultdict(list)
    for row in rows:
        by_letter[row.ticket_id, row.to].append(row)
    for letters in by_letter.values():
        together = digest.of_one_ticket([_answer(row) for row in letters], now=now).together
        if len(together) > 1 or (together and letters[0].next_try_at > now):
            _into_the_first(together, now=now)
    return list({number for number, _to in by_letter if number is not None})


def _answer(row: Delivery) -> AnswerLetter:
    message, ticket = row.message, row.ticket
    assert message is not None, "an answer is a message"
    assert ticket is not None, "of a request"
    return AnswerLetter(
        pk=row.pk,
        by=message.by_id,
        at=message.at,
        due_at=row.next_try_at,
        only_if_unread=row.letter.only_if_unread,
        read=message.seq <= ticket.customer_seen_seq,
    )


def _into_the_first(together: Sequence[int], *, now: datetime) -> None:
    with transaction.atomic():
        found = _locked(together)
        if not found or found[0] != together[0]:
            return  # another worker has it already; what is left is gathered in the next round
        first = found[0]
        leases.put_off(Delivery.objects.filter(pk=first), to=now)
        _merge(found[1:], into=first, now=now)
        reached("gathering")
    reached("gathered")


def _release(answered: Sequence[int], *, now: datetime) -> None:
    """An answer shall not wait for what is held before it in its request: that leaves by itself, before it."""
    after = _answers().filter(ticket=OuterRef("ticket"), pk__gt=OuterRef("pk"), next_try_at__lte=now)
    held = _untried().filter(Exists(after), kind__in=SHARED, ticket_id__in=answered, next_try_at__gt=now)
    if numbers := list(held.values_list("pk", flat=True)):
        leases.put_off(Delivery.objects.filter(pk__in=numbers), to=now)


def _free(now: datetime) -> "QuerySet[Delivery, tuple[int, str, int | None]]":
    """Letters that leave now and may be gathered: (id, address, number). None of a request where something else waits
    before them."""
    rows = _untried().filter(kind__in=SHARED, next_try_at__lte=now, ticket__isnull=False)
    before = Delivery.objects.filter(ticket=OuterRef("ticket"), state=_State.WAITING, pk__lt=OuterRef("pk"))
    ready = Q(kind__in=SHARED, attempts=0, leased_until=None, next_try_at__lte=now)
    free = rows.exclude(Exists(before.exclude(ready))).order_by("pk")
    return free.values_list("pk", "to", "ticket_id")[: 5 * _LOOKED_AT]


_FREE = Prepared(_free, datetime)


def _gather_by_address(now: datetime, answered: Sequence[int]) -> None:
    waiting: dict[str, list[int]] = defaultdict(list)
    of_ticket: dict[int, int | None] = {}
    for pk, to, number in _FREE.all(now):
        if number not in answered:
            waiting[to].append(pk)
            of_ticket[pk] = number
    left = _left_lately(list(waiting), now=now)
    for to, letters in waiting.items():
        shared = digest.of_one_address(letters, left[to], now=now)
        if shared.together and len({of_ticket[pk] for pk in letters}) == 1:
            _into_the_first(shared.together, now=now)  # it stays a letter of its request, and answers come home
        elif shared.together:
            _into_a_digest(shared.together, to=to, now=now)
        elif shared.later is not None:
            leases.put_off(Delivery.objects.filter(pk__in=letters), to=shared.later)


_SENT = Prepared(
    lambda addresses, settled, created: Delivery.objects.filter(
        to__in=addresses,
        kind__in=[*SHARED, _Kind.DIGEST],
        state__in=[_State.SENT, _State.CAUGHT],
        settled_at__gt=settled,
        created_at__gt=created,
    ).values_list("to", "settled_at"),
    list[str],
    datetime,
    datetime,
)


def _left_lately(addresses: list[str], *, now: datetime) -> dict[str, list[datetime]]:
    left: dict[str, list[datetime]] = defaultdict(list)
    for to, at in _SENT.all(addresses, now - digest.WITHIN, now - _OLDEST):
        if at is not None:
            left[to].append(at)
    return left


def _into_a_digest(letters: Sequence[int], *, to: str, now: datetime) -> None:
    with transaction.atomic():
        found = _locked(letters)
        if len(found) < 2:
            return
        language = OutgoingLetter.objects.values_list("language", flat=True).get(pk=found[-1])
        key = f"digest:{found[0]}"  # a letter goes into one other only
        one = queue_letter(
            kind=_Kind.DIGEST,
            to=to,
            language=language,
            now=now,
            by=None,  # what it holds was counted
            dedupe_key=key,
            key_is_new=True,
        )
        assert one is not None, "its letters had an address"
        _merge(found, into=one.pk, now=now)
        reached("gathering")
    reached("gathered")


def _merge(letters: Sequence[int], *, into: int, now: datetime) -> None:
    Delivery.objects.filter(pk__in=letters).update(state=_State.MERGED, settled_at=now)
    OutgoingLetter.objects.filter(pk__in=letters).update(merged_into=into)


def _locked(letters: Sequence[int]) -> list[int]:
    """Those of them that nobody has begun to send, ours until the transaction ends. Oldest first."""
    rows = _untried().filter(pk__in=letters).select_for_update().order_by("pk")
    return list(rows.values_list("pk", flat=True))
