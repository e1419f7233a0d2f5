"""Addresses of ui: the language switch, and the gallery where it is wanted."""

from django.conf import settings
from django.urls import path
from django.views.i18n import set_language

from camdesk.ui import gallery

urlpatterns = [path("i18n/language", set_language, name="set_language")]
if settings.DEMO or settings.DEBUG or settings.TESTING:
    urlpatterns += [
        path("ui/", gallery.components, name="gallery"),
        path("ui/<slug:shell>", gallery.shell, name="gallery_shell"),
    ]
