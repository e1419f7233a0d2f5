"""The telephone: an answer is what somebody said; the customer sees it in the cabinet, and no letter leaves."""

from django.utils.translation import gettext_lazy as _

from camdesk.tickets.channels import Answers, Channel, KnownCustomer, Reach, in_the_request, register


def _reach(known: KnownCustomer) -> Reach:
    return Reach(known.phone, "" if known.phone else "no_phone")


PHONE = register(
    Channel(
        name="phone",
        label=_("звонок"),
        icon="phone",
        opened=_("по телефону"),
        taken_by_agents=_("позвонил"),
        answers=Answers(
            offered=_("По телефону"),
            given=_("по телефону"),
            icon="phone",
            reach=_reach,
            queue=in_the_request,
            obstacles={"no_phone": _("нет номера")},
            spoken=True,
            files=True,
            rank=30,
        ),
    )
)
