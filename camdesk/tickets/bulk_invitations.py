"""Many customers are invited by a table: each row is one deed and one line of the report.

Columns: email, name, external_id, in any order; the first or the last must be there. A row finds the person by their
external_id, else by the address; one whom nobody knows is made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from camdesk.cameras.sheets import Sheet, Unreadable
from camdesk.lib import email_addresses
from camdesk.lib.text import TextTooLong, clean_line
from camdesk.people import contacts, identities
from camdesk.people.identities import EMAIL
from camdesk.people.models import Person, User
from camdesk.tickets.login_invitations import WORDS, CannotInvite, Why, address_of, invite_person, refusal

COLUMNS = {
    "email": ("email", "e-mail", "почта", "адрес", "адрес почты"),
    "name": ("name", "имя", "фио"),
    "external_id": ("external_id", "id", "внешний id", "код клиента"),
}
_LONGEST_ID = 100


@dataclass(frozen=True)
class InviteRow:
    """`line`: of the file, from 1."""

    line: int
    email: str
    name: str
    external_id: str


@dataclass(frozen=True)
class RowOutcome:
    """`result`: invited, waiting (invited before), refused. `said`: why, in words."""

    row: InviteRow
    result: str
    said: str = ""


class _Refused(Exception):
    pass


def rows_of(sheet: Sheet) -> list[InviteRow]:
    """Raises Unreadable where neither column that names somebody is there."""
    named = {word: key for key, words in COLUMNS.items() for word in words}
    keys = [named.get(cell.strip().lower(), "") for cell in sheet.header]
    if "email" not in keys and "external_id" not in keys:
        raise Unreadable(_("Нужна колонка email или external_id в первой строке."))
    found = []
    for line, cells in sheet.records:
        said = {key: cell.strip() for key, cell in zip(keys, cells, strict=False) if key}
        found.append(InviteRow(line, said.get("email", ""), said.get("name", ""), said.get("external_id", "")))
    return found


def invite_all(
    rows: list[InviteRow], *, by: Person | None, dry_run: bool = False, now: datetime
) -> Iterator[RowOutcome]:
    """One outcome a row, in their order. `dry_run`: says what would be, changes nothing."""
    seen: dict[str, int] = {}
    for row in rows:
        twins = [seen[key] for key in _keys(row) if key in seen]
        if twins:
            yield RowOutcome(row, "refused", _("То же, что в строке %(n)d.") % {"n": twins[0]})
            continue
        seen |= dict.fromkeys(_keys(row), row.line)
        try:
            yield invite_row(row, by=by, dry_run=dry_run, now=now)
        except (_Refused, CannotInvite) as error:
            yield RowOutcome(row, "refused", str(error))


def invite_row(row: InviteRow, *, by: Person | None, dry_run: bool, now: datetime) -> RowOutcome:
    """The whole row or nothing of it. Raises CannotInvite and the like."""
    with transaction.atomic():
        outcome = _one(row, by=by, now=now)
        if dry_run:
            transaction.set_rollback(True)
    return outcome


def _keys(row: InviteRow) -> list[str]:
    return [f"{kind}:{value}" for kind, value in (("mail", row.email.lower()), ("id", row.external_id)) if value]


def _one(row: InviteRow, *, by: Person | None, now: datetime) -> RowOutcome:
    person = _person(row, now=now)
    address = address_of(person)
    if why := refusal(person, address):
        raise CannotInvite(why)
    if row.email and address != row.email.lower():
        raise _Refused(_("У этого человека другой адрес: %(email)s.") % {"email": address})
    invited = invite_person(person=person, by=by, now=now)
    return RowOutcome(row, "invited" if invited.new else "waiting")


def _person(row: InviteRow, *, now: datetime) -> Person:
    if row.email and not email_addresses.is_one(row.email):
        raise CannotInvite(Why.BROKEN_ADDRESS)
    try:
        name = clean_line(row.name, most=120)
    except TextTooLong as error:
        raise _Refused(str(error)) from None
    if row.external_id:
        known = Person.objects.filter(external_id=row.external_id).first()
        if len(row.external_id) > _LONGEST_ID or (known is None and not row.email):
            raise _Refused(_("Клиента «%(id)s» нет.") % {"id": row.external_id[:_LONGEST_ID]})
        if row.email:
            _is_nobody_elses(row.email, known)
            return contacts.by_external_id(
                external_id=row.external_id, name=name, phone="", email=row.email.lower(), now=now
            )
        assert known is not None
        return known
    if not row.email:
        raise CannotInvite(Why.NO_ADDRESS)
    if User.objects.filter(email=row.email.lower()).exists():
        raise CannotInvite(Why.LOGIN)
    person = contacts.by_mailbox(row.email)
    if person is not None:
        return person
    if (
        Person.objects.filter(pk__in=identities.who_said(EMAIL, row.email), user=None)
        .exclude(external_id=None)
        .exists()
    ):
        raise _Refused(_("Этот адрес у нескольких клиентов: назовите одного по external_id."))
    person = Person.objects.filter(invitations__email=row.email.lower()).order_by("pk").first()
    if person is None:
        person = Person.objects.create(name=name or row.email, email=row.email.lower(), created_at=now)
        identities.say(person, EMAIL, row.email)
    return person


def _is_nobody_elses(address: str, person: Person | None) -> None:
    """Proven by another, or given to another customer by the operator's system."""
    other = contacts.by_mailbox(address)
    if other is not None and other != person:
        raise _Refused(str(WORDS[Why.FOREIGN]) if identities.owner(EMAIL, address) else _("Это адрес другого клиента."))
