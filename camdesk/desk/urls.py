"""Addresses of the desk."""

from django.urls import path

from camdesk.desk.views import cameras, deeds, letters, new, people, queue, staff, talk, ticket

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("rows", queue.rows, name="rows"),
    path("listening/", queue.listening, name="listening"),
    path("tickets/new/", new.new, name="new"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/since", ticket.since, name="since"),
    path("tickets/<int:number>/context", ticket.context_pane, name="context"),
    path("tickets/<int:number>/seen", ticket.seen, name="seen"),
    path("tickets/<int:number>/draft", ticket.draft, name="draft"),
    path("tickets/<int:number>/replies/", talk.replies, name="replies"),
    path("tickets/<int:number>/notes/", talk.notes, name="notes"),
    path("tickets/<int:number>/assignment", deeds.assignment, name="assignment"),
    path("tickets/<int:number>/team", deeds.team, name="team"),
    path("tickets/<int:number>/turn", deeds.turn, name="turn"),
    path("tickets/<int:number>/topic", deeds.topic, name="topic"),
    path("tickets/<int:number>/promise", deeds.promise, name="promise"),
    path("tickets/<int:number>/resolution", deeds.resolution, name="resolution"),
    path("tickets/<int:number>/reopening", deeds.reopening, name="reopening"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("cameras/<int:camera_id>/", cameras.camera, name="camera"),
    path("cameras/<int:camera_id>/picture", cameras.picture, name="camera_picture"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:letter_id>/", letters.letter, name="letter"),
    path("letters/<int:letter_id>/html", letters.letter_html, name="letter_html"),
    path("letters/<int:letter_id>/sendings/", letters.sendings, name="sendings"),
    path("staff/", staff.staff, name="staff"),
    path("staff/invitations/<int:invitation_id>/removal", staff.invitation_removal, name="invitation_removal"),
    path("keys/", staff.keys, name="keys"),
    path("keys/<int:key_id>/revocation", staff.key_revocation, name="key_revocation"),
    path("playbook/", staff.playbook, name="playbook"),
]
