"""The form: who fills it in is answered another way."""

from django.utils.translation import gettext_lazy as _

from camdesk.tickets.channels import Channel, register

FORM = register(Channel(name="form", label=_("форма"), icon="clipboard-list", opened=_("по форме"), signed_in=True))
