"""Moments as callers say them."""

from datetime import UTC, datetime

from camdesk.api.problems import ApiProblem


def utc(moment: datetime) -> datetime:
    """A moment without a zone is meant in UTC. Raises ValueError for one beyond the calendar."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such moment") from None


def in_utc(moment: datetime, *, field: str) -> datetime:
    """The same, but raises ApiProblem 422 naming the field."""
    try:
        return utc(moment)
    except ValueError as error:
        message = str(error)
        raise ApiProblem(422, f"{field}: {message}", errors=[{"field": field, "message": message}]) from None
