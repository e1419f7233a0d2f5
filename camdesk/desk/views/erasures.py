"""For administrators: a person's data are erased, and the act of it."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib.filenames import content_disposition
from camdesk.people import audit
from camdesk.people.models import Person
from camdesk.people.requests import AgentRequest
from camdesk.privacy import act, erased_list
from camdesk.privacy import erasure as erasures
from camdesk.privacy.models import Erasure
from camdesk.ui.values import Choice

LONGEST_REASON = Erasure._meta.get_field("reason").max_length or 0


@for_agents("person.erase")
@require_http_methods(["GET", "POST"])
def erasure(request: AgentRequest, person_id: int) -> HttpResponse:
    """What would go, until it has gone; then the act: ?as=md to print, ?as=json. POST basis=<Basis>, reason=<words>,
    number=<of this person: typed, so that nobody is erased by a slip>."""
    found = get_object_or_404(Person, pk=person_id)
    done = Erasure.objects.select_related("by").filter(person=found).first()
    if done is not None:
        return redirect("desk:person_erasure", person_id=person_id) if request.method == "POST" else _act(request, done)
    audit.saw(by=request.person.pk, whose=found.pk, what="person seen", now=timezone.now())
    if request.method == "GET":
        return _asked(request, found)
    basis, reason = request.POST.get("basis", ""), request.POST.get("reason", "").strip()
    errors = {}
    if basis not in Erasure.Basis.values:
        errors["basis"] = _("Выберите основание.")
    if not reason:
        errors["reason"] = _("Напишите, по какому заявлению: номер и дата.")
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = _("Не длиннее %(n)s знаков.") % {"n": LONGEST_REASON}
    if request.POST.get("number", "").strip().lstrip("№ ") != str(found.pk):
        errors["number"] = _("Чтобы не удалить по ошибке, введите номер %(n)s.") % {"n": found.pk}
    if errors:
        return _asked(request, found, errors=errors, basis=basis, reason=reason)
    try:
        erasures.erase(person=found, basis=basis, reason=reason, by=request.person, now=timezone.now())
    except erasures.CannotErase:
        return _asked(request, found, basis=basis, reason=reason, status=422)
    erased_list.keep()
    return redirect("desk:person_erasure", person_id=person_id)


def _asked(
    request: AgentRequest,
    found: Person,
    *,
    errors: dict[str, str] | None = None,
    basis: str = "",
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "one": found,
        "told": erasures.plan(found),
        "bases": [Choice(value, label) for value, label in Erasure.Basis.choices],
        "errors": errors or {},
        "basis": basis,
        "reason": reason,
        "longest_reason": LONGEST_REASON,
    }
    return show(request, "erasure.html", context, status=422 if errors else status)


def _act(request: AgentRequest, done: Erasure) -> HttpResponse:
    told = act.act(done)
    form = request.GET.get("as", "")
    name = f"act-{done.pk}"
    if form == "json":
        answer: HttpResponse = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
        answer["Content-Disposition"] = content_disposition(f"{name}.json")
        return answer
    if form == "md":
        answer = HttpResponse(act.as_markdown(told), content_type="text/markdown; charset=utf-8")
        answer["Content-Disposition"] = content_disposition(f"{name}.md")
        return answer
    return show(request, "erasure_act.html", {"one": done.person, "done": done, "told": told})
