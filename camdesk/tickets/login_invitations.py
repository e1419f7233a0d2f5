"""A customer is invited to a login, by staff, an integration or the command line: the one deed behind all of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from camdesk.lib import email_addresses
from camdesk.people import audit, identities, invitations
from camdesk.people.identities import EMAIL
from camdesk.people.models import Agent, Invitation, Person, User
from camdesk.people.models.invitation import InvitationQuerySet
from camdesk.tickets import invitation_letters
from camdesk.tickets.models import Delivery


class Stands(StrEnum):
    """Where an invitation stands."""

    WAITING = "waiting"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Why(StrEnum):
    """Why a person cannot be invited."""

    LOGIN = "login"
    STAFF = "staff"
    MACHINE = "machine"
    NO_ADDRESS = "no_address"
    BROKEN_ADDRESS = "broken_address"
    OURS = "ours"
    FOREIGN = "foreign"


WORDS = {
    Why.LOGIN: gettext_lazy("Вход у этого человека уже есть."),
    Why.STAFF: gettext_lazy("Это сотрудник поддержки: его приглашают на странице «Сотрудники»."),
    Why.MACHINE: gettext_lazy("Это интеграция: ей нужен ключ, а не вход."),
    Why.NO_ADDRESS: gettext_lazy("Адрес почты этого человека неизвестен."),
    Why.BROKEN_ADDRESS: gettext_lazy("Это не адрес почты."),
    Why.OURS: gettext_lazy("Это адрес самой поддержки."),
    Why.FOREIGN: gettext_lazy("Этот адрес подтвердил другой человек."),
}


class CannotInvite(Exception):
    """`why` says what is in the way."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(WORDS[why]))
        self.why = why


@dataclass(frozen=True)
class Invited:
    """`new`: a letter goes; else one that waits already is all there is. `held`: it waits for an agent to let it go."""

    invitation: Invitation
    new: bool
    held: bool = False


def stands(invitation: Invitation, *, now: datetime) -> Stands:
    if invitation.used_at is not None:
        return Stands.ACCEPTED
    if invitation.revoked_at is not None:
        return Stands.WITHDRAWN
    return Stands.WAITING if invitation.expires_at > now else Stands.EXPIRED


def last_of(person: Person) -> Invitation | None:
    return person.invitations.select_related("invited_by").order_by("-pk").first()


def address_of(person: Person) -> str:
    """Where the letter goes: what they have proven, else what they or the operator's system said last."""
    proven = identities.values_of(person, EMAIL, proven=True)
    return proven[0] if proven else person.email.strip().lower()


def refusal(person: Person, address: str) -> Why | None:
    """What is in the way of inviting them there."""
    if person.kind != Person.Kind.HUMAN:
        return Why.MACHINE
    if Agent.objects.filter(person=person).exists():
        return Why.STAFF
    if User.objects.filter(person=person).exists():
        return Why.LOGIN
    if not address:
        return Why.NO_ADDRESS
    if not email_addresses.is_one(address):
        return Why.BROKEN_ADDRESS
    if address == settings.SUPPORT_EMAIL.lower():
        return Why.OURS
    owner = identities.owner(EMAIL, address)
    if (owner is not None and owner != person) or User.objects.filter(email=address).exists():
        return Why.FOREIGN
    return None


def invite_person(*, person: Person, again: bool = False, by: Person | None, now: datetime) -> Invited:
    """A letter with the link; `again`: also where one waits, whose link then opens nothing any more. Pressed twice
    within a minute it is one. Raises CannotInvite."""
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        address = address_of(locked)
        if why := refusal(locked, address):
            raise CannotInvite(why)
        waiting = Invitation.objects.usable(now).filter(person=locked, email=address).order_by("-pk").first()
        if waiting is not None and not again:
            return Invited(waiting, new=False)
        try:
            invitation, token = invitations.invite(email=address, name=locked.name, person=locked, by=by, now=now)
        except invitations.InvitedJustNow:
            assert waiting is not None
            return Invited(waiting, new=False)
        _unused(locked).exclude(pk=invitation.pk).update(revoked_at=now)
        audit.done(by=by.pk if by else None, whose=locked.pk, what="person invited", now=now)
        letter = _send(invitation, token, language=locked.language, by=by, now=now)
        return Invited(invitation, new=True, held=letter is not None and letter.state == Delivery.State.HELD)


def take_back(*, person: Person, by: Person | None, now: datetime) -> bool:
    """Their links open nothing any more. False where none waited."""
    with transaction.atomic():
        taken = bool(_unused(person).update(revoked_at=now))
        if taken:
            audit.done(by=by.pk if by else None, whose=person.pk, what="invitation taken back", now=now)
        return taken


def _unused(person: Person) -> InvitationQuerySet:
    return Invitation.objects.unused().filter(person=person)


def _send(invitation: Invitation, token: str, *, language: str, by: Person | None, now: datetime) -> Delivery | None:
    with translation.override(language):
        return invitation_letters.queue(
            invitation,
            language=language,
            subject=_("Приглашение в личный кабинет «%(brand)s»") % {"brand": settings.BRAND},
            # Their name stands in no letter: the address may be somebody else's.
            text=_(
                "Вас приглашают в личный кабинет: там ваши камеры и обращения в поддержку. Откройте ссылку в течение "
                "двух суток и задайте пароль:\n%(link)s\n\nЕсли вы не наш клиент, ничего делать не нужно."
            )
            % {"link": invitation_letters.link_of(token)},
            now=now,
            by=by,
        )
