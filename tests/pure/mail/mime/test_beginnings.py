"""The lines that begin an old letter or one that is passed on: which are, and the nearest that are not."""

import pytest

from camdesk.channels.mail.mime.attributions import is_attribution, is_between_arrows, is_certain, says_only_who
from camdesk.channels.mail.mime.header_blocks import begins_forwarded, begins_old_letter, fields_below_rule
from camdesk.channels.mail.mime.header_blocks import is_header_block as is_head

# A line: whether it is an attribution; is one though nothing quoted follows; is one where it does.
SAYS_WHO = {
    "22.11.2026, 14:05, Иван:": (True, False, False),
    "22.11.2026 14:05 Ivan <a@b.ru>:": (True, True, False),
    "22.11.2026 Ivan <a@b.ru>": (True, True, False),
    "22.11.2026 a@b.ru": (False, True, False),
    "22.11.2026 мастер приходил и смотрел камеру у подъезда:": (False, False, False),
    "22.11.2026 14:05 мастер приходил и смотрел камеру у подъезда:": (False, False, False),
    "x" * 40 + " 22.11.2026 14:05:": (False, False, False),
    "Мастер написал:": (False, False, True),
    "Мастер написал 22.11.2026:": (True, True, False),
    "Ivan <a@b.ru> wrote:": (True, True, True),
    "On 22 Nov 2026 Ivan wrote": (True, True, False),
    "On 14:05 Ivan wrote:": (True, False, True),
    "Ivan at 14:05 wrote:": (False, False, True),
    "Камера не работает:": (False, False, False),
    "a@b.ru:": (False, False, False),
}


@pytest.mark.parametrize("line", SAYS_WHO)
def test_lines_that_say_who_wrote(line: str) -> None:
    assert (is_attribution(line), is_certain(line), says_only_who(line)) == SAYS_WHO[line]


ARROWS = {
    ">>> Desk <a@b.example> 09.11.2026 11:15 >>>": True,
    ">>> Desk <a@b.example> >>>": False,
    ">> Desk 09.11.2026 >>": False,
    f">>> {'x' * 500} 09.11.2026 >>>": False,
}


@pytest.mark.parametrize("line", ARROWS)
def test_lines_between_arrows(line: str) -> None:
    assert is_between_arrows(line) is ARROWS[line]


HEAD = ["От: Иван", "Кому: Пётр", "Дата: 22.11.2026", "Тема: Камера"]
RULE = "________"
# Lines: whether an old letter begins at the first; its head does; how many are a rule and fields.
HEADS: dict[str, tuple[list[str], tuple[bool, bool, int]]] = {
    "a head": (HEAD, (True, True, 0)),
    "three fields": (HEAD[:3], (True, True, 0)),
    "two fields": (HEAD[:2], (False, False, 0)),
    "three without who wrote": (HEAD[1:], (False, False, 0)),
    "who wrote comes last": ([*HEAD[1:3], HEAD[0]], (True, True, 0)),
    "a copy is no third": ([HEAD[0], "Копия: А", HEAD[1]], (False, False, 0)),
    "a copy among three": ([HEAD[0], "Копия: А", *HEAD[1:3]], (True, True, 0)),
    "two empty lines within": ([HEAD[0], "", "", *HEAD[1:3]], (True, True, 0)),
    "three empty lines within": ([HEAD[0], "", "", "", *HEAD[1:3]], (False, False, 0)),
    "all in one line": (["От: Иван Кому: Пётр Тема: Камера"], (True, True, 0)),
    "a rule above": ([RULE, *HEAD], (True, False, 5)),
    "a rule and two empty lines above": ([RULE, "", "", *HEAD], (True, False, 0)),
    "a rule and three empty lines above": ([RULE, "", "", "", *HEAD], (False, False, 0)),
    "a rule above nothing": ([RULE], (False, False, 0)),
    "a rule above words": ([RULE, "Привет"], (False, False, 0)),
    "a line that says so": (["----- Исходное сообщение -----"], (True, False, 0)),
    "the same without dashes": (["Исходное сообщение"], (False, False, 0)),
    "one that is passed on": (["----- Пересылаемое сообщение -----"], (False, False, 0)),
    "a line that is too long": (["От: " + "x" * 400, *HEAD[1:]], (False, False, 0)),
    "a rule that is too long": (["_" * 401, *HEAD], (False, False, 0)),
}


@pytest.mark.parametrize("name", HEADS)
def test_heads_of_old_letters(name: str) -> None:
    lines, wanted = HEADS[name]
    assert (begins_old_letter(lines, 0), is_head(lines, 0), fields_below_rule(lines, 0)) == wanted


PASSED_ON = {
    "---- Forwarded message ----": True,
    "Начало переадресованного сообщения:": True,
    "Begin forwarded message": True,
    "Begin forwarded message, and some more words:": True,
    "Begin forwarded message, and some more words": False,
    f"Begin forwarded message {'x' * 60}:": False,
    "Forwarded message follows:": False,
    f"-- Forwarded {'x' * 110} --": False,
}


@pytest.mark.parametrize("line", PASSED_ON)
def test_lines_that_pass_a_letter_on(line: str) -> None:
    assert begins_forwarded(line) is PASSED_ON[line]
