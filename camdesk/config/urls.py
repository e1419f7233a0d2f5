"""Every address of camdesk."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
]
