"""Every way in which a stranger makes us write a letter, flooded by a script: one budget holds them all."""

import ast
import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from camdesk.lib.rates import Rate
from camdesk.people import api_keys, contacts
from camdesk.people.models import Identity
from camdesk.tickets import email_backend
from camdesk.tickets.models import Delivery
from tests.deeds.channels.letters import letter
from tests.deeds.channels.test_letters_in import bring
from tests.deeds.outages.test_outages import outage_of
from tests.pages.test_api_tickets import TICKET, Integration
from tests.pages.test_form import FORM, filled

TO, BY, KEY, MAIL = 3, 5, 6, 7
MORE = 12
NET = {"REMOTE_ADDR": "203.0.113.7"}
Cause = Callable[[int, str], object]


@pytest.fixture(autouse=True)
def _an_evening(settings, monkeypatch):
    """What makes a repeated press one letter is not what is tried here: a script waits a minute."""
    settings.EMAIL_BACKEND = "camdesk.tickets.email_backend.OutboxBackend"
    settings.SIGN_UP = "open"
    settings.ACCOUNT_RATE_LIMITS = False
    settings.RATES = dict.fromkeys(settings.RATES)
    settings.LETTER_RATES = {
        name: Rate(most, 3600) for name, most in (("to", TO), ("by", BY), ("by_key", KEY), ("by_mail", MAIL))
    }
    minutes = itertools.count()
    for where in (email_backend, __import__("camdesk.cabinet.views.address_proofs", fromlist=["minute_of"])):
        monkeypatch.setattr(where, "minute_of", lambda _now: next(minutes))
    monkeypatch.setattr("camdesk.people.invitations._ONE_PRESS", timedelta(0))
    cache.clear()


def forms(world, client_of) -> Cause:
    anna = client_of(world.anna)
    return lambda n, to: anna.post(FORM, filled(world, key=f"f{n}", email=to, text=f"Случай {n}"))


def profile(world, client_of) -> Cause:
    """The address of a profile stands in for one that the form does not say."""
    oleg = client_of(world.oleg)

    def cause(n: int, to: str) -> None:
        oleg.post("/profile/", {"name": "Олег", "phone": "", "email": to, "language": "ru"})
        said = filled(world, key=f"p{n}", email="", text=f"Случай {n}") | {"cameras": str(world.camera_oleg.pk)}
        assert oleg.post(FORM, said).status_code == 302

    return cause


def proofs(world, client_of) -> Cause:
    vera = client_of(world.vera)

    def cause(_n: int, to: str) -> None:
        said, _made = Identity.objects.get_or_create(person=world.vera, kind="email", value=to)
        assert vera.post(f"/profile/addresses/{said.pk}/letters/").status_code == 302

    return cause


def login_addresses(world, client_of) -> Cause:
    vera = client_of(world.vera)
    session = vera.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session.save()

    def cause(n: int, to: str) -> None:
        vera.post("/account/email/", {"email": to, ("action_add", "action_send")[n % 2]: ""})
        vera.post("/account/email/", {"email": to, "action_send": ""})

    return cause


def invitations(world, client_of) -> Cause:
    boris, there = client_of(world.boris), f"/organisations/{world.chain.pk}/invitations/"
    return lambda _n, to: boris.post(there, {"name": "Новый", "email": to, "role": "employee"})


def asking_for_access(world, client_of) -> Cause:
    return lambda _n, to: Client(**NET).post("/access/", {"email": to})


def asking_for_passwords(world, client_of) -> Cause:
    return lambda _n, to: Client(**NET).post("/account/password/reset/", {"email": to})


def key(role: str) -> Integration:
    return Integration(api_keys.create(name="CRM", role=role, by=None, now=timezone.now())[1])


def api(world, client_of) -> Cause:
    crm = key("agent")

    def cause(n: int, to: str) -> None:
        person = {"name": "Кто-то", "email": to}
        answer = crm.post("/tickets", {**TICKET, "text": f"{n}", "person": person, "cameras": [], "facts": {}})
        assert answer.status_code == 201

    return cause


def api_of_an_outage(world, client_of) -> Cause:
    """Each request brings two letters: its confirmation, and what is known of the outage."""
    outage_of(world, timezone.now())
    crm = key("agent")

    def cause(n: int, to: str) -> None:
        person = {"name": "Кто-то", "email": to, "external_id": f"crm-{n}"}
        cameras = [world.camera_gate.external_id or str(world.camera_gate.pk)]
        said = {**TICKET, "text": f"{n}", "person": person, "cameras": cameras}
        answer = crm.post("/tickets", said)
        assert answer.status_code == 201, answer.content
        assert Delivery.objects.filter(kind="notice").exists()

    return cause


def api_invitations(world, client_of) -> Cause:
    operator = key("administrator")

    def cause(n: int, to: str) -> None:
        name = f"guest-{to}"
        contacts.by_external_id(external_id=name, name="Гость", phone="", email=to, now=timezone.now())
        assert operator.post(f"/persons/{name}/invitation", {"again": True}).status_code == 201

    return cause


def forged_letters(world, client_of) -> Cause:
    no = "Authentication-Results: mx.example.org; dmarc=none"

    def cause(n: int, to: str) -> None:
        raw = letter(f"Слово {n}", sender=to, subject=f"Тема {n}", message_id=f"<{n}.{to}>", top=no)
        bring(raw, timezone.now())

    return cause


def forms_of_a_website(world, client_of) -> Cause:
    def cause(n: int, to: str) -> None:
        said = {"sender": "site@example.org", "Reply_To": to, "message_id": f"<w{n}.{to}>", "subject": f"Заявка {n}"}
        bring(letter(f"Слово {n}", **said), timezone.now())

    return cause


WAYS = {
    one.__name__: (one, budget)
    for one, budget in (
        (forms, BY),
        (profile, BY),
        (proofs, BY),
        (login_addresses, BY),
        (invitations, BY),
        (asking_for_access, BY),
        (asking_for_passwords, BY),
        (api, KEY),
        (api_of_an_outage, KEY),
        (api_invitations, KEY),
        (forged_letters, MAIL),
        (forms_of_a_website, MAIL),
    )
}


def spellings(count: int) -> list[str]:
    names = ("vi.ctim", "victim", "v.i.ctim", "vict.im", "victim+a", "victim+b", "VICTIM", "vic.tim+c")
    return [f"{names[n % len(names)]}@gmail.com" for n in range(count)]


def left() -> int:
    return Delivery.objects.exclude(state="held").count()


@pytest.mark.parametrize("way", WAYS)
def test_to_one_mailbox(world, client_of, data_folder, way):
    cause = WAYS[way][0](world, client_of)
    for n, to in enumerate(spellings(MORE)):
        cause(n, to)
    assert left() == TO
    assert Delivery.objects.filter(state="held").count() >= TO, "it was flooded"


@pytest.mark.parametrize("way", WAYS)
def test_by_one_to_many(world, client_of, data_folder, way):
    make, budget = WAYS[way]
    cause = make(world, client_of)
    for n in range(MORE):
        cause(n, f"victim{n}@elsewhere.example")
    assert left() == budget
    assert Delivery.objects.filter(state="held").exists()


def test_by_all_ways_together_to_one_mailbox(world, client_of, data_folder):
    causes = [make(world, client_of) for make, _budget in WAYS.values()]
    for n, (cause, to) in enumerate(zip(causes * 2, spellings(2 * len(causes)), strict=True)):
        cause(n, to)
    assert left() == TO


# Where a letter is queued: by which of the ways above, or why nobody but us makes it.
PLACES = {
    "tickets/invitation_letters.py": "invitations",
    "cabinet/views/address_proofs.py": "proofs",
    "tickets/opening.py": "forms",
    "tickets/email_backend.py": "asking_for_passwords",
    "outages/notices.py": "api_of_an_outage",
    "tickets/claiming.py": "an agent asks, three times a day; what is told goes to the address of a login",
    "tickets/promises.py": "an agent promises",
    "tickets/resolution.py": "an agent resolves",
    "channels/mail/channel.py": "an agent answers",
    "channels/mail/outgoing/digest_rows.py": "stands for letters that were counted",
}


def test_no_place_that_queues_letters_is_forgotten_here():
    root = Path(django_settings.BASE_DIR, "camdesk")
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "queue_letter"
    }
    assert found == set(PLACES)
    assert {said for said in PLACES.values() if " " not in said} <= set(WAYS)
