"""camdesk setup: asks what a real installation must know, tries its mail by a real letter, writes one file of settings
and makes everything ready. Run again it shows what is set, changes what is answered anew and keeps all else.

Django is set up at the end, when the settings are written: what is wrong in them is what one comes here to mend.
"""

import argparse
import os
import sys
from pathlib import Path

from camdesk.config import environment, process_rights, settings_file
from camdesk.config.setup import answers, mail_questions, own_playbook
from camdesk.config.setup.dialogue import Asker, Stopped
from camdesk.playbook import working_copy

_SECRETS = ("smtp-password", "imap-password", "admin-password")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-input", action="store_true", help="ask nothing: what no flag says stays as it is")
    parser.add_argument("--no-test-letter", action="store_true", help="do not try the mail servers")
    for question in (*answers.ALL, answers.ADMIN, answers.ADMIN_NAME):
        parser.add_argument(f"--{question.name}", metavar="…", help=question.told)
    parser.add_argument("--mail-authserv", metavar="…", help="the name your mail server signs its findings with")
    for name in _SECRETS:
        parser.add_argument(
            f"--{name}-file",
            metavar="FILE",
            help="the password; -: a line of the input (SMTP's, IMAP's, the administrator's)",
        )


def run(args: argparse.Namespace) -> int:
    process_rights.keep_files_private()
    asker = Asker(args, talks=not args.no_input)
    if asker.talks and not sys.stdin.isatty():
        raise Stopped("this is no terminal to answer at: say --no-input, and answers as flags (setup --help)")
    path = environment.file()
    _write(path, *_asked(asker, path))
    print(f"\nWritten: {path}\n")
    environment.read_anew()
    import django

    django.setup()
    environment.refuse_unknown()
    from camdesk.config.setup import readiness

    return readiness.make_ready(asker)


def _asked(asker: Asker, path: Path) -> tuple[dict[str, str], own_playbook.TypedContacts, Path]:
    """Settings, contacts, and the folder these go into. Nothing is written yet."""
    new = not path.exists()
    folder = working_copy.folder(environment.text("CAMDESK_PLAYBOOK"), data=environment.data_folder())
    try:
        present = own_playbook.contacts_in(folder)
    except own_playbook.Faulty as fault:
        raise Stopped(str(fault), "mend it first (camdesk playbook check); nothing was changed") from None
    if asker.talks:
        print(f"Answers go to {path}; an empty one keeps what stands in brackets. Ctrl-C leaves all as it is.\n")
    known = {
        "url": environment.text("CAMDESK_URL"),
        "brand": environment.text("CAMDESK_BRAND", "camdesk"),
        "time-zone": environment.text("CAMDESK_TIME_ZONE", "Europe/Moscow"),
        "phone": present.phone,
        "phone-hours": present.phone_hours,
        "postal-address": present.postal_address,
        "email": environment.text("CAMDESK_SUPPORT_EMAIL") or present.email,
    }
    said = {
        one.name: asker.answer(one, known=known[one.name], none=one.name == "phone" and not new)
        for one in answers.QUESTIONS
    }
    for question in (answers.ADMIN, answers.ADMIN_NAME):
        if asker.says(question.name):
            asker.answer(question, known="")
    for name in _SECRETS:  # before any is needed: of several lines of the input each is told by its place
        if asker.says(f"{name}-file"):
            asker.secret(name, "")
    mail = mail_questions.Mail(
        environment.text("CAMDESK_EMAIL_URL"),
        environment.text("CAMDESK_IMAP_URL"),
        asker.flags.mail_authserv or environment.text("CAMDESK_MAIL_AUTHSERV"),
    )
    mail = mail_questions.ask(
        asker, mail, new=new, support=said["email"], brand=said["brand"], trial=not asker.flags.no_test_letter
    )
    values = {
        "CAMDESK_URL": said["url"],
        "CAMDESK_BRAND": said["brand"],
        "CAMDESK_TIME_ZONE": said["time-zone"],
        "CAMDESK_SUPPORT_EMAIL": said["email"],
        "CAMDESK_EMAIL_URL": mail.out,
        "CAMDESK_IMAP_URL": mail.into,
        "CAMDESK_MAIL_AUTHSERV": mail.authserv,
    }
    # An address of their own in contacts.yaml stays; one that was the support's goes along with it.
    shown = present.email if present.email not in ("", known["email"]) else said["email"]
    contacts = own_playbook.TypedContacts(said["phone"], said["phone-hours"], said["postal-address"], shown)
    own = folder if working_copy.is_own(folder) else environment.data_folder() / "playbook"
    return values, contacts, own


def _write(path: Path, values: dict[str, str], contacts: own_playbook.TypedContacts, folder: Path) -> None:
    """Raises Stopped; what could not be written is as it was."""
    try:
        environment.data_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        own_playbook.write(folder, contacts=contacts, zone=values["CAMDESK_TIME_ZONE"])
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        path.parent.mkdir(parents=True, exist_ok=True)
        working_copy.write(path, settings_file.changed(text, values).encode())
    except OSError as error:
        raise Stopped(f"{error.filename or path} cannot be written: {error.strerror}") from None
    for name, value in values.items():
        if os.environ.get(name, value) != value:
            print(f"{name} is set in the environment too, and that one counts", file=sys.stderr)
