"""Requests of other systems: who is behind them is answered another way."""

from django.utils.translation import gettext_lazy as _

from camdesk.tickets.channels import Channel, register

API = register(Channel(name="api", label=_("другая система"), icon="plug", opened=_("через другую систему")))
