"""Addresses that other machines call: mail providers and telephone exchanges."""

from django.urls import path

from camdesk.channels.mail import hooks as mail_hooks

app_name = "hooks"
urlpatterns = [
    path("mail/<slug:provider>/<str:secret>/", mail_hooks.letter, name="mail"),
]
