"""Which of their organisations a person looks at: a filter of lists, not a right. Remembered by the browser."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse

from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.people.models import Membership, Organisation
from camdesk.people.requests import VisitorRequest

COOKIE = "camdesk_organisation"
_A_YEAR = 365 * 24 * 3600
_OF_PERSON = Prepared(
    lambda person: (
        Membership.objects.select_related("organisation").filter(person_id=person).order_by("organisation__name", "pk")
    ),
    int,
)


def choices(request: VisitorRequest) -> list[Organisation]:
    """Their organisations by name, when there are several; one query a request."""
    if request.person is None:
        return []
    if not hasattr(request, "organisations"):
        request.organisations = [row.organisation for row in _OF_PERSON.all(request.person.pk)]
    return request.organisations if len(request.organisations) > 1 else []


def questions(request: VisitorRequest) -> list[BoundQuery]:
    """What `choices` will ask, for lib/prepared.ahead."""
    asks = request.person is not None and not hasattr(request, "organisations")
    return [_OF_PERSON.of(request.person.pk)] if asks and request.person else []


def chosen(request: VisitorRequest) -> Organisation | None:
    """The one they look at; None for all. A cookie that names another's organisation is no choice."""
    named = request.COOKIES.get(COOKIE, "")
    if not named:
        return None
    return next((one for one in choices(request) if str(one.pk) == named), None)


def choose(request: VisitorRequest, answer: HttpResponse, organisation: str) -> HttpResponse:
    """`organisation`: an id of theirs, anything else for all."""
    known = {str(one.pk) for one in choices(request)}
    answer.set_cookie(
        COOKIE,
        organisation if organisation in known else "",
        max_age=_A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def page_words(request: VisitorRequest) -> dict[str, Any]:
    """For the top panel (a context processor: nothing is asked until a page calls)."""
    return {"organisation_choices": lambda: choices(request), "organisation_chosen": lambda: chosen(request)}
