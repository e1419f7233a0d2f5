"""Every address of camdesk."""

from django.urls import include, path

from camdesk.api.v1 import api

handler400 = "camdesk.config.error_pages.bad_request"
handler429 = "camdesk.config.error_pages.too_many_requests"  # asked for by the package that signs people in
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
