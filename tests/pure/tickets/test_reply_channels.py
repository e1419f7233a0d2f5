"""By which way an answer goes, as a table: the names of the rows are sentences."""

from types import SimpleNamespace

import pytest
from django.core.mail import EmailMultiAlternatives

from camdesk.people.models import Person
from camdesk.tickets.email_backend import _html_of
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.reply_channels import CannotGo, KnownCustomer, chosen, known_of, offered, ways

EMAIL, PHONE = "anna@example.org", "+79350000001"


@pytest.mark.parametrize(
    ("known", "way"),
    [
        pytest.param(
            KnownCustomer(EMAIL, PHONE, True, "form"), "mail", id="a form with an address is answered by letter"
        ),
        pytest.param(KnownCustomer("", PHONE, True, "form"), "chat", id="a form without one, in the cabinet"),
        pytest.param(KnownCustomer("", PHONE, False, "form"), "phone", id="and where there is no login, by phone"),
        pytest.param(KnownCustomer(EMAIL, PHONE, True, "mail"), "mail", id="a letter is answered by letter"),
        pytest.param(KnownCustomer(EMAIL, PHONE, True, "chat"), "chat", id="a chat is answered where it is"),
        pytest.param(
            KnownCustomer(EMAIL, PHONE, False, "chat"), "mail", id="a chat of somebody without a login, by letter"
        ),
        pytest.param(KnownCustomer(EMAIL, PHONE, True, "phone"), "phone", id="a caller is called"),
        pytest.param(KnownCustomer(EMAIL, "", True, "phone"), "mail", id="a caller with a hidden number gets a letter"),
        pytest.param(
            KnownCustomer(EMAIL, "", False, "api"), "mail", id="another system's customer gets a letter if they can"
        ),
        pytest.param(KnownCustomer("", "", True, "api"), "chat", id="else the cabinet"),
        pytest.param(KnownCustomer("", "", False, "api"), "desk", id="else the words stay in the request"),
        pytest.param(
            KnownCustomer(EMAIL, PHONE, True, "mail", bounced=True), "chat", id="letters that come back are not sent"
        ),
        pytest.param(KnownCustomer(EMAIL, "", True, "mail", doubtful=True), "mail", id="one late letter is no reason"),
    ],
)
def test_what_is_offered(known, way):
    assert offered(known) == way


@pytest.mark.parametrize(
    ("known", "way"),
    [
        pytest.param(KnownCustomer(EMAIL, PHONE, True, "chat"), "chat", id="a chat is answered where it is"),
        pytest.param(
            KnownCustomer(EMAIL, PHONE, True, "phone"), "mail", id="nobody has called a caller, so they get a letter"
        ),
        pytest.param(KnownCustomer("", PHONE, True, "phone"), "chat", id="or reads it in the cabinet"),
        pytest.param(
            KnownCustomer("", PHONE, False, "phone"), "desk", id="who can only be called is not said to be told"
        ),
    ],
)
def test_where_an_answer_goes_when_nobody_says_how(known, way):
    assert chosen(known, None).channel == chosen(known, "").channel == way


@pytest.mark.parametrize(
    ("known", "asked", "why"),
    [
        pytest.param(KnownCustomer("", PHONE, True), "mail", "no_email", id="no letter without an address"),
        pytest.param(
            KnownCustomer(EMAIL, PHONE, True, bounced=True), "mail", "bounced", id="none to an address that refuses"
        ),
        pytest.param(KnownCustomer(EMAIL, PHONE, False), "chat", "no_login", id="no cabinet without a login"),
        pytest.param(KnownCustomer(EMAIL, "", True), "phone", "no_phone", id="no call without a number"),
        pytest.param(KnownCustomer(EMAIL, PHONE, True), "fax", "unknown", id="no way that is none"),
        pytest.param(KnownCustomer(EMAIL, PHONE, True), "desk", "unknown", id="nobody may choose to reach nobody"),
    ],
)
def test_what_cannot_be_chosen(known, asked, why):
    with pytest.raises(CannotGo) as refused:
        chosen(known, asked)
    assert (refused.value.way, refused.value.why) == (asked, why)


@pytest.mark.parametrize("asked", ["mail", "chat", "phone"])
def test_whoever_can_be_reached_every_way_is_reached_as_asked(asked):
    assert chosen(KnownCustomer(EMAIL, PHONE, True, "form"), asked).channel == asked


def test_all_three_are_shown_with_what_stands_in_their_way():
    shown = {way.channel: (way.why, way.doubtful) for way in ways(KnownCustomer(EMAIL, "", False, bounced=True))}
    assert shown == {"mail": ("bounced", True), "chat": ("no_login", False), "phone": ("no_phone", False)}


BACK, FAILED = "letter.bounced", "delivery.failed"
SINCE = {
    "a letter that came back for good": ([(BACK, 5, EMAIL, True)], (True, True)),
    "one that may arrive later": ([(BACK, 5, EMAIL, False)], (False, True)),
    "one that could not be sent": ([(FAILED, 5, EMAIL, True)], (False, True)),
    "one of several that came back for good": (
        [(BACK, 5, EMAIL, False), (BACK, 6, "Anna@Example.org", True)], (True, True)
    ),
    "one to another address": ([(BACK, 5, "olga@example.org", True)], (False, False)),
    "one from before they wrote by mail": ([(BACK, 3, EMAIL, True)], (False, False)),
    "something else": ([("message.sent", 5, EMAIL, True)], (False, False)),
}  # fmt: skip


@pytest.mark.parametrize("name", SINCE)
def test_what_came_of_the_letters_to_them(name):
    events, wanted = SINCE[name]
    told = [SimpleNamespace(name=kind, seq=seq, particulars={"to": to, "permanent": permanent})
            for kind, seq, to, permanent in events]  # fmt: skip
    said = [
        SimpleNamespace(seq=4, kind=Message.Kind.CUSTOMER, channel="mail", data={}),
        SimpleNamespace(seq=9, kind=Message.Kind.CALL, channel="phone", data={"direction": "out"}),
        SimpleNamespace(seq=10, kind=Message.Kind.REPLY, channel="chat", data={}),
    ]
    ticket = Ticket(person=Person(), contact_email=EMAIL, channel="form")
    known = known_of(ticket, said, told)
    assert ((known.bounced, known.doubtful), known.last) == (wanted, "mail")
    assert known_of(ticket, [], []).last == "form"
    assert (
        known_of(Ticket(person=Person()), said, [SimpleNamespace(name=BACK, seq=5, particulars={})]).doubtful is False
    )


@pytest.mark.parametrize(
    ("alternatives", "html"),
    [
        ([("BEGIN:VCALENDAR", "text/calendar"), ("<p>a</p>", "text/html")], "<p>a</p>"),
        ([("BEGIN:VCALENDAR", "text/calendar")], ""),
        ([], ""),
    ],
)
def test_what_of_a_packages_letter_is_html(alternatives, html):
    letter = EmailMultiAlternatives("s", "b", "a@example.org", ["b@example.org"])
    for content, kind in alternatives:
        letter.attach_alternative(content, kind)
    assert _html_of(letter) == html
