"""«Подтвердить»: the letter to an address that a customer has typed, and the page behind its link."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from camdesk.cabinet.doors import signed_in
from camdesk.lib.language import current_language
from camdesk.people import identities, identity_tokens
from camdesk.people.identities import EMAIL
from camdesk.people.requests import PersonRequest
from camdesk.tickets import claiming
from camdesk.tickets.models import Delivery
from camdesk.tickets.outbox import minute_of, queue_letter, release_proven


@signed_in
@require_POST
def letters(request: PersonRequest, identity_id: int) -> HttpResponse:
    """Sends the link, within what one customer may make us write. Whether the address is somebody else's is not said:
    the letter goes there all the same."""
    mine = request.person.identities.said().filter(kind=EMAIL.name, pk=identity_id).first()
    if mine is None:
        raise Http404
    now = timezone.now()
    path = reverse("address_proof", args=[identity_tokens.issue(mine, now=now)])
    letter = queue_letter(
        kind=Delivery.Kind.ACCOUNT,
        to=mine.value,
        language=current_language(),
        subject=_("Подтвердите адрес почты"),
        # Not by whom: what customers call themselves goes to no address that somebody has typed.
        text=_(
            "Этот адрес указали в личном кабинете. Если это сделали вы, откройте ссылку в течение двух суток:\n%(link)s"
            "\n\nЕсли вы нам не писали, ничего делать не нужно."
        )
        % {"link": settings.PUBLIC_URL + path},
        now=now,
        by=request.person,
        dedupe_key=f"proof:{mine.pk}:{minute_of(now)}",
    )
    if letter is not None and letter.state == Delivery.State.HELD:
        held = _("Письмо на %(email)s придержано: за час их было слишком много. Поддержка проверит и отправит его.")
        messages.warning(request, held % {"email": mine.value})
    else:
        messages.success(request, _("Отправили ссылку на %(email)s. Она действует двое суток.") % {"email": mine.value})
    return redirect("profile")


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def proof(request: PersonRequest, token: str) -> HttpResponse:
    """GET asks, POST proves. An unknown, altered, old or used link, one of somebody else's, and one to an address that
    somebody else has proven get one and the same 404."""
    now = timezone.now()
    mine = identity_tokens.read(token, person=request.person, now=now)
    if mine is None:
        return _over(request)
    if request.method == "GET":
        return render(request, "cabinet/address_proof.html", {"address": mine.value})
    if not identities.prove(person=request.person, kind=EMAIL, value=mine.value, now=now):
        return _over(request)
    release_proven(now)
    claiming.tell_the_account(request.person, mine.value, now=now)
    messages.success(request, _("Адрес %(email)s подтверждён.") % {"email": mine.value})
    return redirect("profile")


def _over(request: PersonRequest) -> HttpResponse:
    return render(request, "cabinet/address_proof_over.html", status=404)
