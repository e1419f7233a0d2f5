"""The mail part of setup: which servers, and a real letter through them, asked again until it arrives."""

from dataclasses import dataclass

from camdesk.channels.mail.incoming import imap_account
from camdesk.channels.mail.outgoing import smtp_client
from camdesk.config.setup import answers, mail_trial
from camdesk.config.setup.dialogue import Asker, Stopped


@dataclass(frozen=True)
class Mail:
    """Settings: CAMDESK_EMAIL_URL, CAMDESK_IMAP_URL, CAMDESK_MAIL_AUTHSERV."""

    out: str
    into: str
    authserv: str


def ask(asker: Asker, known: Mail, *, new: bool, support: str, brand: str, trial: bool) -> Mail:
    """`new`: nothing was said before, so that «none» is no present answer. Raises Stopped."""
    while True:
        out = _server(asker, known.out, answers.SMTP, answers.SMTP_USER, none=not new)
        into = _server(asker, known.into, answers.IMAP, answers.IMAP_USER, none=not new)
        found = Mail(out, into, known.authserv)
        asker.done()
        if not trial:
            return found
        try:
            return _tried(asker, found, support=support, brand=brand)
        except mail_trial.MailFault as fault:
            if not asker.talks:
                raise Stopped(str(fault), "nothing was changed; --no-test-letter goes on all the same") from None
            print(f"  {fault}")
            if asker.agreed("  Keep these answers all the same?"):
                return found
            known, new = found, False
            for name in ("smtp", "smtp_user", "smtp_password_file", "imap", "imap_user", "imap_password_file"):
                setattr(asker.flags, name, None)  # what they said did not work: ask


def _server(
    asker: Asker, setting: str, server: answers.SetupQuestion, user: answers.SetupQuestion, *, none: bool
) -> str:
    known, known_user, password = answers.without_user(setting)
    said = asker.answer(server, known=known, none=none)
    if not said:
        return ""
    who = asker.answer(user, known=known_user)
    if not who:
        return said
    # A password is for the server it was given for.
    kept = password if (said, who) == (known, known_user) else ""
    secret = asker.secret(f"{server.name}-password", "  password there (not shown)", known=kept)
    if not secret and not asker.talks and not asker.wrong:
        asker.wrong.append(f"--{server.name}-password-file is missing: the password of {who}")
    return answers.with_user(said, who, secret)


def _tried(asker: Asker, mail: Mail, *, support: str, brand: str) -> Mail:
    """Raises MailFault."""
    into = imap_account.read_url(mail.into) if mail.into else None
    if into:
        mail_trial.sign_in(into)
        print(f"  mail in: {into.host} lets us in")
    if not mail.out:
        return mail
    server = smtp_client.read_url(mail.out)
    word = mail_trial.send(server, sender=support, to=support, brand=brand)
    if into is None:
        print(f"  mail out: {server.host} took a test letter to {support}; look whether it came")
        return mail
    print(f"  mail out: {server.host} took a test letter to {support}; waiting for it …", flush=True)
    arrived = mail_trial.await_arrival(into, word)
    print(f"  mail in: it came after {arrived.seconds:.0f} s")
    if (
        arrived.authserv
        and not mail.authserv
        and asker.agreed(f"  This mailbox's server signs what it found of a sender as {arrived.authserv}. Believe it?")
    ):
        return Mail(mail.out, mail.into, arrived.authserv)
    return mail
