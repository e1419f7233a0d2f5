"""Which letters leave together, so that nobody is flooded. Pure.

Answers in one request: several of one agent within a minute are one letter; those given in the cabinet leave only
when they stay unread, all in one. Everything else to one address: at most MOST letters WITHIN a while; what is more
leaves as one letter that lists it, at once while there is room, else as soon as there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from camdesk.channels.mail.channel import TOGETHER

MOST = 3
WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class AnswerLetter:
    """A letter of one request that carries an answer and was not tried yet. `by`: who answered; `at`: when;
    `due_at`: when it wants to leave; `read`: the customer has seen the answer in the cabinet."""

    pk: int
    by: int | None
    at: datetime
    due_at: datetime
    only_if_unread: bool = False
    read: bool = False


@dataclass(frozen=True)
class AnswerBatch:
    """needless: letters of answers that were read; together: those that leave now as one, the oldest first; () while
    none of them wants to leave yet."""

    needless: tuple[int, ...] = ()
    together: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shared:
    """together: they leave now as one letter; later: none leaves before then. Neither: each leaves by itself."""

    together: tuple[int, ...] = ()
    later: datetime | None = None


def of_one_ticket(answers: Sequence[AnswerLetter], *, now: datetime) -> AnswerBatch:
    """`answers`: oldest first. When one wants to leave, what was said before it leaves with it: order stays."""
    needless = tuple(one.pk for one in answers if one.only_if_unread and one.read)
    left = [one for one in answers if one.pk not in needless]
    if not any(one.due_at <= now for one in left):
        return AnswerBatch(needless)
    together: list[AnswerLetter] = []
    for one in left:
        if together and not _joins(one, together):
            break
        together.append(one)
    return AnswerBatch(needless, tuple(one.pk for one in together))


def of_one_address(waiting: Sequence[int], left: Sequence[datetime], *, now: datetime) -> Shared:
    """`waiting`: letters that want to leave to this address; `left`: when others of that kind left to it."""
    recent = sorted(moment for moment in left if moment > now - WITHIN)
    room = MOST - len(recent)
    if len(waiting) <= room:
        return Shared()
    if room > 0:
        return Shared(together=tuple(waiting))
    return Shared(later=recent[-MOST] + WITHIN)


def _joins(one: AnswerLetter, group: Sequence[AnswerLetter]) -> bool:
    """Whether an answer goes into the letter of those before it: all that is unread in the cabinet does; of what an
    agent wrote by letter, what they wrote within the minute."""
    by_letter = [other for other in group if not other.only_if_unread]
    if one.only_if_unread or not by_letter:
        return True
    return one.by == by_letter[0].by and one.at - by_letter[0].at <= TOGETHER
