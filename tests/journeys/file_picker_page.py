"""A page with nothing but a form and its files, for the journeys of the file picker. It is a urlconf of its own."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path

from camdesk.tickets import attachment_views, attachments

PAGE = """{% extends "ui/public.html" %}
{% from "tickets/file_picker.html" import file_picker %}
{% block title %}Форма{% endblock %}
{% block content %}<h1>Форма</h1>
<form method="post" enctype="multipart/form-data">{{ csrf_input }}
{{ ui.textarea("text", "Что случилось") }}
{{ file_picker(picker) }}
<p>{{ ui.button("Отправить", "primary", id="send") }}</p></form>{% endblock %}"""


def form(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return JsonResponse(
            {
                "text": request.POST["text"],
                "attachments": request.POST.getlist("attachments"),
                "files": [file.name for file in request.FILES.getlist("files")],
            }
        )
    kept = attachments.unsent(ids=request.GET.getlist("kept"), by=request.person)
    page = engines["jinja2"].from_string(PAGE)
    return HttpResponse(page.render({"picker": attachment_views.picker(place="form", kept=kept)}, request))


urlpatterns = [
    path("form", form, name="form"),
    path("", include("camdesk.ui.urls")),
    path("account/", include("allauth.urls")),
    path("files/", include("camdesk.tickets.attachment_urls")),
]
