"""What every telephone exchange says, in one shape. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qs

from camdesk.lib.numbers import whole_number
from camdesk.lib.phones import is_e164, of_caller, unread

Kind = Literal["ringing", "queued", "answered", "held", "transferred", "ended", "missed", "recording"]
Direction = Literal["in", "out", "internal"]
DIRECTIONS: tuple[Direction, ...] = ("in", "out", "internal")
KINDS: tuple[Kind, ...] = ("ringing", "queued", "answered", "held", "transferred", "ended", "missed", "recording")


class NotUnderstood(ValueError):
    """The body is none this exchange is known to send."""


@dataclass(frozen=True)
class ExchangeEvent:
    """One thing an exchange said about a call. `leg_id`: "" when it is about the call as a whole; `at`: None when the
    exchange gave no moment; `customer`, `line`: E.164 or "" (hidden, internal), `customer` also as it was spelled where
    no number can be read of it; `talk_seconds`: None when not said."""

    call_id: str
    kind: Kind
    leg_id: str = ""
    seq: int = 0
    at: datetime | None = None
    direction: Direction = "in"
    customer: str = ""
    line: str = ""
    extension: str = ""
    queue: str = ""
    reason: str = ""
    talk_seconds: int | None = None
    recording: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Where a call stands, from all that was said of it."""

    state: str  # "ringing" | "queued" | "answered" | "held" | "ended" | "missed"
    over: bool  # said of the whole call, not only of each leg
    direction: Direction
    customer: str  # as of ExchangeEvent
    line: str
    extension: str  # who answered, else whom it rang last
    ringing: tuple[str, ...]  # whose telephones ring just now
    talk_seconds: int
    recording: str


def standing(events: Sequence[ExchangeEvent]) -> Standing:
    """The state of a call. Events may come in any order, twice, or not at all: the last word of each leg counts, an end
    stays an end, and a call that nobody answered was missed."""
    first = datetime.min.replace(tzinfo=UTC)
    ordered = sorted(events, key=lambda one: (one.seq, one.at or first, KINDS.index(one.kind)))
    answered = [one for one in ordered if one.kind == "answered"]
    numbers = [one.customer for one in ordered]
    talk = max((one.talk_seconds or 0 for one in ordered), default=0)
    legs: dict[str, list[ExchangeEvent]] = {}
    for one in ordered:
        if one.kind != "recording":
            legs.setdefault(one.leg_id, []).append(one)
    ended = {leg: any(one.kind in ("ended", "missed") for one in said) for leg, said in legs.items()}
    over = ended.get("", False)
    finished = over or (bool(ended) and all(ended.values()))
    direction: Direction = next((one.direction for one in ordered if one.direction != "internal"), "internal")
    if finished:
        state = "ended" if answered or talk or direction != "in" else "missed"
    else:
        going = [said[-1] for leg, said in legs.items() if not ended[leg]]
        state = going[-1].kind if going else "ringing"
        state = "answered" if state == "transferred" else state
    extensions = [one.extension for one in answered or ordered if one.extension]
    # A group rings several at once: each has their own leg. In a call without legs the last one named is rung.
    rung = [said[-1] for leg, said in legs.items() if leg and not ended[leg] and said[-1].kind == "ringing"]
    ringing = {one.extension for one in rung if one.extension} or set(extensions[-1:])
    return Standing(
        state=state,
        over=over,
        direction=direction,
        customer=_last(one for one in numbers if is_e164(one)) or _last(numbers),
        line=_last(one.line for one in ordered),
        extension=extensions[-1] if extensions else "",
        ringing=tuple(sorted(ringing)) if state == "ringing" and not answered else (),
        talk_seconds=talk,
        recording=_last(one.recording for one in ordered),
    )


def _last(values: Any) -> str:
    return next((value for value in reversed(list(values)) if value), "")


def form_fields(body: bytes) -> dict[str, str]:
    """The first value of each field of a posted form; none of one with more fields than any exchange sends."""
    try:
        found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=60)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def e164(raw: Any) -> str:
    """The number as E.164, "" for a hidden, internal or unreadable one."""
    return of_caller(str(raw or ""))


def customer_number(raw: Any) -> str:
    """Who calls or is called: E.164; as it was spelled where that is a number nobody can read; "" hidden, internal."""
    said = str(raw or "")
    return of_caller(said) or unread(said)


_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]*)?")


def moment(raw: Any) -> datetime | None:
    """Of seconds since 1970, or ISO 8601 with its offset; None for anything else (a wall clock of an unknown zone)."""
    text = str(raw or "").strip()
    try:
        if _SECONDS.fullmatch(text):
            return datetime.fromtimestamp(float(text), tz=UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def whole(raw: Any, default: int = 0) -> int:
    """A whole number of at most 18 digits, however it is written."""
    number = whole_number(str(raw if raw is not None else "").strip())
    return default if number is None else number
