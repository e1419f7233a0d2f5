"""A customer of the operator's system is invited to a login."""

from datetime import datetime

from django.utils import timezone, translation
from ninja import Router, Schema, Status
from pydantic import Field

from camdesk.api.keys import ApiRequest, require
from camdesk.api.problems import ApiProblem
from camdesk.api.schemas import Strict
from camdesk.people.models import Person
from camdesk.tickets import login_invitations
from camdesk.tickets.login_invitations import Why

router = Router(tags=["inventory"])

_THEIRS = (Why.NO_ADDRESS, Why.BROKEN_ADDRESS, Why.OURS)


class InvitationIn(Strict):
    again: bool = Field(False, description="Send a new link also where one waits, which then opens nothing")


class InvitationOut(Schema):
    email: str
    state: str = Field(..., description="waiting: the link of the letter is good")
    held: bool = Field(False, description="Too many letters of this key: an agent has to let this one go")
    invited_at: datetime
    expires_at: datetime


@router.post(
    "/persons/{external_id}/invitation",
    response={200: InvitationOut, 201: InvitationOut},
    summary="Invite a customer to a login",
)
def invite(request: ApiRequest, external_id: str, payload: InvitationIn | None = None) -> Status[dict[str, object]]:
    """201: a letter goes to the person's address, with a link good once and for 48 hours. 200: one waits already and
    nothing is sent; so a repeated call changes nothing. 409 with the reason in `errors`: `login`, `staff`, `machine`,
    `foreign` (somebody else has proven the address); 422: `no_address`, `broken_address`, `ours`. The key needs the
    right person.invite (lead, administrator)."""
    require(request.auth, "person.invite")
    person = Person.objects.filter(external_id=external_id).first()
    if person is None:
        raise ApiProblem(404, f"There is no person {external_id}.")
    now, again = timezone.now(), payload is not None and payload.again
    try:
        invited = login_invitations.invite_person(person=person, again=again, by=request.auth.person, now=now)
    except login_invitations.CannotInvite as error:
        with translation.override("en"):
            words = str(login_invitations.WORDS[error.why])
        status = 422 if error.why in _THEIRS else 409
        raise ApiProblem(status, words, errors=[{"field": str(error.why), "message": words}]) from None
    made = invited.invitation
    out = {
        "email": made.email,
        "state": str(login_invitations.stands(made, now=now)),
        "held": invited.held,
        "invited_at": made.created_at,
        "expires_at": made.expires_at,
    }
    return Status(201 if invited.new else 200, out)
