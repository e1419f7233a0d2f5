"""Which open request a letter without a token joins."""

import pytest

from camdesk.channels.mail.incoming.threading_without_token import Open, belongs, named_in, plain_subject

YARD, DOOR = Open(1, "Нет картинки во дворе"), Open(2, "Домофон")


@pytest.mark.parametrize(
    ("subject", "requests", "proven", "automatic", "number"),
    [
        pytest.param("Re: Нет картинки во дворе", [YARD, DOOR], True, False, 1, id="the same subject: that request"),
        pytest.param("нет  картинки во дворе", [YARD, DOOR], True, False, 1, id="spaces and case do not count"),
        pytest.param("Re: Нет картинки во дворе", [YARD], False, False, None, id="nobody joins by a mere address"),
        pytest.param("Re: Нет картинки во дворе", [YARD], True, True, None, id="a machine joins nothing by a subject"),
        pytest.param("Вопрос", [YARD, DOOR], True, False, None, id="another subject: another matter"),
        pytest.param("Домофон", [DOOR, Open(3, "домофон")], True, False, None, id="two of that subject: a new one"),
        pytest.param("", [Open(4, "")], True, False, None, id="no subject says nothing"),
        pytest.param("Re: Fwd:", [Open(4, "Re:")], True, False, None, id="nor do marks alone"),
        pytest.param("Re: [№ 1]", [YARD], True, False, None, id="a number says nothing"),
        pytest.param(
            "Вопрос", [YARD, Open(2, "Домофон", answered=True)], True, False, 2, id="what it answers comes first"
        ),
        pytest.param(
            "Домофон",
            [Open(1, "Двор", answered=True), Open(2, "Домофон", answered=True)],
            True,
            False,
            None,
            id="it answers two: a new one, whatever its subject",
        ),
        pytest.param("Домофон", [], True, False, None, id="nothing is open"),
    ],
)
def test_where_a_letter_belongs(subject, requests, proven, automatic, number):
    assert belongs(subject, requests, proven=proven, automatic=automatic) == number


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("По № 1042: уже работает", [1042]),
        ("обращение 7 можно закрыть", [7]),
        ("#7 и №1042", [7, 1042]),
        ("request 1042 is still broken", [1042]),
        ("1042 не помогло", [1042]),
        ("Не работают 7 камер", []),
        ("Тел. 89121042777", []),
        ("№ 11042", []),
        ("спасибо", []),
        ("", []),
        (" " * 2_000 + "№ 1042", []),
    ],
)
def test_what_an_answer_to_several_requests_names(text, named):
    assert named_in(text, [7, 1042]) == named


@pytest.mark.parametrize(
    "subject",
    [
        "Домофон",
        "Re: Домофон",
        "RE: FW: Домофон",
        "Re[2]: Домофон",
        "Отв: домофон",
        "Re: Домофон [№ 1042]",
        "Re: Обращение № 1042: Домофон",
        "Fwd: Re: Request No. 1042: ДОМОФОН",
    ],
)
def test_marks_do_not_count(subject):
    assert plain_subject(subject) == "домофон"


@pytest.mark.parametrize("subject", ["Recall: домофон", "Реле: домофон", "Наша: домофон"])
def test_words_that_look_like_marks_do(subject):
    assert plain_subject(subject) != "домофон"
