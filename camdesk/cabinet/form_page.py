"""What the form's page needs: topics by section, the person's own cameras by address, questions, files, errors."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from camdesk.cabinet.outage_notes import notes_for
from camdesk.cameras.models import Camera
from camdesk.channels.form.questions import questions
from camdesk.channels.intake import Asked, FieldError
from camdesk.lib.prepared import Prepared
from camdesk.people.models import Person
from camdesk.playbook.choices import topic_choices
from camdesk.playbook.document import Playbook
from camdesk.tickets import attachments
from camdesk.tickets.attachment_views import picker

# A list of 5,000 cameras is not a list to tick: beyond this the page asks for a search (cabinet/views/camera_picker).
LISTED_CAMERAS = 300


def _listed(person: int) -> QuerySet[Camera]:
    visible = Camera.objects.visible_to(Person(pk=person))
    return visible.select_related("site", "passport").in_order()[: LISTED_CAMERAS + 1]


_LISTED = Prepared(_listed, int)


def page_of(
    person: Person, asked: Asked, document: Playbook, *, language: str, errors: Sequence[FieldError] = ()
) -> dict[str, Any]:
    """The context of cabinet/form/form.html. Four queries, whatever is chosen."""
    topic = document.topic(asked.topic) if asked.topic else None
    listed = _LISTED.all(person.pk)
    chosen_ids = set(asked.camera_ids)
    missing = chosen_ids - {camera.pk for camera in listed}
    if missing:
        listed += list(Camera.objects.visible_to(person).select_related("site", "passport").filter(pk__in=missing))
    chosen = [camera for camera in listed if camera.pk in chosen_ids]
    by_site: dict[Any, list[Camera]] = defaultdict(list)
    for camera in listed[:LISTED_CAMERAS] if not missing else listed:
        by_site[camera.site].append(camera)
    told = {error.field: error.sentence for error in reversed(errors)}
    return {
        "asked": asked,
        "document": document,
        "topic": topic,
        # «Другое» stands last and by itself.
        "sections": topic_choices(
            document, language, offered=lambda one: one.in_form and one.id != document.other_topic
        ),
        "sites": list(by_site.items()),
        "many_cameras": len(listed) > LISTED_CAMERAS,
        "chosen": chosen,
        "questions": questions(topic, chosen, document, answers=asked.facts, camera_answers=asked.camera_facts),
        # Nothing answered and nothing known: the questions of this topic as everybody sees them.
        "same_for_all": not (chosen or errors or asked.facts or asked.camera_facts),
        "picker": picker(place=f"form-{person.pk}", kept=attachments.unsent(ids=asked.attachments, by=person)),
        "errors": told,
        "error_list": list(errors),
        "asks_cameras": topic is None or topic.cameras != "none",
        "outages": notes_for(person, now=timezone.now()),
    }
