"""Answers that were written into the letter they answer stay, where the person says so or shouts them there."""

import pytest

from camdesk.channels.mail.mime.quoting import reply_text

HEAD = "вс, 22 нояб. 2026 г. в 14:05, Поддержка <help@desk.example>:"
OLD = ("Какая камера не работает?", "Когда это началось?")
ANSWERED = f"{OLD[0]}\nво дворе\n{OLD[1]}\nвчера"
SHOUTED = f"{OLD[0]}\nВО ДВОРЕ\n{OLD[1]}\nВЧЕРА ВЕЧЕРОМ"

STAYS = [
    ("Ответы ниже, в тексте письма.", ANSWERED, True),
    ("Отвечаю красным внутри письма", ANSWERED, True),
    ("See my answers below", ANSWERED, True),
    ("Réponses ci-dessous", ANSWERED, True),
    ("Спасибо.", ANSWERED, False),
    ("Смотрите ниже", "Спасибо", False),  # nothing stands there but the end of a letter
    ("Спасибо.", SHOUTED, True),
    ("Спасибо.", SHOUTED.upper(), False),  # a letter that shouts everything answers nothing
]


@pytest.mark.parametrize(("said", "below", "stays"), STAYS)
def test_what_stands_in_the_old_letter_stays_where_it_was_answered(said: str, below: str, stays: bool) -> None:
    text = reply_text(f"{said}\n\n{HEAD}\n\n{below}")
    assert text.startswith(said)
    assert (below.split("\n")[-1] in text) is stays
