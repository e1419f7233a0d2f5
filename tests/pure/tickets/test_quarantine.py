"""The one rule about who may have what the scanner said something, or nothing, about."""

import pytest

from camdesk.tickets.quarantine import Ruling, ScanState, given, mark, rule, ruling, sentence, together

TABLE = [
    # state, an agent, everybody else; with a scanner
    ("clean", "given", "given"),
    ("waiting", "asked", "waits"),
    ("unknown", "asked", "unchecked"),
    ("unproven", "asked", "unchecked"),
    ("infected", "infected", "infected"),
]


@pytest.mark.parametrize(("scan", "agent", "others"), TABLE)
def test_with_a_scanner(scan: str, agent: str, others: str) -> None:
    assert rule(scan, agent=True, scanner=True) == agent
    assert rule(scan, agent=False, scanner=True) == others


@pytest.mark.parametrize("scan", ["clean", "waiting", "unknown", "infected"])
@pytest.mark.parametrize("agent", [True, False])
def test_without_a_scanner_only_what_was_found_infected_is_withheld(scan: str, agent: bool) -> None:
    expected = Ruling.INFECTED if scan == "infected" else Ruling.GIVEN
    assert rule(scan, agent=agent, scanner=False) == expected


def test_without_a_scanner_a_strangers_file_waits_for_its_sender_to_be_known() -> None:
    assert rule("unproven", agent=True, scanner=False) == "asked"
    assert rule("unproven", agent=False, scanner=False) == "unchecked"


@pytest.mark.parametrize("scanner", ["", "clamd://127.0.0.1"])
@pytest.mark.parametrize("agent", [True, False])
@pytest.mark.parametrize("scan", ["clean", "waiting", "unknown", "unproven", "infected"])
def test_words_are_there_exactly_where_it_is_not_simply_given(settings, scan: str, agent: bool, scanner: str) -> None:
    settings.SCANNER = scanner
    file = ScanState(scan, "Eicar-1")
    assert given(file, agent=agent) == (ruling(file, agent=agent) == Ruling.GIVEN)
    assert bool(sentence(file, agent=agent)) == (not given(file, agent=agent))
    assert bool(mark(file, agent=agent)) == (not given(file, agent=agent))
    if scan == "infected":
        assert "Eicar-1" in sentence(file, agent=agent)
        assert "Eicar-1" in mark(file, agent=agent).word


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([], "clean"),
        (["clean"], "clean"),
        (["clean", "waiting"], "waiting"),
        (["waiting", "unproven"], "unproven"),
        (["waiting", "unknown"], "unknown"),
        (["unknown", "infected", "waiting", "clean"], "infected"),
    ],
)
def test_a_whole_is_as_bad_as_its_worst_part(parts: list[str], whole: str) -> None:
    found = together(*(ScanState(scan, f"because {scan}") for scan in parts))
    assert found.scan == whole
    assert found.scan_note == ("" if whole == "clean" else f"because {whole}")
