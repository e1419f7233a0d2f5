"""What a customer says of how their ticket was settled."""

from django.utils import timezone
from ninja import Router, Status

from camdesk.api.keys import ApiRequest, require
from camdesk.api.problems import ApiProblem
from camdesk.api.schemas import RatingIn, RatingOut
from camdesk.lib.text import TextTooLong, clean_text
from camdesk.tickets import ratings, state
from camdesk.tickets.models import Rating, Ticket

router = Router(tags=["tickets"])

LONGEST = 2000  # as on the request's page


@router.post("/tickets/{int:number}/ratings", response={201: RatingOut}, summary="Rate how a ticket was settled")
def rate(request: ApiRequest, number: int, payload: RatingIn) -> Status[Rating]:
    """Said by the ticket's person, once for each resolution: 409 while it is open, and for a second one."""
    require(request.auth, "ticket.reply")
    ticket = Ticket.objects.for_key(request.auth).select_related("person").filter(pk=number).first()
    if ticket is None:
        raise ApiProblem(404, f"There is no ticket {number}.")
    try:
        comment = clean_text(payload.comment, most=LONGEST)
        made = ratings.rate(ticket=ticket, stars=payload.stars, comment=comment, by=ticket.person, now=timezone.now())
    except TextTooLong as error:
        raise ApiProblem(422, f"comment: {error}", errors=[{"field": "comment", "message": str(error)}]) from None
    except state.NotResolved:
        raise ApiProblem(409, "The ticket is not settled: there is nothing to rate yet.") from None
    except state.AlreadyRated:
        raise ApiProblem(
            409, "This resolution was rated before; opened again and settled, it may be rated anew."
        ) from None
    return Status(201, made)
