"""What agents decide about letters that were held: let in, turned away, and turned away no more.

`all_of_sender` means every letter of that address in the same state. Each returns how many letters it moved: 0 when
somebody else was quicker.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from camdesk.channels.mail.incoming.fair_queueing import LAST_TURN
from camdesk.channels.models import RawLetter
from camdesk.lib import leases, wake
from camdesk.people.models import Person
from camdesk.tickets.queue_changes import publish_number

TURNED_AWAY = "turned away by an agent"
_State = RawLetter.State


def let_in(*, letter: RawLetter, by: Person, now: datetime, all_of_sender: bool = False) -> int:
    """Held letters go on as if they had never been held: the worker takes them in, many at once behind everybody
    else's."""
    held = _alike(letter, all_of_sender).filter(state=_State.HELD)
    turn = LAST_TURN if all_of_sender else F("turn")
    let = leases.anew(held, at=now, state=_State.WAITING, turn=turn, decided_by=by, decided_at=now)
    if let:
        transaction.on_commit(wake.worker)
    return _told(let)


def turn_away(*, letter: RawLetter, by: Person, now: datetime, all_of_sender: bool = False) -> int:
    """Held letters are kept and listed, and nobody is told of them."""
    held = _alike(letter, all_of_sender).filter(state=_State.HELD)
    return _told(held.update(state=_State.IGNORED, note=TURNED_AWAY, decided_by=by, decided_at=now))


def hold_again(*, letter: RawLetter, by: Person, now: datetime, all_of_sender: bool = False) -> int:
    """What was turned away waits for a decision again."""
    away = _alike(letter, all_of_sender).filter(state=_State.IGNORED, note=TURNED_AWAY)
    return _told(away.update(state=_State.HELD, note="", decided_by=by, decided_at=now))


def _told(letters: int) -> int:
    if letters:
        transaction.on_commit(lambda: publish_number("letters"))
    return letters


def _alike(letter: RawLetter, all_of_sender: bool) -> QuerySet[RawLetter]:
    # Letters without an address are nobody's: there is no "all of them".
    if all_of_sender and letter.sender:
        return RawLetter.objects.filter(sender=letter.sender)
    return RawLetter.objects.filter(pk=letter.pk)
