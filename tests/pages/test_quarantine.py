"""Every way out of the building × what the scanner said × everybody: bytes go to whom they may, and to nobody else."""

import base64
import io

import pytest
from django.test import Client
from PIL import Image

from camdesk.channels.mail.incoming.raw_store import store
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.mail.outgoing.wire_format import write
from camdesk.channels.models import RawLetter
from camdesk.lib import children
from camdesk.people import api_keys
from camdesk.tickets import conversation, previews
from camdesk.tickets.models import Attachment, Delivery, Event
from tests.deeds.channels.letters import letter
from tests.pages.everything import Everything, addresses, build_everything, dump, kept
from tests.pages.test_rights_matrix import WHO, browser
from tests.untrained import untrained  # noqa: F401
from tests.world import customer_says

BYTES = b"the very bytes of the file"
FORMS = (BYTES, base64.b64encode(BYTES))
STATES = ("waiting", "clean", "unknown", "infected")
NAME = "Win.Test.EICAR_HDB-1"


@pytest.fixture(scope="module", autouse=True)
def _end_children():
    yield
    children.end_all()


@pytest.fixture
def everything(world, now, data_folder, settings) -> Everything:
    """Every file in the building holds BYTES."""
    settings.SCANNER = "clamd://127.0.0.1:1"  # set; whether it answers makes no difference to a page
    built = build_everything(world, now)
    for file in Attachment.objects.all():
        with_marker = kept(file.name, file.uploaded_by, now, BYTES)
        changes = {name: getattr(with_marker, name) for name in ("storage_key", "size", "sha256")}
        Attachment.objects.filter(pk=file.pk).update(**changes)
        with_marker.delete()
    raw = RawLetter.objects.get(pk=built.kwargs["raw_id"])
    other = store(letter(html="<p>x</p>", files={"a.txt": BYTES}, message_id="<2@x>"), mailbox="t", now=now).letter
    other.delete()
    RawLetter.objects.filter(pk=raw.pk).update(storage_key=other.storage_key, size=other.size)
    return built


def all_are(scan: str) -> None:
    for model in (Attachment, RawLetter):
        model.objects.update(scan=scan, scan_note=NAME if scan == "infected" else "")


def said(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def gave(answer) -> bool:
    body = said(answer)
    return any(form in body for form in FORMS)


def client_for(everything: Everything, who: str) -> Client:
    if who == "a key":  # one that sees every request
        secret = api_keys.create(name="Operator", role="administrator", by=None, now=everything.ticket.opened_at)[1]
        return Client(headers={"authorization": f"Bearer {secret}"})
    return browser(everything, who)


def addresses_that_give(everything: Everything, who: str) -> set[str]:
    client = client_for(everything, who)
    return {
        name
        for name, arguments in addresses()
        if not name.startswith(("account_", "mfa_", "hooks:")) and gave(client.get(everything.address(name, arguments)))
    }


AGENTS = {"ira", "leo", "ada"}
LETTER = {"desk:letter_in_source", "desk:letter_in_file"}
WAYS_OUT = {"anna": {"files:one"}, "ada": {"files:one", *LETTER}, "a key": {"api-v1:download"}}


@pytest.mark.parametrize("who", WAYS_OUT)
@pytest.mark.parametrize("scan", STATES)
def test_everywhere(everything, scan: str, who: str):
    """All addresses of the product, asked by those who may see most: a new way out has to be declared here."""
    all_are(scan)
    assert addresses_that_give(everything, who) == (WAYS_OUT[who] if scan == "clean" else set())


ONE_BY_ONE = ("files:one", "files:preview", *sorted(LETTER), "api-v1:download")


@pytest.mark.parametrize("scanner", ["", "clamd://127.0.0.1:1"])
@pytest.mark.parametrize("scan", STATES)
def test_everybody(everything, settings, scan: str, scanner: str):
    settings.SCANNER = scanner
    all_are(scan)
    gets = {
        (who, name)
        for who in [*WHO, "a key"]
        for name, arguments in addresses()
        if name in ONE_BY_ONE and gave(client_for(everything, who).get(everything.address(name, arguments)))
    }
    may = {("anna", "files:one"), ("a key", "api-v1:download")}
    may |= {(who, name) for who in AGENTS for name in ("files:one", *LETTER)}
    assert gets == (may if scan == "clean" or (scan != "infected" and not scanner) else set())


@pytest.mark.parametrize("scan", STATES)
@pytest.mark.parametrize("who", [*WHO, "a key"])
def test_taking_it_unchecked_is_for_agents_and_never_for_what_is_infected(everything, scan: str, who: str):
    all_are(scan)
    client = client_for(everything, who)
    taken = {
        name
        for name, arguments in addresses()
        if name in ONE_BY_ONE and gave(client.post(everything.address(name, arguments)))
    }
    if scan == "infected":
        assert taken == set()
    elif who in AGENTS:
        assert taken == WAYS_OUT["ada"]
        events = Event.objects.filter(ticket=everything.ticket, name="attachment.taken_unchecked")
        assert events.count() == (0 if scan == "clean" else 3)
        assert {event.by.name for event in events} <= {getattr(everything.world, who).name}
        assert not events.filter(public=True).exists()
    else:
        assert taken == ({"files:one"} if scan == "clean" and who == "anna" else set())


@pytest.mark.parametrize(
    ("scan", "who", "status", "word"),
    [
        ("waiting", "anna", 409, "проверяется на вирусы"),
        ("unknown", "anna", 403, "не удалось проверить"),
        ("infected", "anna", 403, NAME),
        ("waiting", "ira", 409, "Скачать непроверенным"),
        ("unknown", "ira", 409, "Скачать непроверенным"),
        ("infected", "ira", 403, NAME),
    ],
)
def test_the_page_in_its_place_says_why(everything, scan: str, who: str, status: int, word: str):
    all_are(scan)
    for address in (
        f"/files/{everything.file.pk}",
        *([everything.address("desk:letter_in_source", ("raw_id",))] if who == "ira" else []),
    ):
        answer = browser(everything, who).get(address)
        assert answer.status_code == status
        text = answer.content.decode()
        assert word in text
        assert ("Скачать непроверенным" in text) == (word == "Скачать непроверенным")
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("scan", STATES)
def test_no_look_at_a_withheld_file_changes_anything(everything, scan: str):
    all_are(scan)
    browsers = [browser(everything, who) for who in ("anna", "ira")]
    before = dump()
    for one in browsers:
        for name in ("files:one", "files:preview", "files:tile"):
            one.get(everything.address(name, ("attachment_id",)))
    assert dump() == before


@pytest.mark.parametrize(
    ("scan", "customer", "agent"),
    [
        ("clean", None, None),
        ("waiting", "проверяется", "не проверено"),
        ("unknown", "не удалось проверить", "не проверено"),
        ("infected", NAME, NAME),
    ],
)
def test_the_conversation_says_how_it_stands_with_each_file(everything, scan: str, customer, agent):
    all_are(scan)
    number, link = everything.ticket.pk, f'href="/files/{everything.file.pk}"'
    pages = {
        "anna": [f"/requests/{number}/", f"/support/sent/{number}/"],
        "ira": [f"/desk/tickets/{number}/"],
    }
    words = {"anna": customer, "ira": agent}
    for who, addresses_of in pages.items():
        for address in addresses_of:
            text = browser(everything, who).get(address).content.decode()
            assert everything.file.name in text, "named in every state"
            for word in ("проверяется", "не проверено", "не удалось проверить", NAME):
                assert (word in text.replace("не проверено: ", "")) == (word == words[who]), (address, word)
            assert (link in text) == (scan == "clean" or (who == "ira" and scan != "infected")), address


def test_a_page_asks_again_for_what_is_being_checked_and_no_more_when_it_is_known(everything):
    all_are("waiting")
    client = browser(everything, "anna")
    address = f"/files/{everything.file.pk}/tile"
    first = client.get(address).content.decode()
    assert f'hx-get="{address}?again=1"' in first
    assert "delay:2s" in first
    assert "delay:12s" in client.get(f"{address}?again=5").content.decode(), "each time after a longer while"
    assert "hx-get" not in client.get(f"{address}?again=20").content.decode(), "not for ever"
    assert "hx-get" in client.get(f"{address}?again=nonsense").content.decode()
    all_are("clean")
    known = client.get(f"{address}?again=1").content.decode()
    assert "hx-get" not in known
    assert f'href="/files/{everything.file.pk}"' in known


# --- pictures


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("scan", STATES)
def test_pictures_are_shown_only_when_clean(everything, world, now, scan: str):
    kept_file = kept("frame.png", world.anna, now, png())
    Attachment.objects.filter(pk=kept_file.pk).update(content_type="image/png", preview_state="wanted")
    html = f'<p>Frame</p><img src="/files/{kept_file.pk}" alt="frame">'
    message = customer_says(
        ticket=everything.ticket, text="x", by=world.anna, now=now, channel="mail", files=[kept_file.pk], html=html
    )
    raw = store(
        letter(html='<p>x</p><img src="cid:p1">', files={"frame.png": png()}, message_id="<3@x>").replace(
            b"Content-Disposition: attachment", b"Content-ID: <p1>\r\nContent-Disposition: inline"
        ),
        mailbox="t",
        now=now,
    ).letter
    RawLetter.objects.filter(pk=raw.pk).update(state="taken", ticket=everything.ticket, message=message)
    all_are(scan)
    shown = scan == "clean"
    for who in ("anna", "ira"):
        client = browser(everything, who)
        assert client.get(f"/files/{kept_file.pk}/preview").status_code == (200 if shown else 404)
        page = f"/requests/{everything.ticket.pk}/" if who == "anna" else f"/desk/tickets/{everything.ticket.pk}/"
        assert (f"/files/{kept_file.pk}/preview" in client.get(page).content.decode()) == shown
    ira = browser(everything, "ira")
    for frame in (
        f"/desk/tickets/{everything.ticket.pk}/messages/{message.seq}/letter",
        f"/desk/letters/in/{raw.pk}/html",
    ):
        answer = ira.get(frame)
        assert answer.status_code == 200, frame
        assert (b"data:image/webp" in answer.content) == shown, frame
    previews.draw_wanted(now)
    assert (Attachment.objects.get(pk=kept_file.pk).preview_state == "ready") == shown, "nor drawn"


# --- the API


@pytest.mark.parametrize(("scan", "status"), [("waiting", 409), ("clean", 200), ("unknown", 403), ("infected", 403)])
def test_the_api_says_how_it_stands(everything, scan: str, status: int):
    all_are(scan)
    key = client_for(everything, "a key")
    answer = key.get(f"/api/v1/attachments/{everything.file.pk}")
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["status"] == status
    ticket = key.get(f"/api/v1/tickets/{everything.ticket.pk}").json()
    files = [file for message in ticket["messages"] for file in message["attachments"]]
    assert files
    assert {(file["scan"], file["signature"]) for file in files} == {(scan, NAME if scan == "infected" else "")}


# --- letters out


@pytest.mark.parametrize("scan", STATES)
def test_a_letter_of_ours_carries_only_what_is_clean(everything, world, now, settings, scan: str):
    file = kept("инструкция.pdf", world.ira, now, BYTES)
    message = conversation.reply(
        ticket=everything.ticket, text="Вот", by=world.ira, now=now, channel="mail", files=[file.pk]
    )
    all_are(scan)
    settings.EMAIL_URL = ""
    later = now.replace(hour=20)
    while deliver_due(later):
        pass
    delivery = Delivery.objects.get(message=message)
    assert delivery.state == Delivery.State.CAUGHT
    assert any(form in write(delivery).replace(b"\r\n", b"") for form in FORMS) == (scan == "clean")
    assert ("не приложен" in delivery.letter.text) == (scan != "clean")
    told = Event.objects.filter(ticket=everything.ticket, name="delivery.without_files")
    assert [event.particulars["names"] for event in told] == ([] if scan == "clean" else ["инструкция.pdf"])
