"""What a person does by a message: a table of how people say it, and of what only looks so."""

import pytest

from camdesk.bot.utterances.acts import acts_of
from camdesk.bot.utterances.heard import Danger, SpeechAct
from camdesk.bot.utterances.patterns import Phrases, tokens_of

SAID = {
    "здравствуйте": "greeting",
    "Добрый день!": "greeting",
    "доброго времени суток": "greeting",
    "ghbdtn": "greeting",
    "privet": "greeting",
    "hello": "greeting",
    "good morning": "greeting",
    "здравствуйте, камера не работает": "greeting",
    "спасибо": "thanks",
    "Спасибо большое, всё заработало!": "thanks works_now",
    "cgfcb,j": "thanks",
    "spasibo": "thanks",
    "thanks a lot": "thanks",
    "спасибо, не надо": "thanks no",
    "заработало": "works_now",
    "работает": "works_now",
    "всё, заработала": "works_now",
    "камера появилась": "works_now",
    "теперь показывает": "works_now",
    "снова вижу картинку": "works_now",
    "уже не надо, разобрался": "works_now",
    "вопрос решён": "works_now",
    "it works now": "works_now",
    "fixed": "works_now",
    "помогло": "works_now",
    "да, помогло": "yes works_now",
    "не помогло": "not_helped",
    "всё равно не показывает": "not_helped",
    "так и не заработала": "not_helped",
    "то же самое": "not_helped",
    "ничего не изменилось": "not_helped",
    "по-прежнему нет": "not_helped",
    "перезагрузил, не помогло": "not_helped",
    "still not working": "not_helped",
    "didn't help": "not_helped",
    "no change": "not_helped no",
    "да": "yes",
    "ага": "yes",
    "lf": "yes",
    "конечно": "yes",
    "да, горит зелёненькая": "yes",
    "давайте": "yes",
    "yes please": "yes",
    "нет": "no",
    "неа": "no",
    "ytn": "no",
    "да нет, наверное": "no",
    "не надо": "no",
    "nope": "no",
    "нет, не горит": "no",
    "вечером проверю": "later",
    "я на даче, вечером проверю": "later",
    "сейчас не могу, я за рулём": "later",
    "не дома": "later",
    "завтра": "later",
    "позже": "later",
    "буду дома через два часа, проверю": "later",
    "как вернусь, перезагружу": "later",
    "when I get home": "later",
    "later": "later",
    "не знаю": "dont_know",
    "без понятия": "dont_know",
    "хз": "dont_know",
    "понятия не имею где он": "dont_know",
    "ne znau": "dont_know",
    "no idea": "dont_know",
    "I don't know": "dont_know",
    "не помню": "dont_know",
    "а что это?": "what_is_it",
    "где это посмотреть": "what_is_it",
    "что такое индикатор": "what_is_it",
    "what is it": "what_is_it",
    "не достать": "cant",
    "не могу": "cant",
    "слишком высоко, не дотянусь": "cant",
    "не могу залезть на столб": "cant",
    "нет лестницы": "cant",
    "I can't reach it": "cant",
    "оператор": "person",
    "позовите человека": "person",
    "соедините с оператором": "person",
    "хочу поговорить с живым человеком": "person",
    "дайте оператора": "person",
    "перезвоните мне": "person",
    "есть кто живой?": "person",
    "jgthfnjh": "person",
    "I want to talk to a human": "person",
    "ты бот?": "is_it_human",
    "я с роботом разговариваю?": "is_it_human",
    "are you a robot": "is_it_human",
    "идиоты": "insult",
    "вы воры": "insult",
    "да пошли вы": "insult yes",
    "тупой бот": "about_the_bot",
    "вы меня не слышите": "about_the_bot",
    "я же сказал, что горит": "about_the_bot",
    "при чём тут вай-фай": "about_the_bot",
    # what only looks so
    "камера не работает": "",
    "камера работает плохо": "",
    "не работает запись": "",
    "камера пропадает вечером": "",
    "когда заработает камера?": "",
    "если заработает, напишу": "",
    "заработало, но звука нет": "",
    "камера на даче не работает": "",
    "горит зелёная лампочка": "",
    "дайте запись, где человек украл велосипед": "",
    "считает людей неправильно": "",
    "можно ли считать людей": "",
    "не зовите оператора": "",
    "какая сегодня погода": "",
    "не могу войти в кабинет": "",
    "нет изображения": "no",
    "в комнате высокая температура": "",
    "идут плановые работы": "",
    "the camera does not work": "",
}  # fmt: skip

DANGERS = {
    "не могу попасть домой": Danger.LOCKED_OUT,
    "домофон не открывает дверь, не можем зайти в подъезд": Danger.LOCKED_OUT,
    "стою у подъезда на морозе, ключ не работает": Danger.LOCKED_OUT,
    "калитка не открывается, а там ребёнок": Danger.LOCKED_OUT,
    "дверь захлопнулась": Danger.LOCKED_OUT,
    "we are locked out": Danger.LOCKED_OUT,
    "застряли в лифте": Danger.STUCK,
    "ребёнок один в квартире": Danger.STUCK,
    "нас заперли в магазине": Danger.STUCK,
    "человек застрял": Danger.STUCK,
    "пожар!": Danger.FIRE,
    "горит щиток": Danger.FIRE,
    "пахнет газом": Danger.FIRE,
    "камера дымится": Danger.FIRE,
    "блок питания искрит": Danger.FIRE,
    "smoke coming from the camera": Danger.FIRE,
    "прямо сейчас лезут в окно": Danger.INTRUSION,
    "кто-то ломает... ломают дверь": Danger.INTRUSION,
    "воры в доме": Danger.INTRUSION,
    "someone is breaking in": Danger.INTRUSION,
    "бабушке плохо": Danger.HEALTH,
    "он без сознания": Danger.HEALTH,
    # what is none
    "вчера ночью ломали дверь магазина": None,
    "горит зелёная лампочка": None,
    "на камере горит красный": None,
    "что делать в случае пожара": None,
    "датчик дыма не нужен": None,
    "неделю назад вскрыли гараж, дайте запись": None,
    "не могу войти в личный кабинет": None,
    "не могу зайти в приложение": None,
    "камера застряла на загрузке": None,
    "обновление застряло": None,
    "не могу попасть в архив": None,
    "мне плохо видно картинку": None,
    "детям плохо видно": None,
    "изображение плохое, человека не узнать": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "acts"), SAID.items())
def test_what_is_done_by_saying(text: str, acts: str) -> None:
    assert {act.value for act in acts_of(tokens_of(text)).acts} == set(acts.split())


@pytest.mark.parametrize(("text", "danger"), DANGERS.items())
def test_an_emergency_is_heard_and_none_is_made_up(text: str, danger: Danger | None) -> None:
    said = acts_of(tokens_of(text))
    assert said.danger is danger
    assert (SpeechAct.EMERGENCY in said.acts) is (danger is not None)


def test_a_phrase_with_a_gap_stays_within_its_clause() -> None:
    phrases = Phrases({"theft": ("дайте * запись",)})
    assert list(phrases.find(tokens_of("дайте мне эту запись")))
    assert not list(phrases.find(tokens_of("дайте знать, когда запись будет")))


@pytest.mark.parametrize("phrase", ["* запись", "один два три четыре пять шесть семь восемь девять десять одиннадцать"])
def test_what_is_no_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="no phrase"):
        Phrases({"x": (phrase,)})
