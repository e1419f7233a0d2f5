"""Members of the staff: their role, their teams, and whether they still work here."""

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from camdesk.people import audit
from camdesk.people.invitations import revoke_roles_of
from camdesk.people.models import Agent, Person, Team, User
from camdesk.people.session_rights import rights_changed
from camdesk.people.stream_revocation import end_streams

log = logging.getLogger("camdesk.people")


class LastAdministrator(Exception):
    """Somebody must be able to let people in."""


def change(*, agent: Agent, role: str, teams: Collection[str], by: Person, now: datetime) -> None:
    """`role`: a value of Agent.Role; `teams`: slugs, others are ignored. Raises LastAdministrator, ValueError.

    tickets/closed_teams.py does this and takes back what they do not see any more.
    """
    with transaction.atomic():
        locked = _locked(agent, leaves=Agent.Role(role) != Agent.Role.ADMINISTRATOR)
        locked.role = role
        locked.save(update_fields=["role"])
        locked.teams.set(Team.objects.filter(slug__in=list(teams)))
        revoke_roles_of(locked.person, now=now)
        rights_changed(person_id=locked.person_id, now=now)
        audit.done(by=by.pk, whose=locked.person_id, what="role changed", about=role, now=now)
        end_streams(f"agent:{locked.pk}")
    log.info("agent %s is %s now, by person %s", agent.pk, role, by.pk)


def deactivate(*, agent: Agent, by: Person, now: datetime) -> None:
    """They lose their rights and are signed out everywhere at once; what they wrote stays theirs.

    Raises LastAdministrator. tickets/dismissal.py does this and gives their requests back.
    """
    with transaction.atomic():
        locked = _locked(agent, leaves=True)
        locked.active = False
        locked.phone_extension = ""
        locked.save(update_fields=["active", "phone_extension"])
        User.objects.filter(person=locked.person_id).update(signed_out_at=now)
        revoke_roles_of(locked.person, now=now)
        audit.done(by=by.pk, whose=locked.person_id, what="agent left", now=now)
        end_streams(f"agent:{locked.pk}", f"person:{locked.person_id}")
    log.info("agent %s left, by person %s", agent.pk, by.pk)


def reactivate(*, agent: Agent, by: Person, now: datetime) -> None:
    """They work here again, with the role and the teams they had."""
    with transaction.atomic():
        Agent.objects.filter(pk=agent.pk).update(active=True)
        rights_changed(person_id=agent.person_id, now=now)
        audit.done(by=by.pk, whose=agent.person_id, what="agent came back", now=now)
    log.info("agent %s came back, by person %s", agent.pk, by.pk)


def _locked(agent: Agent, *, leaves: bool) -> Agent:
    """`leaves`: they will be an administrator no longer."""
    administrators = list(Agent.objects.select_for_update().filter(role=Agent.Role.ADMINISTRATOR, active=True))
    if leaves and [one.pk for one in administrators] == [agent.pk]:
        raise LastAdministrator
    return Agent.objects.select_for_update().get(pk=agent.pk)
