"""Letters."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from camdesk.tickets.channels import Answers, Channel, KnownCustomer, Line, Reach, register
from camdesk.tickets.models import Delivery, Message, Ticket
from camdesk.tickets.outbox import queue_letter

TOGETHER = timedelta(minutes=1)
"""So long an answer by letter waits for others of the same agent: they leave as one letter."""


def queue_letter_of(
    message: Message,
    ticket: Ticket,
    to: str,
    now: datetime,
    *,
    wait: timedelta = TOGETHER,
    only_if_unread: bool = False,
) -> None:
    """The letter of an answer; in the transaction that writes it."""
    queue_letter(
        kind=Delivery.Kind.REPLY,
        to=to,
        ticket=ticket,
        message=message,
        language=ticket.language,
        now=now,
        not_before=now + wait,
        only_if_unread=only_if_unread,
        by=message.by,
        dedupe_key=f"message:{message.pk}",
        key_is_new=True,
    )


def _reach(known: KnownCustomer) -> Reach:
    why = "no_email" if not known.email else "bounced" if known.bounced else ""
    return Reach(known.email, why, doubtful=bool(known.email) and (known.bounced or known.doubtful))


@contextmanager
def _transport() -> Iterator[Line]:
    from camdesk.channels.mail.outgoing import deliver  # it composes letters, which ask what this channel is called

    with deliver.line() as line:
        yield line


def _gather(now: datetime) -> None:
    from camdesk.channels.mail.outgoing import digest_rows  # likewise

    digest_rows.gather(now)


MAIL = register(
    Channel(
        name="mail",
        label=_("письмо"),
        icon="mail",
        opened=_("письмом"),
        answers=Answers(
            offered=_("Письмом"),
            offered_to=_("Письмом на %(address)s"),
            given=_("письмом"),
            icon="mail",
            reach=_reach,
            queue=queue_letter_of,
            obstacles={"no_email": _("нет адреса"), "bounced": _("письма возвращаются")},
            files=True,
            rank=10,
        ),
        transport=_transport,
        gather=_gather,
    )
)
