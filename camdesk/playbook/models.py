"""Published playbooks, and one small row per topic."""

from typing import Any, NoReturn

from django.db import models

from camdesk.people.models import Person


class PlaybookVersion(models.Model):
    """One published playbook, whole and immutable: conversations that began with it finish with it."""

    number = models.PositiveIntegerField(primary_key=True)
    digest = models.CharField(
        max_length=64, db_index=True
    )  # of the content; an older content may come into force again
    content = models.TextField()  # JSON of the whole document (playbook/document.py)
    note = models.CharField(max_length=300, blank=True)
    # As it comes with camdesk, put in force by a start: the next camdesk's own may follow it without anybody's word.
    shipped = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A published playbook cannot be changed: publish another.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A published playbook cannot be deleted: conversations may still run on it.")


class Topic(models.Model):
    """What a request is about: one row per topic id, for filters, rights and statistics. The rest is in the version."""

    id = models.SlugField(primary_key=True, max_length=80)
    ref = models.CharField(max_length=10, unique=True)
    section = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    title_ru = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    team = models.SlugField(blank=True)
    active = models.BooleanField(default=True)  # a topic that left the playbook keeps its tickets

    def __str__(self) -> str:
        return self.title_ru
