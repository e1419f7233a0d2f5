"""What the form's page needs: topics by section, the person's own cameras by address, questions, files, errors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from camdesk.cabinet.outage_notes import notes_for
from camdesk.cameras.by_site import SiteCameras, by_site
from camdesk.cameras.models import Camera
from camdesk.cameras.site_time import zone_of
from camdesk.channels.form.answers import without_the_unticked
from camdesk.channels.form.posted_fields import Filled
from camdesk.channels.form.questions import Questions, errors_in_order, questions
from camdesk.channels.intake import FieldError
from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.people.models import Person
from camdesk.playbook.choices import topic_choices
from camdesk.playbook.document import Playbook
from camdesk.tickets import attachments
from camdesk.tickets.attachment_views import picker
from camdesk.ui import moments
from camdesk.ui.values import ChoiceGroup

# A list of 5,000 cameras is not a list to tick: beyond this the page asks for a search (cabinet/views/camera_picker).
LISTED_CAMERAS = 300
# What is likely wrong with a camera in this state: chosen for those who come from its page, where the playbook has it.
_LIKELY_TOPIC: Mapping[str, str] = {
    Camera.Status.OFFLINE: "camera-offline",
    Camera.Status.UNSTABLE: "camera-flapping",
}


def _listed(person: int) -> QuerySet[Camera]:
    visible = Camera.objects.visible_to(Person(pk=person))
    return visible.select_related("site", "passport").in_order()[: LISTED_CAMERAS + 1]


_LISTED = Prepared(_listed, int)


def listed(person: Person) -> list[Camera]:
    """The cameras the person may name, by address; one more than are shown when there are more."""
    return _LISTED.all(person.pk)


def question(person: Person) -> BoundQuery:
    """What `listed` will ask, for lib/prepared.ahead."""
    return _LISTED.of(person.pk)


def entered(filled: Filled, person: Person, cameras: Sequence[int], topic: str, own: list[Camera]) -> Filled:
    """The form of somebody who comes from a camera's page, or from a topic's: their words stay, and what they had said
    about another camera does not speak about this one. Cameras that are not theirs are passed over. Who has cameras at
    one address means that one."""
    chosen = [camera for camera in own if camera.pk in cameras]
    if cameras and not chosen:
        chosen = list(Camera.objects.visible_to(person).select_related("site", "passport").filter(pk__in=cameras))
        own += chosen
    if chosen and not {camera.pk for camera in chosen} <= set(filled.camera_ids):
        likely = {_LIKELY_TOPIC.get(camera.status, "") for camera in chosen}
        filled = replace(
            filled,
            topic=likely.pop() if len(likely) == 1 else "",
            camera_ids=[camera.pk for camera in chosen],
            address=chosen[0].site.address,
            facts={},
            camera_facts={},
            about=(),
            apart=(),
        )
    sites = {camera.site for camera in own}
    if not filled.address and len(sites) == 1:
        filled = replace(filled, address=sites.pop().address)
    return replace(filled, topic=topic) if topic else filled


def page_of(
    person: Person,
    filled: Filled,
    document: Playbook,
    *,
    language: str,
    errors: Sequence[FieldError] = (),
    own: list[Camera] | None = None,
    anywhere: bool = False,
) -> dict[str, Any]:
    """The context of cabinet/form/form.html. Four queries, whatever is chosen. `own`: what `listed` gave, when it was
    asked already; `anywhere`: the cameras of all addresses, whichever is named."""
    filled = without_the_unticked(filled, document)
    topic = document.topic(filled.topic) if filled.topic else None
    offered = listed(person) if own is None else own
    many = len(offered) > LISTED_CAMERAS
    offered = _with_the_named(person, filled, offered, many)
    chosen_ids = set(filled.camera_ids)
    chosen = [camera for camera in offered if camera.pk in chosen_ids]
    faulty = {int(error.field.split("-")[1]) for error in errors if error.field.startswith("camera-")}
    shown = questions(topic, chosen, document, filled, faulty=faulty)
    told = {error.field: error.sentence for error in reversed(errors)}
    order = errors_in_order([error.field for error in errors], shown)
    note = moments.site_note(timezone.now(), zone_of(camera.site for camera in chosen or offered))
    return {
        "asked": filled,
        "document": document,
        "topic": topic,
        "topic_menu": partial(topic_menu, document, language),  # kept by the page for all, so rarely asked
        "places": by_address(offered, "" if anywhere else filled.address),
        "many_cameras": many,
        "chosen": chosen,
        "questions": shown,
        "table_words": _table_words(shown, language),
        # Nothing answered and nothing known: the questions of this topic as everybody sees them.
        "same_for_all": not (chosen or errors or filled.facts or filled.camera_facts or filled.apart or note),
        "site_note": note,
        "picker": picker(place=f"form-{person.pk}", kept=attachments.unsent(ids=filled.attachments, by=person)),
        "errors": told,
        "error_list": [FieldError(name, told[name]) for name in dict.fromkeys(order)],
        "asks_cameras": topic is None or topic.cameras != "none",
        "outages": notes_for(person, now=timezone.now()),
    }


def topic_menu(document: Playbook, language: str) -> list[ChoiceGroup]:
    """The topics of both forms by section; «Другое» stands last and by itself."""
    return topic_choices(document, language, offered=lambda one: one.in_form and one.id != document.other_topic)


def _with_the_named(person: Person, filled: Filled, offered: list[Camera], many: bool) -> list[Camera]:
    """Those that are listed, and of a list too long to show all of them those that are ticked or at the address."""
    missing = set(filled.camera_ids) - {camera.pk for camera in offered}
    if not many and not missing:
        return offered
    wanted = Q(pk__in=missing)
    if many and filled.address.strip():
        wanted |= Q(site__address=filled.address.strip())
    more = Camera.objects.visible_to(person).select_related("site", "passport").filter(wanted)
    named = {camera.pk: camera for camera in [*offered[:LISTED_CAMERAS], *more.in_order()[: 2 * LISTED_CAMERAS]]}
    return sorted(named.values(), key=lambda camera: camera.place)


def by_address(cameras: Iterable[Camera], address: str = "") -> list[SiteCameras]:
    """The cameras by site. Where `address` is one of the sites, the others are not shown; those of them that are ticked
    stay ticked."""
    places, wanted = by_site(cameras), _plain(address)
    if not wanted or all(_plain(place.site.address) != wanted for place in places):
        return places
    return [replace(place, shown=_plain(place.site.address) == wanted) for place in places]


def _plain(address: str) -> str:
    return " ".join(address.casefold().replace("ё", "е").split())


def _table_words(shown: Questions, language: str) -> dict[tuple[int, str], str]:
    """{(camera id, fact id): what holds there, in words}."""
    words = {}
    for row in shown.table:
        for question in shown.seed:
            if answer := question.by_camera.get(row.camera.pk):
                named = [question.fact.option(value) for value in answer.values]
                words[row.camera.pk, question.fact.id] = ", ".join(
                    one.title.get(language) for one in named if one
                ) or ", ".join(answer.values)
    return words


def sent_already() -> FieldError:
    """What a form says whose key another one was sent under."""
    return FieldError(
        "", _("Это обращение уже отправлено. Если хотите отправить ещё одно, нажмите «Отправить» ещё раз.")
    )
