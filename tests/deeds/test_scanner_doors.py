"""What an operator sees of the scanner: `camdesk doctor` and `camdesk scan`."""

import argparse
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from camdesk.channels.mail.incoming.letter_scans import scan_letters
from camdesk.channels.mail.incoming.raw_store import store
from camdesk.config import doctor
from camdesk.config.commands import scan as command
from camdesk.lib import clamd
from camdesk.tickets import scanning, uploads
from camdesk.tickets.models import Attachment
from tests.deeds.channels.letters import letter
from tests.scanners import NAME, VIRUS, FakeScanner


@pytest.fixture
def scanner(settings, data_folder, monkeypatch):
    settings.MAX_FILE_BYTES, settings.MAX_FILE_MB = 3_000_000, 3
    with FakeScanner() as one:
        one.viruses = (VIRUS, clamd.EICAR)
        one.says_version = f"ClamAV 1.4.3/27800/{timezone.now():%a %b %d %H:%M:%S %Y}".encode()
        settings.SCANNER = one.url
        yield one


def sent(world, now, data: bytes = b"hello") -> Attachment:
    return uploads.receive_stream([data], name="счёт.exe", by=world.anna, now=now)


def findings() -> list[str]:
    return [f"{one.level} {one.text}" for one in doctor._scanner()]


def has(*words: str) -> bool:
    return any(all(word in line for word in words) for line in findings())


# --- the doctor


def test_without_a_scanner_the_doctor_says_so(db, settings):
    settings.SCANNER = ""
    assert findings() == [
        "warn scanner: none is set, so files are given out unchecked for viruses; set CAMDESK_SCANNER"
    ]


def test_a_scanner_that_is_well(db, scanner):
    assert [line.split()[0] for line in findings()] == ["ok", "ok"]
    assert has("ok", "ClamAV 1.4.3 answers, signatures of")
    assert max(len(data) for data in scanner.scanned) == 3_000_000, "the largest file was tried"


def test_one_that_takes_files_and_says_nothing_is_not_waited_for(db, scanner, monkeypatch):
    monkeypatch.setattr(doctor, "CHECKS", (doctor._scanner, doctor._people))
    monkeypatch.setitem(doctor._MOST_SECONDS, "_scanner", 1)
    scanner.mode, began = "hang", time.monotonic()
    said = [f"{one.level} {one.text}" for one in doctor.findings()]
    assert said[0] == "fail scanner: no answer within 1 s"
    assert "people" in said[1], "what comes after it is looked at"
    assert time.monotonic() - began < 10


def test_one_that_is_away(db, scanner):
    scanner.go()
    assert has("fail", "cannot be reached")


def test_one_that_knows_no_virus(db, scanner):
    scanner.viruses = ()
    assert has("fail", "EICAR")


def test_one_whose_signatures_are_old(db, scanner):
    scanner.says_version = b"ClamAV 1.4.3/1/Mon Mar  2 08:00:00 2020"
    assert has("warn", "days old")


def test_one_that_takes_less_than_we_do(db, scanner):
    scanner.limit = 2_999_999
    assert has("warn", "3 MB", "StreamMaxLength")
    scanner.limit = 3_000_000
    assert not has("warn")


def test_what_waits_too_long_and_what_could_not_be_told(world, scanner):
    sent(world, timezone.now() - timedelta(minutes=9))
    assert has("ok", "0 files and letters wait")
    sent(world, timezone.now() - timedelta(minutes=11))
    store(letter(), mailbox="t", now=timezone.now() - timedelta(minutes=11))
    assert has("fail", "2 files and letters wait longer")
    Attachment.objects.update(scan="unknown")
    assert has("warn", "2 files and letters could not be checked")
    Attachment.objects.update(scan="infected")
    assert has("ok", "2 infected files")


# --- the command


def scan(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words))


def states() -> list[str]:
    return list(Attachment.objects.order_by("created_at", "pk").values_list("scan", flat=True))


def test_it_looks_at_what_has_no_verdict_and_names_what_is_infected(world, now, scanner, capsys):
    file = sent(world, now, VIRUS)
    sent(world, now)
    Attachment.objects.exclude(pk=file.pk).update(scan="unknown")
    store(letter(), mailbox="t", now=now)
    assert scan() == 0
    said = capsys.readouterr().out
    assert f"file {file.pk}: счёт.exe  {NAME}" in said
    assert said.splitlines()[-1] == "2 clean, 1 infected"
    scan()
    assert capsys.readouterr().out == "nothing to look at\n"


def test_new_signatures_know_more(world, now, scanner, capsys):
    sent(world, now - timedelta(days=9), b"a new virus")
    sent(world, now, b"a new virus")
    scanning.scan_attachments(now)
    assert states() == ["clean", "clean"]
    scanner.viruses = (b"a new virus",)
    scan()
    assert states() == ["clean", "clean"], "only what has no verdict"
    scan("--since", (now - timedelta(days=1)).date().isoformat())
    assert states() == ["clean", "infected"]
    scan("--all")
    assert states() == ["infected", "infected"]


def test_a_false_alarm_that_was_mended_lets_the_file_go(world, now, scanner, capsys):
    sent(world, now, VIRUS)
    scanning.scan_attachments(now)
    scan()
    assert states() == ["infected"]
    scanner.viruses = ()
    scan("--infected")
    assert states() == ["clean"]
    assert "clean" in capsys.readouterr().out


@pytest.mark.parametrize("mode", ["cut", "error", "limit"])
@pytest.mark.parametrize("before", ["clean", "infected"])
def test_a_scanner_that_cannot_tell_takes_back_no_verdict(world, now, scanner, mode, before):
    """Least of all that of an infected file: "unknown" an agent may take."""
    sent(world, now)
    Attachment.objects.update(scan=before)
    scanner.mode = mode
    assert scan("--all") == 0
    assert states() == [before]


def test_a_scanner_that_is_away_is_told_and_nothing_is_lost(world, now, scanner, capsys):
    sent(world, now)
    store(letter(), mailbox="t", now=now)
    scanner.go()
    assert scan("--all") == 1
    assert "the scanner is away" in capsys.readouterr().out
    scanner.come()
    assert scanning.scan_attachments(now) + scan_letters(now) == 2


def test_without_a_scanner_there_is_nothing_to_ask(settings, db):
    settings.SCANNER = ""
    with pytest.raises(SystemExit, match="CAMDESK_SCANNER"):
        scan()


def test_a_day_that_is_none_is_refused():
    with pytest.raises(SystemExit):
        scan("--since", "yesterday")
