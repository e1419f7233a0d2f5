"""What is kept of one person, for themselves to have (152-FZ, article 14): data as JSON and the files they sent, and
nobody else's. Staff are named nowhere; what others wrote in a request they may read stays with those who wrote it.

A table says what is given of each model that names a person; a house test wants a line for every such column.
"""

import contextlib
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q

from camdesk.cameras.models import CameraGrant, Site
from camdesk.channels.models import Call, CallBack
from camdesk.lib import files
from camdesk.outages.models import Recipient, Subscription
from camdesk.people import identities
from camdesk.people.models import Consent, Identity, Invitation, Membership, Person, User
from camdesk.tickets.models import Attachment, Draft, Event, Message, Rating, Scanned, Ticket, TicketCamera

_LONGEST_NUMBER = 16  # digits; what is longer is no number of ours


class CannotExport(Exception):
    """Says in one sentence why nothing is given."""


_ALL = Q()


@dataclass(frozen=True, slots=True)
class Given:
    """A list in the export: these `columns` of the rows of `model` whose `whose` is the person. `only`: what is kept
    out of them."""

    name: str
    model: type[Model]
    whose: str
    columns: tuple[str, ...]
    only: Q = _ALL

    def rows(self, person: Person) -> list[dict[str, Any]]:
        mine = self.model._default_manager.filter(self.only, **{self.whose: person})
        return list(mine.order_by("pk").values(*self.columns))


# What agents note of a site may name a neighbour with a key: it is not given.
PARTS = (
    Given("identities", Identity, "person", ("kind", "value", "proven_at")),
    Given("login", User, "person", ("email", "is_active", "created_at", "last_login")),
    Given("consents", Consent, "person", ("version", "text", "channel", "address", "given_at", "withdrawn_at")),
    Given("organisations", Membership, "person", ("organisation__name", "role")),
    Given("invitations", Invitation, "person", ("email", "created_at", "expires_at")),
    Given("sites", Site, "person", ("name", "address", "city", "district")),
    Given("cameras", CameraGrant, "person", ("camera__name", "camera__site__address", "kind", "created_at")),
    Given(
        "requests",
        Ticket,
        "person",
        (
            "number", "subject", "topic__title_ru", "channel", "language", "contact_name", "contact_phone",
            "contact_email", "contact_address", "address", "facts", "turn", "opened_at", "resolved_at", "closed_at",
        ),
    ),
    Given("cameras of requests", TicketCamera, "ticket__person", ("ticket_id", "camera__name", "facts", "diagnosis")),
    Given(
        "messages",
        Message,
        "by",
        ("ticket_id", "seq", "channel", "text", "at"),
        only=Q(kind=Message.Kind.CUSTOMER),
    ),
    Given(
        "answers",
        Message,
        "ticket__person",
        ("ticket_id", "seq", "channel", "text", "at"),
        only=Q(kind__in=(Message.Kind.REPLY, Message.Kind.BOT)),
    ),
    Given("deeds", Event, "by", ("ticket_id", "seq", "name", "at"), only=Q(public=True)),
    Given(
        "files",
        Attachment,
        "uploaded_by",
        ("id", "name", "content_type", "size", "sha256", "created_at", "message__ticket_id"),
        only=Q(state=Attachment.State.READY),
    ),
    Given("ratings", Rating, "by", ("ticket_id", "stars", "comment", "at")),
    Given("drafts", Draft, "person", ("place", "content", "saved_at")),
    Given("calls", Call, "person", ("direction", "customer", "began_at", "talk_seconds", "ticket_id")),
    Given("call-backs", CallBack, "person", ("phone", "note", "wanted_from", "wanted_until", "state", "created_at")),
    Given("outages followed", Subscription, "person", ("outage__title_ru", "also", "at")),
    Given("outages told", Recipient, "person", ("notice__outage__title_ru", "notice__kind", "how", "to", "notice__at")),
)  # fmt: skip

OF_STAFF = "what somebody did as a member of the staff is the desk's record, not theirs"
LEFT_OUT: dict[str, str] = {
    "people.Agent.person": OF_STAFF,
    "people.ApiKey.person": "a machine is no person",
    "people.ApiKey.created_by": OF_STAFF,
    "people.ApiKey.revoked_by": OF_STAFF,
    "people.Invitation.invited_by": "it holds the address of who was invited",
    "channels.RawLetter.decided_by": OF_STAFF,
    "channels.CallBack.asked_by": "whose call-back it is has it",
    "bot.Phrase.settled_by": OF_STAFF,
    "playbook.PlaybookVersion.published_by": OF_STAFF,
    "outages.Outage.declared_by": OF_STAFF,
    "outages.Outage.closed_by": OF_STAFF,
    "outages.OutageTicket.by": OF_STAFF,
    "outages.Notice.by": OF_STAFF,
}
"""Columns that name a person and of which nothing is given, and why."""


def find(whom: str) -> Person:
    """By the number of their page, their external id, or an address or telephone number they have proven. Raises
    CannotExport: what is merely said may be another's."""
    found = set(Person.objects.filter(external_id=whom))
    if whom.isdecimal() and len(whom) < _LONGEST_NUMBER:
        found |= set(Person.objects.filter(pk=int(whom)))
    for kind in identities.KINDS.values():
        with contextlib.suppress(ValueError):
            found |= {one for one in [identities.owner(kind, kind.spelled(whom))] if one is not None}
    if len(found) != 1:
        raise CannotExport(
            f"{whom} is {'more than one person' if found else 'nobody here'}: give the number of their page, their"
            " external id, or an address they have proven"
        )
    return found.pop()


def export(person: Person, target: Path, *, now: datetime) -> dict[str, int]:
    """Writes the archive (mode 600): data.json and files/. Returns how many rows of each part. Raises CannotExport."""
    data = data_of(person, now=now)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, stored in _files_of(person):
                with stored, archive.open(f"files/{name}", "w") as into:
                    while piece := stored.read(files.PIECE):
                        into.write(piece)
            text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            archive.writestr("data.json", text)
    except FileExistsError:
        raise CannotExport(f"{target} is there already") from None
    except OSError as error:
        target.unlink(missing_ok=True)
        raise CannotExport(f"the archive could not be written: {error.strerror or error}") from error
    return {name: len(rows) for name, rows in data.items() if isinstance(rows, list)}


def data_of(person: Person, *, now: datetime) -> dict[str, Any]:
    """Each part under its name; `person` what they are known as."""
    known = ("name", "phone", "email", "external_id", "language", "plan", "blocked_at", "created_at")
    return {
        "made_at": now,
        "person": {name: getattr(person, name) for name in known},
        **{part.name: part.rows(person) for part in PARTS},
    }


def _files_of(person: Person) -> Iterator[tuple[str, Any]]:
    """(name in the archive, open file) of what they sent, but for what is infected, and what is gone."""
    sent = Attachment.objects.filter(uploaded_by=person, state=Attachment.State.READY)
    for row in sent.exclude(scan=Scanned.Scan.INFECTED).order_by("created_at"):
        try:
            yield f"{row.pk}-{row.name}", files.store().open(row.storage_key)
        except files.NotHere:
            continue
