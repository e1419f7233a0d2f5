"""Who answers setup: what a flag says is not asked, what is typed is asked again until it fits, nothing gets lost."""

import builtins
import getpass
import io
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from camdesk.config.setup import answers
from camdesk.config.setup.dialogue import Asker, Stopped

URL, HOURS, PHONE = answers.QUESTIONS[0], answers.QUESTIONS[4], answers.QUESTIONS[3]
HERE = "https://support.lens.ru"


@dataclass
class Typist:
    """Types these lines, at whatever is asked; then the input ends."""

    lines: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __call__(self, ask: str = "") -> str:
        self.asked.append(ask)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)


@pytest.fixture
def typist(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typist]:
    made = Typist()
    monkeypatch.setattr(builtins, "input", made)
    monkeypatch.setattr(getpass, "getpass", made)
    yield made
    assert made.lines == [], "not asked for"


def silent(**flags: str) -> Asker:
    return Asker(Namespace(**flags), talks=False)


def talking(**flags: str) -> Asker:
    return Asker(Namespace(**flags), talks=True)


Ask = Callable[[Asker], str]
ADMIN: Ask = lambda asker: asker.answer(answers.ADMIN, known="")  # noqa: E731
NEEDED: Ask = lambda asker: asker.answer(URL, known="")  # noqa: E731
KNOWN: Ask = lambda asker: asker.answer(URL, known=HERE)  # noqa: E731
OPTIONAL: Ask = lambda asker: asker.answer(HOURS, known="")  # noqa: E731
NONE: Ask = lambda asker: asker.answer(PHONE, known="", none=True)  # noqa: E731


@pytest.mark.parametrize(
    ("asker", "ask", "typed", "answer", "shown"),
    [
        (talking(url="support.lens.ru"), NEEDED, [], HERE, []),
        (talking(), NEEDED, ["support.lens.ru"], HERE, [""]),
        (talking(), NEEDED, ["", " support.lens.ru "], HERE, ["", ""]),
        (talking(), NEEDED, ["ftp://x", "support.lens.ru"], HERE, ["", ""]),
        (talking(), KNOWN, [""], HERE, [f" [{HERE}]"]),
        (talking(), KNOWN, ["new.lens.ru"], "https://new.lens.ru", [f" [{HERE}]"]),
        (talking(), OPTIONAL, [""], "", [""]),
        (talking(), NONE, [""], "", [" [none]"]),
        (talking(phone_hours=" 9-18 "), OPTIONAL, [], "9-18", []),
        (talking(phone_hours=""), OPTIONAL, [], "", []),
        (talking(admin=""), ADMIN, [], "", []),
        (silent(), KNOWN, [], HERE, []),
        (silent(), OPTIONAL, [], "", []),
        (silent(), NONE, [], "", []),
    ],
)
def test_an_answer(typist: Typist, asker: Asker, ask: Ask, typed: list[str], answer: str, shown: list[str]) -> None:
    typist.lines += typed
    assert ask(asker) == answer
    assert [words.partition("]")[0] + "]" * ("]" in words) for words in typist.asked] == [
        f"{_question(ask)}{words}{'' if words else ': '}" for words in shown
    ]
    asker.done()


def _question(ask: Ask) -> str:
    return {NEEDED: URL, KNOWN: URL, OPTIONAL: HOURS, NONE: PHONE}[ask].ask


def test_why_it_is_asked_again_is_said(typist: Typist, capsys: pytest.CaptureFixture[str]) -> None:
    typist.lines += ["", "ftp://x", HERE]
    assert NEEDED(talking()) == HERE
    needed, unfit = capsys.readouterr().out.splitlines()
    assert (needed, unfit[:20]) == ("  an answer is needed", "  an address such as")


@pytest.mark.parametrize(
    ("asker", "ask", "kept", "wrong"),
    [
        (silent(), NEEDED, "", f"--url is missing: {URL.told}"),
        (silent(url="ftp://x"), KNOWN, HERE, "--url: an address such as"),
        (silent(url=" "), KNOWN, HERE, "--url: an answer is needed"),
        (talking(url=""), KNOWN, HERE, "--url: an answer is needed"),
    ],
)
def test_what_flags_get_wrong_stops_at_the_end(typist: Typist, asker: Asker, ask: Ask, kept: str, wrong: str) -> None:
    assert ask(asker) == kept
    with pytest.raises(Stopped) as stopped:
        asker.done()
    said, nothing = str(stopped.value).splitlines()
    assert said.startswith(f"camdesk: {wrong}")
    assert nothing == "camdesk: nothing was changed"


@pytest.mark.parametrize(
    ("typed", "known", "twice", "secret", "asked"),
    [
        (["horse"], "", False, "horse", 1),
        ([""], "battery", False, "battery", 1),
        (["horse"], "battery", False, "horse", 1),
        (["horse", "horse"], "", True, "horse", 2),
        (["horse", "hoarse", "horse", "horse"], "", True, "horse", 4),
        ([""], "", True, "", 1),
    ],
)
def test_a_password_is_typed(
    typist: Typist, typed: list[str], known: str, twice: bool, secret: str, asked: int
) -> None:
    typist.lines += typed
    assert talking().secret("smtp-password", "password", known=known, twice=twice) == secret
    assert len(typist.asked) == asked
    assert ("[as it is]" in typist.asked[0]) == bool(known)
    assert silent().secret("smtp-password", "password", known=known) == known


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        (b"horse\r\n", "horse"),
        (" пароль ".encode(), " пароль "),
        (b"x" * 1000, "x" * 1000),
        (b"x" * 1001, None),
        (b"one\ntwo\n", None),
        (b"\n", None),
        (b"\xff\xfe", None),
        (None, None),
    ],
)
def test_a_password_comes_out_of_a_file(tmp_path: Path, content: bytes | None, secret: str | None) -> None:
    place = tmp_path / "secret"
    if content is not None:
        place.write_bytes(content)
    asker = talking(smtp_password_file=str(place))
    assert asker.secret("smtp-password", "not asked") == (secret or "")
    assert [line.partition(":")[0] for line in asker.wrong] == ([] if secret else ["--smtp-password-file"])
    assert asker.says("smtp-password-file")
    assert not asker.says("imap-password-file")


def test_a_line_of_the_input_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("of smtp\nof imap\n"))
    asker = silent(smtp_password_file="-", imap_password_file="-")
    for _again in range(2):
        assert asker.secret("smtp-password", "") == "of smtp"
    assert asker.secret("imap-password", "") == "of imap"


@pytest.mark.parametrize(("typed", "agreed"), [("y", True), ("Yes", True), ("д", True), ("n", False), ("", False)])
def test_yes_is_said_and_silence_is_no(typist: Typist, typed: str, agreed: bool) -> None:
    typist.lines.append(typed)
    assert talking().agreed("Believe it?") is agreed
    assert silent().agreed("Believe it?") is False


def test_who_leaves_is_told_that_it_stopped(typist: Typist, capsys: pytest.CaptureFixture[str]) -> None:
    for leave in (KNOWN, lambda asker: asker.secret("smtp-password", "password")):
        with pytest.raises(Stopped, match="stopped before the end"):
            leave(talking())
    assert capsys.readouterr().out == "\n\n", "what is said stands on a line of its own"
