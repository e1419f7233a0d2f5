"""Addresses of files, the same for every room: include under `files/`."""

from django.urls import path

from camdesk.tickets import attachment_views

app_name = "files"
urlpatterns = [
    path("", attachment_views.upload, name="upload"),
    path("<str:attachment_id>", attachment_views.one, name="one"),
    path("<str:attachment_id>/preview", attachment_views.preview, name="preview"),
    path("<str:attachment_id>/tile", attachment_views.tile, name="tile"),
]
