"""«Всё работает» beside a request: the same rule as in the conversation (engine/final_look.py), on the customer's word.

Where a look says that a camera of the request is dead, the request stays open and the customer is told so; who says it
once more is believed: it is their request, and what was seen is kept in the event.
"""

from datetime import datetime

from camdesk.bot.engine import final_look
from camdesk.bot.models import Alarm
from camdesk.bot.sessions import checks
from camdesk.bot.sessions.context import Sight
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.tickets import resolution
from camdesk.tickets.models import Ticket, TicketCamera


def settle(*, ticket: Ticket, by: Person, insists: bool, now: datetime) -> list[str]:
    """Names of the dead cameras for which it was left open; [] when it is settled."""
    sight = Sight()
    topic = playbook.version(ticket.playbook_version).topics.get(ticket.topic_id)
    about_cameras = topic is not None and topic.kind == "camera"
    rows = TicketCamera.objects.filter(ticket=ticket).order_by("pk")
    cameras = list(rows.values_list("camera_id", flat=True)) if about_cameras else []
    look = checks.answer(
        "check", {"cameras": cameras}, person=by, language=ticket.language, now=now, sight=sight
    ).plain()
    ids = [str(one) for one in cameras]
    dead = [one for one in ids if final_look.contradicts(look, [one])]
    if dead and not insists:
        return [camera.name for camera in sight.chosen(by, [int(one) for one in dead])]
    resolution.resolve(ticket=ticket, by=by, now=now, tell=False, seen=look["verdict"] if ids else "")
    Alarm.objects.filter(session=ticket.pk).delete()  # the bot asks nothing about what is settled
    return []
