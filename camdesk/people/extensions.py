"""The telephone extension of an agent: by it their screen knows which call is for them."""

import re

from django.db import IntegrityError, transaction

from camdesk.people.models import Agent

_SHAPE = re.compile(r"[0-9A-Za-z._-]{1,20}")


class NoExtension(ValueError):
    """No exchange names a telephone like this."""


class ExtensionTaken(ValueError):
    """The telephone is another agent's: `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def set_extension(*, agent: Agent, extension: str) -> None:
    """`extension`: as the exchange names it, "" for none. One telephone is one agent's.

    Raises NoExtension, ExtensionTaken."""
    wanted = extension.strip()
    if wanted and not _SHAPE.fullmatch(wanted):
        raise NoExtension
    try:
        with transaction.atomic():
            Agent.objects.filter(pk=agent.pk).update(phone_extension=wanted)
    except IntegrityError:
        other = Agent.objects.filter(phone_extension=wanted, active=True).select_related("person").first()
        raise ExtensionTaken(other.person.name if other else "?") from None
