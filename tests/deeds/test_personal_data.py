"""What is kept of one person, and nobody else's."""

import json
import stat
import zipfile

import pytest

from camdesk.people import identities
from camdesk.people.models import Consent, Person
from camdesk.privacy import export as personal_data
from camdesk.tickets import conversation, uploads
from camdesk.tickets.conversation import CustomerWords
from camdesk.tickets.models import Attachment
from camdesk.tickets.timeline import deed
from tests.deeds.tickets.test_opening import new, open_ticket


@pytest.fixture
def asked(world, now, data_folder):
    """Anna's request, answered and noted; Oleg's beside it."""
    ticket = open_ticket(new(world, text="Камера в моей гостиной не работает"), by=world.anna, now=now).ticket
    conversation.reply(ticket=ticket, by=world.ira, text="Проверьте питание", now=now)
    conversation.note(ticket=ticket, by=world.ira, text="Клиентка сердится", now=now)
    others = {"person": world.oleg, "contact_name": "Сурков", "contact_phone": "", "contact_email": "oleg@example.org"}
    open_ticket(new(world, text="Это тайна Олега", cameras=[world.camera_oleg], **others), by=world.oleg, now=now)
    uploads.receive_stream([b"my kitchen"], name="кухня.txt", by=world.anna, now=now)
    uploads.receive_stream([b"of oleg"], name="oleg.txt", by=world.oleg, now=now)
    Consent.objects.create(person=world.anna, version="1", text="Я согласна", channel="form", given_at=now)
    Consent.objects.create(person=world.oleg, version="1", text="Согласен Олег", channel="form", given_at=now)
    return ticket


def archived(person, place, now) -> tuple[dict, dict[str, bytes]]:
    personal_data.export(person, place / "out.zip", now=now)
    with zipfile.ZipFile(place / "out.zip") as archive:
        files = {name.partition("-")[2]: archive.read(name) for name in archive.namelist() if name.startswith("files/")}
        return json.loads(archive.read("data.json")), files


def test_a_person_gets_what_is_theirs_and_their_files(world, now, asked, data_folder, tmp_path):
    data, files = archived(world.anna, tmp_path, now)
    assert data["person"]["name"] == world.anna.name
    assert [one["number"] for one in data["requests"]] == [asked.number]
    assert [one["text"] for one in data["messages"]] == ["Камера в моей гостиной не работает"]
    assert "Проверьте питание" in [one["text"] for one in data["answers"]]
    assert [one["text"] for one in data["consents"]] == ["Я согласна"]
    assert list(files.values()) == [b"my kitchen"]
    assert stat.S_IMODE((tmp_path / "out.zip").stat().st_mode) == 0o600


def test_nobody_elses_words_names_files_or_addresses_are_in_it(world, now, asked, data_folder, tmp_path):
    data, _files = archived(world.anna, tmp_path, now)
    told = json.dumps(data, ensure_ascii=False)
    for one in (world.oleg, world.ira, world.leo):
        assert one.name not in told
        for kind in identities.KINDS.values():
            assert not [value for value in identities.values_of(one, kind, proven=False) if value in told]
    assert not [words for words in ("тайна", "сердится", "Согласен Олег", "oleg.txt") if words in told]


def test_what_a_colleague_wrote_in_a_request_they_share_stays_with_the_colleague(world, now, asked):
    with deed(asked.number, now=now) as locked:
        conversation.receive_locked(locked, CustomerWords(by=world.oleg, channel="form", text="Слова соседа"), now=now)

    def told(person: Person) -> str:
        return json.dumps(personal_data.data_of(person, now=now), ensure_ascii=False, default=str)

    assert "Слова соседа" not in told(world.anna)
    assert "Слова соседа" in told(world.oleg)


def test_an_infected_file_and_one_that_is_half_here_are_not_given(world, now, data_folder, tmp_path):
    bad = uploads.receive_stream([b"virus"], name="bad.exe", by=world.anna, now=now)
    Attachment.objects.filter(pk=bad.pk).update(scan="infected")
    uploads.begin(name="half", total=6, by=world.anna, now=now)
    data, files = archived(world.anna, tmp_path, now)
    assert [one["name"] for one in data["files"]] == ["bad.exe"]
    assert files == {}


def test_who_is_meant_is_told_by_what_is_proven(world, now):
    anna = world.anna
    assert personal_data.find(str(anna.pk)) == anna
    Person.objects.filter(pk=anna.pk).update(external_id="billing-7")
    assert personal_data.find("billing-7") == anna
    identities.prove(person=anna, kind=identities.EMAIL, value="proven@example.net", now=now)
    assert personal_data.find("Proven@Example.net") == anna
    identities.say(anna, identities.EMAIL, "said@example.net")
    Person.objects.filter(pk=world.oleg.pk).update(external_id=str(anna.pk))
    for whom in ("said@example.net", "nobody", "9" * 30, str(anna.pk)):
        with pytest.raises(personal_data.CannotExport):
            personal_data.find(whom)


def test_what_lies_there_already_is_left_alone(world, now, tmp_path):
    (tmp_path / "out.zip").write_text("mine")
    with pytest.raises(personal_data.CannotExport, match="is there already"):
        personal_data.export(world.anna, tmp_path / "out.zip", now=now)
    assert (tmp_path / "out.zip").read_text() == "mine"
