"""Every address of camdesk."""

from django.urls import include, path

urlpatterns = [
    path("", include("camdesk.ui.urls")),
    path("account/", include("allauth.urls")),
    path("files/", include("camdesk.tickets.attachment_urls")),
]
