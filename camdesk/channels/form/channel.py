"""The forms, with a login and without: who fills one in is answered another way."""

from django.utils.translation import gettext_lazy as _

from camdesk.tickets.channels import Channel, register

FORM = register(Channel(name="form", label=_("форма"), icon="clipboard-list", opened=_("по форме"), signed_in=True))
OPEN_FORM = register(
    Channel(name="open-form", label=_("форма без входа"), icon="clipboard-pen", opened=_("по форме без входа"))
)
"""Nobody is signed in there, so nobody is known (open_submission.py)."""
