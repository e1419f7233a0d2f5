"""Moments as callers say them."""

from datetime import UTC, datetime

from camdesk.api.problems import ApiProblem


def in_utc(moment: datetime, *, field: str) -> datetime:
    """A moment without a zone is meant in UTC. Raises ApiProblem 422 naming the field for one beyond the calendar."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        message = "no such moment"
        raise ApiProblem(422, f"{field}: {message}", errors=[{"field": field, "message": message}]) from None
