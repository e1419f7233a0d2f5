"""Shapes of /api/v1."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator

from camdesk.tickets import channels


class Strict(Schema):
    """What comes in: an unknown field is a mistake the caller wants to hear of, not to lose."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _only_storable(cls, data: Any) -> Any:
        return _storable(getattr(data, "_obj", data))


_DEEPEST = 30


def _storable(value: Any, depth: int = 0) -> Any:
    """Without NUL and halves of letters, which no database holds; ids with them are those of nothing."""
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key, depth + 1): _storable(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_storable(one, depth + 1) for one in value]
    return value


class PersonIn(Strict):
    name: str = Field("", description="How to address the person")
    phone: str = Field("", description="Any usual spelling; kept as E.164")
    email: str = ""
    external_id: str | None = Field(None, max_length=100, description="The customer's id in your system")


class TicketIn(Strict):
    topic: str = Field(..., description="Topic id (camera-offline) or ref (A1); «other» when nothing fits")
    text: str = Field(..., description="What happened, in the customer's words")
    person: PersonIn
    address: str = ""
    cameras: list[str] = Field(default_factory=list, max_length=500, description="external_id of affected cameras")
    facts: dict[str, Any] = Field(default_factory=dict, description="{fact id: answer}, see the playbook")
    attachments: list[str] = Field(default_factory=list, description="ids given by POST /uploads")


def _the_ways(schema: dict[str, Any]) -> None:
    """Those that are installed, when the schema is asked for."""
    schema["enum"] = [*channels.answerable(), None]


class MessageIn(Strict):
    text: str = ""
    kind: str = Field("reply", pattern="^(reply|note|customer)$", description="customer: said by the ticket's person")
    channel: str | None = Field(
        None,
        json_schema_extra=_the_ways,
        description="Of a reply: how it goes: by letter, in the cabinet (a letter follows when it stays unread), told "
        "by phone, or by another channel that is installed. Left out: the way the customer used last",
    )
    attachments: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _only_replies_go_a_way(self) -> "MessageIn":
        if self.channel is not None and self.kind != "reply":
            raise ValueError("channel is of a reply only")
        if self.channel is not None and self.channel not in channels.answerable():
            raise ValueError(f"channel is one of {', '.join(channels.answerable())}")
        return self


class RatingIn(Strict):
    stars: int = Field(ge=1, le=5)
    comment: str = ""


class RatingOut(Schema):
    resolution: int = Field(description="Which resolution of the ticket it is of; the first is 1")
    stars: int
    comment: str
    at: datetime


class UploadOut(Schema):
    id: str
    name: str
    size: int
    type: str


class AttachmentOut(Schema):
    id: str
    name: str
    size: int
    type: str
    url: str
    scan: str = Field(
        description="waiting, clean, infected, unknown; unproven of a sender who proved nothing, without a scanner"
    )
    signature: str = Field(description="what an infected file was found to be; else empty")


class MessageOut(Schema):
    ticket: int  # another one when the customer wrote into a closed ticket: its follow-up
    seq: int
    kind: str
    channel: str
    by: str | None
    text: str
    at: datetime
    attachments: list[AttachmentOut]


class EventOut(Schema):
    seq: int
    name: str
    by: str | None
    at: datetime
    public: bool
    particulars: dict[str, Any]


class CameraOfTicket(Schema):
    external_id: str | None
    name: str
    state: str
    facts: dict[str, Any]
    diagnosis: dict[str, Any]


class PersonOut(Schema):
    name: str
    phone: str
    email: str
    external_id: str | None


class TicketOut(Schema):
    number: int
    url: str
    turn: str
    turn_since: datetime
    subject: str
    topic: str
    topic_ref: str
    channel: str
    person: PersonOut
    address: str
    assignee: str | None
    team: str | None
    promised_at: datetime | None
    opened_at: datetime
    active_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    rating: int | None
    last_seq: int


class TicketWhole(TicketOut):
    facts: dict[str, Any]
    cameras: list[CameraOfTicket]
    messages: list[MessageOut]
    events: list[EventOut]


class TicketPage(Schema):
    items: list[TicketOut]
    next: str | None = Field(None, description="Give it back as `cursor` for the next page; null: that was the last")


class PersonRow(Strict):
    external_id: str = Field(..., min_length=1, max_length=100)
    name: str = Field(..., min_length=1)
    phone: str = ""
    email: str = ""
    language: str = Field("ru", pattern="^(ru|en)$")
    plan: str = Field("", max_length=60)
    blocked: bool = Field(False, description="The account is blocked for non-payment")
    organisation: str | None = Field(None, description="external_id of an organisation this person belongs to")
    organisation_role: str = Field("employee", pattern="^(owner|administrator|employee)$")


class OrganisationRow(Strict):
    external_id: str = Field(..., min_length=1, max_length=100)
    name: str = Field(..., min_length=1)
    plan: str = Field("", max_length=60)
    blocked: bool = False


class SiteRow(Strict):
    external_id: str = Field(..., min_length=1, max_length=100)
    address: str = Field(..., min_length=1)
    name: str = ""
    city: str = ""
    district: str = ""
    organisation: str | None = Field(None, description="external_id of the organisation it belongs to")
    person: str | None = Field(None, description="external_id of the private owner")
    access_notes: str = ""
    time_zone: str = Field("", description="IANA name, as Asia/Yekaterinburg; empty: as the installation")


class CameraRow(Strict):
    external_id: str = Field(..., min_length=1, max_length=100)
    site: str = Field(..., description="external_id of the site")
    name: str = Field(..., min_length=1)
    vendor: str = Field("", max_length=80)
    model: str = Field("", max_length=80)
    serial: str = Field("", max_length=80)
    mac: str = Field("", max_length=17)
    firmware: str = Field("", max_length=40)
    status: str | None = Field(
        None,
        pattern="^(online|offline|unstable|blocked|unknown)$",
        description="Counts where nobody reports this camera by POST /cameras/status; left out: nothing is said of it",
    )
    status_since: datetime | None = None
    archive_days: int = Field(0, ge=0, le=3650)
    provider: str = ""
    supplier: str = ""
    height: str = ""
    connection: str = ""
    people: list[str] = Field(default_factory=list, description="external_id of persons who see this camera")


class PersonRows(Strict):
    items: list[PersonRow] = Field(..., max_length=1000)


class OrganisationRows(Strict):
    items: list[OrganisationRow] = Field(..., max_length=1000)


class SiteRows(Strict):
    items: list[SiteRow] = Field(..., max_length=1000)


class CameraRows(Strict):
    items: list[CameraRow] = Field(..., max_length=1000)


class RowError(Schema):
    index: int
    external_id: str
    field: str
    message: str


class Upserted(Schema):
    created: int
    updated: int
    unchanged: int
    errors: list[RowError]


class StatusTaken(Schema):
    taken: int = Field(description="Readings newer than what was known")
    late: int = Field(description="Came late or twice: nothing changes by them")
    changed: int = Field(description="Cameras with another verdict now")
    unknown: list[str] = Field(description="external_id of cameras that are not there")
    errors: list["StatusError"]


class StatusError(Schema):
    index: int
    camera: str
    field: str
    message: str


class SignOut(Schema):
    source: str
    role: str
    state: str
    word: str = Field(description="good, bad, quiet (no fault and no proof that it works) or none (withdrawn)")
    since: datetime
    seen_at: datetime
    in_a_row: int
    reason: str


class SpanOut(Schema):
    verdict: str
    since: datetime
    until: datetime | None


class HealthOut(Schema):
    external_id: str
    verdict: str = Field(description="online, offline, unstable, unknown")
    since: datetime | None
    first_bad_at: datetime | None = Field(description="Since when somebody says that it does not work, proven or not")
    good_since: datetime | None
    last_frame_at: datetime | None
    evidence: list[SignOut] = Field(description="The newest word of each source")
    spans: list[SpanOut] = Field(description="Of the last 30 days, the oldest first")
