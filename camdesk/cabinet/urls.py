"""Addresses of the cabinet."""

from django.urls import path

from camdesk.cabinet.views import (
    camera_choices,
    cameras,
    form,
    home,
    invitation,
    organisations,
    profile,
    requests,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("contacts/", home.contacts, name="contacts"),
    path("help/", home.help_pages, name="help"),
    path("help/<slug:article_id>/", home.article, name="article"),
    path("listening/", home.stream_token, name="stream_token"),
    path("cameras/", cameras.cameras, name="cameras"),
    path("cameras/<int:camera_id>/", cameras.camera, name="camera"),
    path("cameras/<int:camera_id>/picture", cameras.picture, name="camera_picture"),
    path("support/write/", form.form, name="form"),
    path("support/write/questions", form.questions, name="form_questions"),
    path("support/write/cameras", camera_choices.camera_choices, name="form_cameras"),
    path("support/write/draft", form.draft, name="form_draft"),
    path("support/sent/<int:number>/", form.sent, name="form_sent"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<int:number>/", requests.request_page, name="request"),
    path("requests/<int:number>/since", requests.since, name="request_since"),
    path("requests/<int:number>/seen", requests.seen, name="request_seen"),
    path("requests/<int:number>/draft", requests.draft, name="request_draft"),
    path("requests/<int:number>/messages/", requests.messages, name="request_messages"),
    path("requests/<int:number>/reopenings/", requests.reopenings, name="request_reopenings"),
    path("requests/<int:number>/resolutions/", requests.resolutions, name="request_resolutions"),
    path("requests/<int:number>/ratings/", requests.ratings, name="request_ratings"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<int:organisation_id>/", organisations.organisation, name="organisation"),
    path(
        "organisations/<int:organisation_id>/invitations/",
        organisations.invitations_of,
        name="organisation_invitations",
    ),
    path("organisations/<int:organisation_id>/members/<int:person_id>/", organisations.member, name="member"),
    path(
        "organisations/<int:organisation_id>/members/<int:person_id>/removal/",
        organisations.removal,
        name="member_removal",
    ),
    path("profile/", profile.profile, name="profile"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
]
