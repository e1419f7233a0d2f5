"""The switch of organisations in the top panel."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.organisation_switch import choose


@signed_in
@require_POST
def organisation_choice(request: HttpRequest) -> HttpResponse:
    """organisation=<id>, or nothing for all; next=<the page one was on>."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    return choose(request, redirect(back), request.POST.get("organisation", ""))
