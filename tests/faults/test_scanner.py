"""A real ClamAV: what it finds, and a desk that goes on when it is killed and brought back."""

import io
import json
import os
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from camdesk.lib import clamd
from camdesk.lib.clamd import EICAR, Result, Verdict
from camdesk_bench.browser import Browser
from tests.engines import TESTFILES, Clamd, wait_until
from tests.faults.doors import Desk, camdesk
from tests.faults.neighbours import FORM, browser, settle

pytestmark = pytest.mark.fault

if "clamd" not in os.environ.get("CAMDESK_TESTS_WITHOUT", ""):

    @pytest.fixture(scope="module")
    def scanner() -> Iterator[Clamd]:
        server = Clamd()
        try:
            yield server.start()
        finally:
            server.remove()

    def scan(scanner: Clamd, data: bytes) -> Verdict:
        over_tcp = clamd.scan(clamd.read_address(scanner.url), io.BytesIO(data))
        over_socket = clamd.scan(clamd.read_address(scanner.socket_url), io.BytesIO(data))
        assert over_tcp == over_socket
        return over_tcp

    # --- what it finds

    def test_every_infected_sample_is_found_and_nothing_else(scanner: Clamd) -> None:
        samples = {path.name: path.read_bytes() for path in sorted(TESTFILES.iterdir()) if path.is_file()}
        assert len(samples) > 40
        missed = {name for name, data in samples.items() if scan(scanner, data).result != Result.INFECTED}
        assert missed == set()
        assert scan(scanner, EICAR) == Verdict(Result.INFECTED, "Camdesk.Test.Eicar.UNOFFICIAL")
        assert [name for name, data in INNOCENT.items() if scan(scanner, data).result != Result.CLEAN] == []

    def test_what_is_too_large_for_it_is_unknown_and_the_largest_we_take_is_not(scanner: Clamd) -> None:
        assert scan(scanner, bytes(50 * 1024 * 1024)).result == Result.CLEAN
        assert scan(scanner, bytes(61 * 1024 * 1024)) == clamd.TOO_LARGE

    # --- a desk with it

    @pytest.fixture(scope="module")
    def desk(scanner: Clamd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, list[dict[str, Any]]]]:
        data = tmp_path_factory.mktemp("data")
        neighbours = settle(data, 2)
        with Desk(data, CAMDESK_SCANNER=scanner.socket_url) as running:
            yield running, neighbours

    def send(page: Browser, name: str, data: bytes) -> str:
        """The address of the file that was taken."""
        token = page.get(FORM).value("csrfmiddlewaretoken")
        answer = page.post("/files/", [("csrfmiddlewaretoken", token)], [("file", name, data)])
        assert answer.status == 201, answer.text
        return str(json.loads(answer.text)["url"])

    def test_a_file_is_open_when_it_was_looked_at_and_an_infected_one_never(desk, scanner: Clamd) -> None:
        running, neighbours = desk
        mine, theirs = (browser(running.port, one) for one in neighbours)
        fine, ill = send(mine, "снимок.txt", b"a still"), send(mine, "счёт.txt", EICAR)
        wait_until(lambda: mine.get(fine).status == 200, seconds=20, what="the clean file opens")
        assert mine.get(fine).body == b"a still"
        wait_until(lambda: mine.get(ill).status == 403, seconds=20, what="the infected file is known")
        assert "Camdesk.Test.Eicar" in mine.get(ill).text
        assert EICAR not in mine.get(ill).body
        assert (theirs.get(fine).status, theirs.get(ill).status) == (404, 404)

    def test_a_scanner_that_was_killed_loses_nothing_and_all_is_caught_up(desk, scanner: Clamd) -> None:
        """Files are taken meanwhile, given to nobody, and looked at when it is back: in the duty's own rhythm, since
        nobody wakes it."""
        running, neighbours = desk
        mine = browser(running.port, neighbours[0])
        scanner.kill()
        sent = [send(mine, f"{number}.txt", b"a still %d" % number) for number in range(5)]
        sent.append(send(mine, "virus.txt", EICAR))
        assert {mine.get(url).status for url in sent} == {409}
        ill = camdesk(running.data, "doctor", "--quiet", check=False, CAMDESK_SCANNER=scanner.socket_url)
        assert "fail  scanner:" in ill.stdout
        scanner.start()
        settled = [200] * 5 + [403]
        wait_until(lambda: [mine.get(url).status for url in sent] == settled, seconds=90, what="all are caught up")

    def test_the_doctor_and_the_command_speak_to_it(desk, scanner: Clamd) -> None:
        running, _neighbours = desk
        fine = camdesk(running.data, "doctor", check=False, CAMDESK_SCANNER=scanner.url)
        lines = [line for line in fine.stdout.splitlines() if " scanner: " in line]
        assert lines
        assert [line for line in lines if not line.startswith("ok ")] == [], lines
        done = camdesk(running.data, "scan", "--all", CAMDESK_SCANNER=scanner.url)
        assert "infected" in done.stdout.splitlines()[-1]

    def test_a_small_scanner_is_told_by_the_doctor(desk) -> None:
        running, _neighbours = desk
        small = Clamd(largest="1M")
        try:
            small.start()
            said = camdesk(running.data, "doctor", "--quiet", check=False, CAMDESK_SCANNER=small.url).stdout
        finally:
            small.remove()
        assert "raise its StreamMaxLength" in said

    def _zipped(name: str, data: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        return out.getvalue()

    INNOCENT = {
        "words": "Камера не работает".encode(),
        "a talk about the test file": b"Send X5O!P%@AP[4 and EICAR-STANDARD-ANTIVIRUS-TEST-FILE to try your scanner",
        "noise": random.Random(1).randbytes(300_000),
        "an archive": _zipped("a.txt", b"words" * 1000),
        "a picture": (Path(__file__).parents[2] / "camdesk/ui/static/ui/icon.svg").read_bytes(),
        "nothing": b"",
    }
