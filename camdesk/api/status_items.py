"""What a platform sends of its cameras, item by item."""

import math
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from camdesk.api.moments import utc
from camdesk.api.schemas import Strict
from camdesk.cameras.health.machine import StreamState

_STATES = [state.value for state in StreamState]
_LONGEST_COUNTER = 2**63 - 1


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("no such number")
    return number


def _known(state: str) -> str:
    if state not in _STATES:
        raise ValueError(f"one of {', '.join(_STATES)}")
    return state


Moment = Annotated[datetime, AfterValidator(utc)]
State = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": [*_STATES]})]
Measure = Annotated[float, Field(ge=0), AfterValidator(_finite)]


class StatusItem(BaseModel):
    """One reading. `bytes`: a counter of the stream that grows while it flows."""

    model_config = ConfigDict(extra="forbid")

    camera: str = Field(min_length=1, max_length=100)
    seen_at: Moment
    state: State
    role: Literal["live", "record"] = "live"
    fps: Measure | None = None
    bitrate: Measure | None = None
    bytes: int | None = Field(None, ge=0, le=_LONGEST_COUNTER)
    last_frame_at: Moment | None = None
    reason: str = Field("", max_length=200)


class StatusItems(Strict):
    """Items are judged one by one: a bad one is told and the others are taken."""

    items: list[Any] = Field(
        ...,
        max_length=1000,
        json_schema_extra={"items": StatusItem.model_json_schema()},
        description="Up to 1,000; none says that you are there and nothing changed",
    )
    interval: float | None = Field(
        None,
        ge=1,
        le=86400,
        description="You report each camera every so many seconds. Left out: you report when something changes",
    )
