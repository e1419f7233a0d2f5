"""«Перезвоните мне»: what the form and the planned call on a page need."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from camdesk.channels.models import CallBack
from camdesk.channels.phone.call_back_requests import planned_for
from camdesk.channels.phone.call_back_times import day_word, hours_today, offer
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.ui import moments

NOTE = 200


@dataclass(frozen=True)
class PlannedCall:
    """A call-back that waits, and when it will be, in words."""

    call_back: CallBack
    when: str


def call_me(person: Person, *, now: datetime) -> dict[str, Any]:
    """`planned`: calls that wait; `call_offer`: windows to choose from, empty when nobody ever answers."""
    planned = [PlannedCall(one, when_words(one, now)) for one in planned_for(person)]
    return {
        "planned": planned,
        "call_offer": [] if planned else offer(now),
        "call_hours": hours_today(now),
        "call_phone": person.phone,
        "call_note_chars": NOTE,
        "call_contacts": playbook.current()[1].contacts,
    }


def when_words(call_back: CallBack, now: datetime) -> str:
    """«сегодня, 14:00–16:00», or «в ближайшее время» once its time has come."""
    if call_back.wanted_from <= now:
        return _("в ближайшее время")
    day = day_word(timezone.localdate(call_back.wanted_from), timezone.localdate(now))
    return f"{day[:1].lower()}{day[1:]}, {moments.clock(call_back.wanted_from)}–{moments.clock(call_back.wanted_until)}"
