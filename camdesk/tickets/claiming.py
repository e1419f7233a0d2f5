"""Whose request is it? Proven by the mailbox it came from (claim), or by an agent who has made sure (link).

Nobody is joined by an address alone: a claim needs the token of the letter we sent there, and whoever is signed in says
that the address is theirs.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from camdesk.people import audit, contacts, identities
from camdesk.people.identities import EMAIL
from camdesk.people.memberships import only_organisation
from camdesk.people.models import Agent, Organisation, Person, User
from camdesk.tickets import attachments, claim_tokens, thread
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk.tickets.outbox import queue_letter, release_proven
from camdesk.tickets.thread import EventItem
from camdesk.tickets.timeline import deed, record

ASK_AGAIN_AFTER = timedelta(minutes=10)
ASKS_PER_DAY = 3
_MOST_CONTACTS = 200


class Outcome(StrEnum):
    """What a claim comes to."""

    OWN = "own"  # the request joins the account signed in: the address is its own already
    JOIN = "join"  # it joins the account signed in, and the address with it: they must say that it is theirs
    SIGN_IN = "sign_in"  # the address is of an account: sign in to it
    OTHER_ACCOUNT = "other_account"  # signed in, but the address is somebody else's
    PROVE = "prove"  # nobody is signed in and the address has no account: it is proven, and no more
    STAFF = "staff"  # agents work here; they claim nobody's address


class CannotClaim(Exception):
    """The token is not ours, over, of another address, or the request is claimed. One answer for all of it."""


class NotYours(Exception):
    """The claim comes to something that is not to be done here; `outcome` says to what."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class TooSoon(Exception):
    """They were asked a moment ago, or often enough today."""


class CannotLink(Exception):
    """To nobody, to a member of the staff, or to whose it is already; or nothing can be taken back."""


@dataclass(frozen=True)
class Owner:
    """The person who has proven the address, if any. `login`: they can sign in."""

    person: int
    login: bool


def outcome(*, signed_in: int | None, staff: bool, owner: Owner | None, account: int | None = None) -> Outcome:
    """`signed_in`: the person who holds the token, if they are signed in; `staff`: they are an agent; `account`: the
    request's own person, if they have a login (a caller recognised by their number): nobody takes it away. Pure."""
    if staff:
        return Outcome.STAFF
    if account is not None and signed_in != account:
        return Outcome.SIGN_IN if signed_in is None else Outcome.OTHER_ACCOUNT
    if signed_in is None:
        return Outcome.SIGN_IN if owner is not None and owner.login else Outcome.PROVE
    if owner is None:
        return Outcome.JOIN
    return Outcome.OWN if owner.person == signed_in else Outcome.OTHER_ACCOUNT


def find(token: str, *, now: datetime) -> Ticket:
    """The request that this token may claim. Raises CannotClaim."""
    read = claim_tokens.read(token, now=now)
    found = read and Ticket.objects.select_related("person").filter(pk=read.number, verified=False).first()
    if not read or not found or not read.fits(found.contact_email):
        raise CannotClaim
    return found


def would_come_to(ticket: Ticket, person: Person | None) -> Outcome:
    return outcome(
        signed_in=person.pk if person else None,
        staff=person is not None and Agent.objects.filter(person=person).exists(),
        owner=_owner_of(ticket.contact_email),
        account=ticket.person_id if hasattr(ticket.person, "user") else None,
    )


def claim(*, token: str, by: Person | None, says_it_is_theirs: bool, now: datetime) -> Outcome:
    """Proves the address, and moves the contact's unproven requests from it. Raises CannotClaim, NotYours.

    `by`: who is signed in; `says_it_is_theirs`: they have confirmed that the address may speak for their account.
    """
    with transaction.atomic():
        ticket = find(token, now=now)
        Person.objects.select_for_update().get(pk=ticket.person_id)
        found = would_come_to(ticket, by)
        if found not in (Outcome.OWN, Outcome.JOIN, Outcome.PROVE) or (found == Outcome.JOIN and not says_it_is_theirs):
            raise NotYours(found)
        owner = by or contacts.by_mailbox(ticket.contact_email) or ticket.person
        _prove(owner, ticket.contact_email, now=now)
        claimed = [number for number in _of_the_same_address(ticket) if _claim_one(number, owner, now=now)]
        if ticket.pk not in claimed:
            raise CannotClaim  # claimed or linked this moment
        release_proven(now)
        if found == Outcome.JOIN:
            tell_the_account(owner, ticket.contact_email, now=now)
        return found


def claim_of_new_login(user: User, *, now: datetime) -> list[int]:
    """Whoever has just proven the address of their login by our letter: what contacts without a login asked from there
    is theirs. What their own contact is told to have asked otherwise, and nobody proved, stays with a contact that is
    not theirs. In the transaction that makes the login. Returns the numbers claimed.
    """
    person, address = user.person, user.email
    theirs = Q(person=person) | Q(person__in=identities.who_said(EMAIL, address)[:_MOST_CONTACTS])
    unproven = Ticket.objects.filter(theirs, verified=False, contact_email__iexact=address)
    anybodys = Q(person=person) | Q(person__user=None, person__external_id=None)
    found = unproven.filter(anybodys).order_by("pk").values_list("pk", flat=True)
    claimed = [number for number in list(found) if _claim_one(number, person, now=now)]
    if person.external_id is None:
        _leave_to_a_contact(person, now=now)
    release_proven(now)
    return claimed


def _leave_to_a_contact(person: Person, *, now: datetime) -> None:
    """Found by a number or an address that somebody merely said, requests of others hang on one contact: a login must
    not open them."""
    for ticket in list(Ticket.objects.filter(person=person, verified=False).order_by("pk")):
        with deed(ticket.pk, now=now) as locked:
            said = {"name": locked.contact_name, "phone": locked.contact_phone, "email": locked.contact_email}
            locked.person = contacts.unverified(**said, language=locked.language, now=now)


def may_ask(asked: Iterable[datetime], *, now: datetime) -> bool:
    """Whether a person may be asked once more to confirm their address. Pure."""
    lately = [at for at in asked if at > now - timedelta(days=1)]
    return len(lately) < ASKS_PER_DAY and all(at <= now - ASK_AGAIN_AFTER for at in lately)


def ask(*, ticket: Ticket, by: Person, now: datetime) -> None:
    """A letter with the link goes once more. Raises TooSoon, CannotClaim (proven already, or no address)."""
    with deed(ticket.pk, now=now) as locked:
        if locked.verified or not locked.contact_email:
            raise CannotClaim
        letters = Delivery.objects.filter(kind=Delivery.Kind.CLAIM, to=locked.contact_email)
        asked = letters.order_by("-created_at").values_list("created_at", flat=True)[:ASKS_PER_DAY]
        if not may_ask(asked, now=now):
            raise TooSoon
        event = record(locked, "claim.asked", by=by, now=now, to=locked.contact_email)
        queue_letter(
            kind=Delivery.Kind.CLAIM,
            to=locked.contact_email,
            ticket=locked,
            language=locked.language,
            now=now,
            by=by,
            dedupe_key=f"claim:{locked.pk}:{event.seq}",
            key_is_new=True,
        )


def link(*, ticket: Ticket, to: Person, reason: str, by: Person, now: datetime) -> None:
    """An agent has made sure who it is. The address stays unproven: only this request moves. Raises CannotLink."""
    with deed(ticket.pk, now=now) as locked:
        staff = Agent.objects.filter(person=to).exists()
        if locked.verified or locked.person_id == to.pk or staff or to.kind != Person.Kind.HUMAN:
            raise CannotLink
        before = {"person": locked.person_id, "organisation": locked.organisation_id}
        _give(locked, to)
        what: dict[str, Any] = {"name": to.name, "person": to.pk, "reason": reason, "before": before}
        record(locked, "ticket.linked", by=by, now=now, **what)
        audit.done(by=by.pk, whose=to.pk, what="request linked", about=f"ticket {locked.pk}", now=now)


WHOSE = ("ticket.linked", "ticket.unlinked", "ticket.claimed")
"""The events that say whose a request is."""


def stands(last: Event | EventItem, ticket: Ticket) -> bool:
    """Whether the last of these events is an agent's linking that can be taken back."""
    return last.name == "ticket.linked" and last.particulars["person"] == ticket.person_id


def unlink(*, ticket: Ticket, by: Person, now: datetime) -> None:
    """Takes the last linking back: the request is its sender's again, unproven. Raises CannotLink."""
    with deed(ticket.pk, now=now) as locked:
        last = thread.last_event(locked, *WHOSE)
        if last is None or not stands(last, locked):
            raise CannotLink
        before = last.particulars["before"]
        locked.person = Person.objects.get(pk=before["person"])
        locked.organisation = Organisation.objects.filter(pk=before["organisation"]).first()
        locked.verified = False
        record(locked, "ticket.unlinked", by=by, now=now, name=last.particulars["name"])
        whose = last.particulars["person"]
        audit.done(by=by.pk, whose=whose, what="request unlinked", about=f"ticket {locked.pk}", now=now)


def _claim_one(number: int, owner: Person, *, now: datetime) -> bool:
    """False when somebody was quicker."""
    with deed(number, now=now) as locked:
        if locked.verified:
            return False
        _give(locked, owner)
        record(locked, "ticket.claimed", by=owner, now=now, address=locked.contact_email)
        return True


def _give(ticket: Ticket, owner: Person) -> None:
    """On the locked ticket."""
    ticket.person = owner
    ticket.organisation = only_organisation(owner)
    ticket.verified = True
    attachments.proven(ticket)


def _of_the_same_address(ticket: Ticket) -> list[int]:
    """This request and the contact's others that said the same address and nothing was proven of."""
    same = Ticket.objects.filter(person=ticket.person, verified=False, contact_email__iexact=ticket.contact_email)
    return list(same.order_by("pk").values_list("pk", flat=True))


def _prove(owner: Person, address: str, *, now: datetime) -> None:
    if not identities.prove(person=owner, kind=EMAIL, value=address, now=now):
        raise CannotClaim


def _proven(address: str) -> Person | None:
    return identities.owner(EMAIL, address)


def _owner_of(address: str) -> Owner | None:
    person = _proven(address)
    return Owner(person.pk, hasattr(person, "user")) if person else None


def _proof_key(owner: Person, address: str) -> str:
    """One letter a proof: whoever lost the address and proves it anew is told anew."""
    when = identities.proven_at(owner, EMAIL, address)
    digest = hashlib.sha256(address.lower().encode()).hexdigest()[:24]
    return f"proven:{owner.pk}:{digest}:{when.isoformat() if when is not None else ''}"


def tell_the_account(owner: Person, address: str, *, now: datetime) -> None:
    """Whoever did not do this themselves shall hear of it, where they sign in."""
    with translation.override(owner.language):
        queue_letter(
            kind=Delivery.Kind.NOTICE,
            to=owner.user.email,
            language=owner.language,
            now=now,
            by=owner,
            dedupe_key=_proof_key(owner, address),
            subject=_("К вашему кабинету добавлен адрес"),
            text=_(
                "Адрес %(address)s подтверждён как ваш: письма с него попадают в ваш кабинет. Если это сделали не вы, "
                "напишите в поддержку."
            )
            % {"address": address},
        )
