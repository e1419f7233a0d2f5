"""The switch of organisations in the top panel."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.organisation_switch import choose
from camdesk.lib.safe_redirects import own_path
from camdesk.people.requests import PersonRequest


@signed_in
@require_POST
def organisation_choice(request: PersonRequest) -> HttpResponse:
    """organisation=<id>, or nothing for all; next=<the page one was on>."""
    back = own_path(request.POST.get("next", ""), otherwise="/")
    return choose(request, redirect(back), request.POST.get("organisation", ""))
