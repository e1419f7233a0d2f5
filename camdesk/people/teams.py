"""Teams: the playbook brings those its topics name, and an administrator may name them otherwise and add more."""

import logging
from datetime import datetime

from django.utils.crypto import get_random_string

from camdesk.people.models import Person, Team
from camdesk.people.stream_revocation import end_streams

log = logging.getLogger("camdesk.people")


def rename(*, team: Team, name_ru: str, name_en: str, by: Person, now: datetime) -> None:
    """The names stay when the playbook is published anew."""
    Team.objects.filter(pk=team.pk).update(name_ru=name_ru, name_en=name_en)


def add(*, name_ru: str, name_en: str, by: Person, now: datetime) -> Team:
    """A team that no topic leads to; requests are routed to it by hand."""
    slug = "team-" + get_random_string(8, "abcdefghjkmnpqrstuvwxyz23456789")
    return Team.objects.create(slug=slug, name_ru=name_ru, name_en=name_en)


def set_closed(*, team: Team, closed: bool, by: Person, now: datetime) -> None:
    """Who is outside sees the requests of a closed team no more; their open pages listen anew.

    tickets/closed_teams.py does this and takes back what stands with somebody outside.
    """
    if Team.objects.filter(pk=team.pk).exclude(closed=closed).update(closed=closed):
        end_streams("desk")
        log.info("team %s is %s now, by person %s", team.slug, "closed" if closed else "open", by.pk)
