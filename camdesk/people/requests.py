"""A request as views see it: with who asks on it. `SignedIn` (people/identity_middleware.py) puts that on every one;
these classes only say so to who reads and to the type checker: Django makes no object of them.

A view names what it needs, and a door it stands behind (`desk/doors.py`, `cabinet/doors.py`) sees to it;
tests/house/test_requests.py holds that none names more than its door gives.
"""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from camdesk.people.models import Agent, Organisation, Person, User

if TYPE_CHECKING:
    from camdesk.people.known_devices import Device


class VisitorRequest(HttpRequest):
    """Anybody's. person: who is signed in; agent: the active Agent they are."""

    person: Person | None
    agent: Agent | None
    organisations: list[Organisation]  # the person's, once they were asked for (cabinet/organisation_switch.py)
    live_token: str  # set by a view whose page listens
    known_devices: "tuple[Device, ...]"  # once they were asked for
    make_known_to: User  # set where somebody has just signed in
    limited_wait: int  # seconds; set by a form that says «слишком часто» itself


class PersonRequest(VisitorRequest):
    """Of somebody signed in."""

    person: Person


class AgentRequest(PersonRequest):
    """Of a member of the staff."""

    agent: Agent
