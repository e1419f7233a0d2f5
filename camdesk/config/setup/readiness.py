"""The end of setup, with the settings that were written: all that a start needs is made, the first administrator gets
in, and the doctor looks."""

import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from camdesk.config import data_folder, doctor, prepared, startup
from camdesk.config.integrity import refuse_damaged
from camdesk.config.setup.answers import ADMIN, ADMIN_NAME
from camdesk.config.setup.dialogue import Asker
from camdesk.people import invitations
from camdesk.people.models import Agent


def make_ready(asker: Asker) -> int:
    """0: the doctor finds nothing that fails. Raises SystemExit with a sentence."""
    data_folder.prepare()
    refuse_damaged()
    prepared.refuse_missing()
    startup.prepare()
    let_in = _first_administrator(asker)
    print("\nThe doctor:")
    code = doctor.report(everything=False, indent="  ")
    texts = f"  When people answer, and what is said of it: hours.yaml and contacts.yaml in {settings.PLAYBOOK_DIR}"
    print("\n".join([*let_in, texts, f"  Start it: {_program()} serve --data {settings.DATA_DIR}", ""]))
    return code


def _first_administrator(asker: Asker) -> list[str]:
    """Lines for the end. A password that is no good is asked for again, or leaves the link."""
    if Agent.objects.filter(role=Agent.Role.ADMINISTRATOR, active=True).exists():
        return []
    if asker.talks:
        print("\nThe first administrator:")
    address, name = asker.answer(ADMIN, known=""), ""
    if address:
        name = asker.answer(ADMIN_NAME, known="") or address.partition("@")[0]
    while address:
        password = asker.secret("admin-password", "  password (empty: by a link)", twice=True)
        if not password:
            break
        try:
            with translation.override("en"):
                validate_password(password)
            token = invitations.invite_first_administrator(now=timezone.now())
            assert token is not None
            invitations.accept(token, name=name, email=address, password=password, now=timezone.now())
            return [f"  {address} administers the desk: {settings.PUBLIC_URL}/desk/"]
        except ValidationError as error:
            why = " ".join(error.messages)
        except invitations.CannotAccept:
            why = f"{address} has a login already"
        if not asker.talks:
            raise SystemExit(f"camdesk: --admin-password-file: {why}; all else is written")
        print(f"  {why}")
        asker.flags.admin_password_file = None
    token = invitations.invite_first_administrator(now=timezone.now())
    return [
        "  This link makes the first administrator, once, within 48 hours:",
        f"    {settings.PUBLIC_URL}/invitations/{token}/",
    ]


def _program() -> str:
    here = Path(sys.argv[0])
    checkout = Path(__file__).resolve().parents[3] / "bin" / "camdesk"
    return "camdesk" if here.name == "camdesk" or not checkout.exists() else "bin/camdesk"
