"""Addresses that other machines call: mail providers and telephone exchanges."""

from django.urls import path

from camdesk.channels import updates
from camdesk.channels.mail.incoming import hooks as mail_hooks
from camdesk.channels.phone import hooks as phone_hooks

app_name = "hooks"
urlpatterns = [
    path("mail/<slug:provider>/<str:secret>/", mail_hooks.letter, name="mail"),
    path("mail/<slug:provider>/<str:secret>/mime", mail_hooks.letter, name="mail_whole"),  # by its end Mailgun knows
    path("phone/<slug:provider>/<str:secret>/", phone_hooks.call, name="phone"),
    path("phone/<slug:provider>/<str:secret>/<path:rest>", phone_hooks.call, name="phone_rest"),
    path("<slug:channel>/", updates.told, name="channel"),
]
