"""Teams: the playbook brings those its topics name, and an administrator may name them otherwise and add more."""

from datetime import datetime

from django.utils.crypto import get_random_string

from camdesk.people.models import Person, Team


def rename(*, team: Team, name_ru: str, name_en: str, by: Person, now: datetime) -> None:
    """The names stay when the playbook is published anew."""
    Team.objects.filter(pk=team.pk).update(name_ru=name_ru, name_en=name_en)


def add(*, name_ru: str, name_en: str, by: Person, now: datetime) -> Team:
    """A team that no topic leads to; requests are routed to it by hand."""
    slug = "team-" + get_random_string(8, "abcdefghjkmnpqrstuvwxyz23456789")
    return Team.objects.create(slug=slug, name_ru=name_ru, name_en=name_en)
