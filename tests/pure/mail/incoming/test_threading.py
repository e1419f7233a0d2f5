"""Which request a letter belongs to, whether its sender is who they say, and what machines are told."""

from dataclasses import replace

import pytest

from camdesk.channels.mail.incoming.mail_loops import may_confirm, may_note
from camdesk.channels.mail.incoming.threading import Ours, is_our_letter, is_ours, joins, numbers_named
from camdesk.channels.mail.mime.addresses import NamedAddress
from camdesk.channels.mail.mime.authentication_results import WAYS, authserv_of, verdict
from camdesk.channels.mail.mime.parse import parse
from camdesk.tickets.letter_tokens import letter_token, reply_token

OURS = Ours.of("support@example.org")


def letter(**fields):
    return replace(parse(b""), **{"message_id": "x@y"} | fields)


def box(address):
    return (NamedAddress("", address),)


TOKEN = reply_token(7)
THREADS = {
    "the reply address": (letter(to=box(f"support+{TOKEN}@example.org")), [], [7]),
    "the reply address in capitals": (letter(to=box(f"SUPPORT+{TOKEN.upper()}@Example.ORG")), [], [7]),
    "the reply address in the envelope only": (letter(), [f"support+{TOKEN}@example.org"], [7]),
    "a copy to the reply address": (letter(cc=box(f"support+{TOKEN}@example.org")), [], [7]),
    "the letter that is answered": (letter(in_reply_to=f"{letter_token(8)}@example.org"), [], [8]),
    "the newest of the references first": (
        letter(references=[f"{letter_token(8)}@example.org", "a@b", f"{letter_token(9)}@example.org"]),
        [],
        [9, 8],
    ),
    "the address is surer than the references": (
        letter(to=box(f"support+{TOKEN}@example.org"), in_reply_to=f"{letter_token(9)}@example.org"),
        [],
        [7, 9],
    ),
    "a number in the subject says nothing": (letter(subject="Re: Обращение № 7"), [], []),
    "a bare number in the address says nothing": (letter(to=box("support+7@example.org")), [], []),
    "a truncated token says nothing": (letter(to=box(f"support+{TOKEN[:-1]}@example.org")), [], []),
    "a token with more behind it says nothing": (letter(to=box(f"support+{TOKEN}a@example.org")), [], []),
    "a forged token says nothing": (letter(to=box(f"support+8{TOKEN[1:]}@example.org")), [], []),
    "a token of the other kind says nothing": (letter(in_reply_to=f"{TOKEN}@example.org"), [], []),
    "a blank one says nothing": (letter(to=box("support+@example.org"), in_reply_to="@"), [], []),
    "at another domain it says nothing": (letter(to=box(f"support+{TOKEN}@example.net")), [], []),
}


@pytest.mark.parametrize("found, recipients, numbers", THREADS.values(), ids=THREADS)
def test_tokens_alone_say_where_a_letter_belongs(found, recipients, numbers):
    assert numbers_named(found, recipients, OURS) == numbers


def test_only_a_participant_speaks():
    assert joins("Anna@Example.org", {"anna@example.org"})
    assert not joins("ira@example.org", {"anna@example.org"})
    assert not joins("", {""})


def test_our_own_letter_is_known_by_its_signature():
    assert is_our_letter(letter(message_id=f"{letter_token(7)}@example.org"))
    assert not is_our_letter(letter(message_id="7.abc@example.org"))


@pytest.mark.parametrize(
    "address, whether",
    [("support@example.org", 1), ("Support+x@Example.org", 1), ("supporter@example.org", 0), ("support@evil.org", 0)],
)
def test_which_addresses_are_ours(address, whether):
    assert is_ours(address, OURS) == bool(whether)


VERDICTS = {
    "dmarc passed for the sender's domain": (["mx.ours; dmarc=pass header.from=shop.ru"], "pass"),
    "among others, with comments": (
        ["mx.ours 1; spf=none; dkim=fail; dmarc=pass (p=REJECT dis=NONE) header.from=shop.ru"],
        "pass",
    ),
    "dmarc failed": (["mx.ours; dkim=pass header.d=shop.ru; dmarc=fail header.from=shop.ru"], "refuted"),
    "dmarc failed, and passed": (
        ["mx.ours; dmarc=pass header.from=shop.ru; dmarc=fail header.from=shop.ru"],
        "refuted",
    ),
    "dmarc could not be looked at": (
        ["mx.ours; dmarc=temperror header.from=shop.ru; dkim=pass header.d=shop.ru"],
        "fail",
    ),
    "dmarc passed for another domain": (["mx.ours; dmarc=pass header.from=evil.org"], "refuted"),
    "no dmarc, but dkim of the very domain": (["mx.ours; dmarc=none; dkim=pass header.d=shop.ru"], "pass"),
    "dkim of another domain": (["mx.ours; dkim=pass header.d=evil.org"], "fail"),
    "spf of the very domain": (["mx.ours; spf=pass smtp.mailfrom=a@shop.ru"], "pass"),
    "nothing was looked at": (["mx.ours; none"], "fail"),
    "another server's word": (["mx.evil; dmarc=pass header.from=shop.ru"], "none"),
    "ours below another's": (["mx.evil; x=y", "mx.ours; dmarc=pass header.from=shop.ru"], "none"),
    "a name that begins like ours": (["mx.ours.evil; dmarc=pass header.from=shop.ru"], "none"),
    "said in a comment": (["mx.ours; spf=fail (dmarc=pass header.from=shop.ru)"], "fail"),
    "said in a nested comment": (["mx.ours; spf=fail ((; dmarc=pass) ; dmarc=pass header.from=shop.ru)"], "fail"),
    "a comment that never ends": (["mx.ours; spf=fail (; dmarc=pass header.from=shop.ru"], "fail"),
    "no field at all": ([], "none"),
    "said in the envelope's quoted address": (
        ['mx.ours; spf=pass smtp.mailfrom="x; dkim=pass header.d=shop.ru; y"@evil.org'],
        "fail",
    ),
    "said with an escaped quote": (
        ['mx.ours; spf=pass smtp.mailfrom="x\\"; dkim=pass header.d=shop.ru; \\""@evil.org; dkim=none'],
        "fail",
    ),
    "a property within a quoted address": (
        ['mx.ours; spf=pass smtp.mailfrom="a smtp.mailfrom=a@shop.ru"@e.org'],
        "fail",
    ),
    "a property said twice": (["mx.ours; dkim=pass header.d=evil.org header.d=shop.ru"], "fail"),
    "a property of a longer name": (["mx.ours; dkim=pass x.header.d=shop.ru header.d=evil.org"], "fail"),
    "a comment closed by an escaped sign": (["mx.ours; spf=fail (\\); dmarc=pass header.from=shop.ru)"], "fail"),
    "a quote within a comment": (['mx.ours; spf=none (") ; dmarc=pass header.from=shop.ru'], "pass"),
    "a quote that never ends": (['mx.ours; spf=fail reason="x; dmarc=pass header.from=shop.ru'], "fail"),
    "a domain that goes on": (["mx.ours; dkim=pass header.d=shop.ru.evil.org"], "fail"),
    "the domain in quotes": (['mx.ours; dkim=pass header.d="shop.ru"'], "pass"),
    "so long that its end is cut off": (["mx.ours; dkim=pass header.d=shop.ru" + " " * 4000], "none"),
    "our name in a comment": (["(mx.ours) mx.evil; dmarc=pass header.from=shop.ru"], "none"),
    "a failure below ours, of another method's filter": (
        ["mx.ours; dkim=pass header.d=shop.ru", "mx.ours; dmarc=fail header.from=shop.ru"],
        "refuted",
    ),
    "a failure below ours without a name": (["mx.ours; dkim=pass header.d=shop.ru", "mx.ours; dmarc=fail"], "refuted"),
    "a failure below ours of another domain": (
        ["mx.ours; dkim=pass header.d=shop.ru", "mx.ours; dmarc=fail header.from=evil.org"],
        "pass",
    ),
    "another failure below ours": (["mx.ours; dkim=pass header.d=shop.ru", "mx.ours; spf=fail"], "pass"),
    "a failure below ours by another's word": (
        ["mx.ours; dkim=pass header.d=shop.ru", "mx.evil; dmarc=fail header.from=shop.ru"],
        "pass",
    ),
    "dkim failed for the very domain": (["mx.ours; dkim=fail header.d=shop.ru"], "fail"),
    "spf failed for the very domain": (["mx.ours; spf=softfail smtp.mailfrom=a@shop.ru"], "fail"),
    "dkim by who signed": (["mx.ours; dkim=pass header.i=@shop.ru"], "pass"),
    "spf with the domain of a signature": (["mx.ours; spf=pass header.d=shop.ru"], "fail"),
    "dkim with the domain of an envelope": (["mx.ours; dkim=pass smtp.mailfrom=a@shop.ru"], "fail"),
    "an escaped sign in quotes is a sign": (['mx.ours; dkim=pass header.d="shop\\.ru"'], "pass"),
    "a comment parts words": (["mx.ours; dkim=pass header.d=shop.ru(x)y"], "pass"),
    "a version of the method": (["mx.ours; dmarc/1=pass header.from=shop.ru"], "pass"),
    "our name in quotes": (['"mx.ours"; dmarc=pass header.from=shop.ru'], "pass"),
    "a domain that no wire carries": ([f"mx.ours; dkim=pass header.d={'я' * 64}.рф"], "fail"),
    "no name at all": (["; dmarc=pass header.from=shop.ru"], "none"),
    "our name in capitals and folded": (["MX.OURS;\tdmarc=pass\theader.from=shop.ru"], "pass"),
}


@pytest.mark.parametrize("fields, expected", VERDICTS.values(), ids=VERDICTS)
def test_whose_word_counts(fields, expected):
    assert verdict(fields, authserv="mx.ours", sender="Anna@shop.ru") == expected


@pytest.mark.parametrize("sender", ["a@почта.рф", "a@xn--80a1acny.xn--p1ai"])
@pytest.mark.parametrize("domain", ["почта.рф", "xn--80a1acny.xn--p1ai", "XN--80A1ACNY.xn--p1ai"])
@pytest.mark.parametrize(
    "found", ["dmarc=pass header.from={}", "dkim=pass header.i=@{}", "spf=pass smtp.mailfrom=x@{}"]
)
def test_a_domain_is_the_same_in_both_its_spellings(sender, domain, found):
    assert verdict([f"mx.ours; {found.format(domain)}"], authserv="mx.ours", sender=sender) == "pass"


NAMED = {  # the setting: the ways that are believed, and the name that counts there
    "": {},
    "mx.ours": {"imap:support": "mx.ours", "smtp": "mx.ours", "demo": "mx.ours"},
    "mx.ours, postmark=mx.post": {
        "imap:support": "mx.ours",
        "smtp": "mx.ours",
        "demo": "mx.ours",
        "postmark": "mx.post",
    },
    "folder=mx.ours": {"folder": "mx.ours"},
    "imap=mx.one,smtp = mx.two": {"imap:support": "mx.one", "smtp": "mx.two"},
    "mx.ours,imap=mx.one": {"imap:support": "mx.one", "smtp": "mx.ours", "demo": "mx.ours"},
}


@pytest.mark.parametrize("named, expected", NAMED.items(), ids=NAMED)
def test_a_way_in_is_believed_when_our_server_stands_on_it_or_it_is_named(named, expected):
    mailboxes = ["imap:support", *sorted(WAYS - {"imap"}), "imaginary", "", "imap"[:3]]
    assert {one: name for one in mailboxes if (name := authserv_of(one, named))} == expected


@pytest.mark.parametrize("named", ["hooks=mx.ours", "smtp=", "=mx.ours", "mx.ours mx.two", "mx.ours,fax=mx.two"])
def test_a_way_in_that_is_not_there_stops_the_start(named):
    with pytest.raises(ValueError, match="neither a server's name nor way=name"):
        authserv_of("smtp", named)


@pytest.mark.parametrize("name", ["mx.ours", '""', ""])
def test_without_a_name_of_our_server_no_word_counts(name):
    assert verdict([f"{name}; dmarc=pass header.from=shop.ru"], authserv="", sender="anna@shop.ru") == "none"


@pytest.mark.parametrize("sender", ["", "anna@"])
def test_of_nobody_no_word_counts(sender):
    assert verdict(["mx.ours; dmarc=pass header.from=shop.ru"], authserv="mx.ours", sender=sender) == "none"


CONFIRMATIONS = {
    "a person": ({}, True),
    "a machine": ({"automatic": True}, False),
    "ourselves": ({"from_us": True}, False),
    "nobody": ({"sender": ""}, False),
    "a person for the sixth time within the hour": ({"confirmed_lately": 5}, False),
    "a person for the fifth time within the hour": ({"confirmed_lately": 4}, True),
}


@pytest.mark.parametrize("changes, whether", CONFIRMATIONS.values(), ids=CONFIRMATIONS)
def test_who_gets_a_confirmation(changes, whether):
    usual = {"automatic": False, "sender": "anna@shop.ru", "from_us": False, "confirmed_lately": 0}
    assert may_confirm(**(usual | changes)) is whether


def test_three_letters_of_machines_are_noted():
    assert [may_note(before) for before in range(5)] == [True, True, True, False, False]
