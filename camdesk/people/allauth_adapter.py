"""How camdesk wants django-allauth to behave."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db.models import Func, OuterRef, QuerySet, Subquery, TextField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from camdesk.lib import email_addresses
from camdesk.lib.answer_times import no_sooner
from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.people import identities, known_devices, session_rights, sign_up
from camdesk.people.limits import Limited, network_of
from camdesk.people.models import Team, User
from camdesk.people.requests import VisitorRequest
from camdesk.people.sign_in_limits import Try, try_code, try_password
from camdesk.people.stream_revocation import end_streams
from camdesk.ui.moments import duration

ORIGINATOR = "X-Camdesk-Originator"
_LETTER_SECONDS = 0.4
"""An address that is known, one that is not and one of a customer without a login take different times, all of them
shorter than this."""
_NOBODY_SIGNS_IN = "account/email/unknown_account"


class _Joined(Func):
    """The numbers of all rows of a subquery, with commas between them; NULL when there is none."""

    output_field = TextField()
    template = "GROUP_CONCAT(%(expressions)s)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG(%(expressions)s::text, ',')", **context)


def _whole(pk: int) -> QuerySet[User]:
    outside = Team.objects.filter(closed=True).without(OuterRef(OuterRef("person__agent")))
    ids = outside.annotate(ids=_Joined("pk")).values("ids")
    return User.objects.select_related("person__agent").annotate(outside=Subquery(ids)).filter(pk=pk)


_WHOLE = Prepared(_whole, int)


def user_question(pk: int) -> BoundQuery:
    """What `Backend.get_user` will ask, for lib/prepared.ahead."""
    return _WHOLE.of(pk)


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth tells no types
    """Loads the person, the agent and the agent's scope with the user: every page needs them, so one query."""

    def get_user(self, user_id: Any) -> User | None:
        user = _WHOLE.first(user_id)
        if user is None or not self.user_can_authenticate(user):
            return None
        agent = getattr(user.person, "agent", None)
        if agent is not None:
            outside: str | None = vars(user)["outside"]  # annotated by _whole
            agent.outside = frozenset(int(pk) for pk in (outside or "").split(",") if pk)
        return user


def _originator(request: VisitorRequest) -> str:
    if request.person is not None:
        return f"person:{request.person.pk}"
    return f"net:{network_of(request.META.get('REMOTE_ADDR', ''))}"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth tells no types
    """Nobody signs up by this package: people come by invitation (people/invitations.py), and may ask for theirs by the
    form of a forgotten password, which answers everybody the same."""

    def is_open_for_signup(self, request: VisitorRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The letter to an address that nobody signs in with brings its reader in, where they may come in. The time
        it takes must not tell which of them it was."""
        if self.request is not None:
            no_sooner(self.request.META, _LETTER_SECONDS)
        if template_prefix == _NOBODY_SIGNS_IN:
            answer = sign_up.ask(email, now=timezone.now())
            if answer is None:
                return
            link = settings.PUBLIC_URL + reverse("invitation", args=[answer.token]) if answer.token else ""
            new_password = settings.PUBLIC_URL + reverse("account_reset_password")
            context = {**context, "access_link": link, "login": answer.login, "new_password": new_password}
        super().send_mail(template_prefix, email, context)

    def clean_email(self, email: str) -> str:
        """No longer than what is kept of one."""
        try:
            return email_addresses.checked(email)
        except email_addresses.BadEmail as error:
            raise ValidationError(str(error)) from None

    def authenticate(self, request: VisitorRequest, **credentials: Any) -> User | None:
        login = str(credentials.get("email") or credentials.get("username") or "")
        device = known_devices.device_of(request, login)
        tried = _counted(request, lambda **where: try_password(login, device=device, **where))
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            tried.take_back(now=timezone.now())
        return user

    def count_code(self, request: VisitorRequest, user: User) -> Try:
        """A code of the second factor is about to be looked at. Raises ValidationError."""
        device = known_devices.device_of(request, user.email)
        return _counted(request, lambda **where: try_code(user.pk, device=device, **where))

    def set_password(self, user: User, password: str) -> None:
        """Whoever sets one has shown who they are: by the old one, or by the letter in their mailbox. It ends all other
        sessions, and what their pages still listen to."""
        super().set_password(user, password)
        agent = getattr(user.person, "agent", None)
        end_streams(f"person:{user.person_id}", *([f"agent:{agent.pk}"] if agent is not None else []))
        known_devices.remember(context.request, user)

    def login(self, request: VisitorRequest, user: User) -> None:
        super().login(request, user)
        session_rights.begin(request, user)
        known_devices.remember(request, user)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From our own address, never from the Host header: a poisoned one would bring the key to a stranger."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", quote(key))

    def render_mail(self, template_prefix: str, email: Any, context: Any, headers: Any = None) -> EmailMessage:
        """The letter says who asked for it: our outbox counts by that, and leaves the field out."""
        named = {ORIGINATOR: _originator(self.request)} if self.request is not None else {}
        letter: EmailMessage = super().render_mail(template_prefix, email, context, {**(headers or {}), **named})
        return letter

    def get_email_confirmation_url(self, request: VisitorRequest, emailconfirmation: Any) -> str:
        """From our own address, as above."""
        return settings.PUBLIC_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def confirm_email(self, request: VisitorRequest, email_address: EmailAddress) -> bool:
        """Whoever has read our letter there has proven the address, also to us."""
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            identities.prove(
                person=email_address.user.person, kind=identities.EMAIL, value=email_address.email, now=timezone.now()
            )
        return confirmed

    def get_login_redirect_url(self, request: VisitorRequest) -> str:
        agent = getattr(request.user.person, "agent", None) if request.user.is_authenticated else None
        return "/desk/" if agent is not None and agent.active else "/"


def _counted(request: VisitorRequest, count: Callable[..., Try]) -> Try:
    """Raises ValidationError with words; the answer will be a 429 (people/limits_middleware.py)."""
    try:
        return count(address=request.META.get("REMOTE_ADDR", ""), now=timezone.now())
    except Limited as limited:
        request.limited_wait = limited.wait
        words = _("Слишком много неудачных попыток входа. Повторите через %(time)s или задайте новый пароль.")
        raise ValidationError(words % {"time": duration(limited.wait)}, code="too_many_login_attempts") from None
