"""What roles are called, to everybody: the staff's own, and those inside a customer's organisation."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from camdesk.people.models import Agent, Membership

AGENT_ROLES: Mapping[str, Promise] = {
    Agent.Role.AGENT: _("сотрудник поддержки"),
    Agent.Role.LEAD: _("старший смены"),
    Agent.Role.ADMINISTRATOR: _("администратор"),
}
MEMBER_ROLES: Mapping[str, Promise] = {
    Membership.Role.OWNER: _("владелец"),
    Membership.Role.ADMINISTRATOR: _("администратор"),
    Membership.Role.EMPLOYEE: _("сотрудник"),
}
