"""Who asks for a person, and who only speaks of people in the picture."""

import pytest

from camdesk.bot.understanding.rules import PERSON, judge


@pytest.mark.parametrize(
    "text",
    [
        "позовите человека",
        "соедините меня с оператором",
        "нужен живой человек",
        "хочу поговорить с живым человеком",
        "дайте оператора",
        "можно оператора?",
        "переключите на специалиста пожалуйста",
        "хватит роботов, позовите уже кого-нибудь из людей",
        "свяжите с менеджером",
        "gjpjdbnt xtkjdtrf",
    ],
)
def test_they_ask_for_a_person(text):
    assert judge(text) == PERSON


@pytest.mark.parametrize(
    "text",
    [
        "дайте запись где человек украл коляску",
        "можно ли считать людей на входе",
        "нужно чтобы видела людей, а не кошек",
        "изображение неподвижное, хотя в кадре ходят люди",
        "хочу видеть человека у двери, а там темно",
        "не зовите оператора",
        "камера не различает лицо человека",
    ],
)
def test_they_speak_of_people_in_the_picture(text):
    assert judge(text) != PERSON
