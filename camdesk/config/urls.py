"""Every address of camdesk."""

from django.urls import include, path

from camdesk.api.v1 import api

handler400 = "camdesk.config.error_pages.bad_request"
handler500 = "camdesk.config.error_pages.server_error"

urlpatterns = [
    path("", include("camdesk.ui.urls")),
    path("", include("camdesk.cabinet.urls")),
    path("desk/", include("camdesk.desk.urls")),
    path("account/", include("allauth.urls")),
    path("files/", include("camdesk.tickets.attachment_urls")),
    path("hooks/", include("camdesk.channels.urls")),
    path("api/v1/", api.urls),
]
