"""One analyser for search, articles and understanding: whatever the keyboard did, the same words come out."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camdesk.lib.text import analyse, highlight, terms

READS_AS = {
    "plain Russian keeps its word order": ("Камера не работает", "камера не работает"),
    "ё is written е": ("Счёт всё ещё не пришёл", "счет все еще не пришел"),
    "the wrong layout is turned": ("rfvthf yt hf,jnftn", "камера не работает"),
    "capitals in the wrong layout are turned": ("Ghbdtn", "привет"),
    "a letter that is a punctuation key is a letter": ("[jxe gjpdfnm xtkjdtrf", "хочу позвать человека"),
    "a question mark after a turned word stays a mark": ("gjxtve yt ghb[jlbn rjl?", "почему не приходит код"),
    "half a message in the wrong layout is turned": ("rfvthf не показывает", "камера не показывает"),
    "a short word among Russian ones is turned": ("камера yt работает", "камера не работает"),
    "half a word in the wrong layout is turned": ("камthf", "камера"),
    "translit is read": ("kamera ne rabotaet", "камера не работает"),
    "translit with ch and sh": ("pochemu ne slyshno", "почему не слышно"),
    "translit with sch for щ": ("soobschenie", "сообщение"),
    "translit with shch for щ": ("podskazhite pozhaluysta eshche", "подскажите пожалуйста еще"),
    "translit with digits for letters": ("4to s kameroy", "что с камерой"),
    "translit with x and j": ("xochu zajti v lichnyj kabinet", "хочу зайти в личный кабинет"),
    "translit as it is spoken": ("shto delat ne podklyuchaetsa", "что делать не подключается"),
    "translit with y before a vowel": ("podyezd i obyekt", "подъезд и объект"),
    "translit in the Czech manner": ("uvedomlenija ne prihodjat", "уведомления не приходят"),
    "English words that are Russian in translit follow the message": ("net signala na kamere", "нет сигнала на камере"),
    "an English message stays English": ("My camera is offline", "my camera is offline"),
    "a greeting in English stays English": ("hello", "hello"),
    "a Latin a in a Russian word": ("кaмерa", "камера"),
    "a Cyrillic о in an English term": ("оnvif", "onvif"),
    "capitals that only look Russian": ("KAMEPA", "камера"),
    "brands stay in a Russian message": ("Hikvision и Dahua по ONVIF", "hikvision и dahua по onvif"),
    "brands stay in a translit message": ("kamera hikvision ne v seti", "камера hikvision не в сети"),
    "Wi-Fi is one word": ("wi-fi камера", "wifi камера"),
    "a brand typed in the Russian layout": ("щтмша", "onvif"),
    "model numbers stay": ("DS-2CD2043 не видна", "ds 2cd2043 не видна"),
    "an address is left alone": ("rtsp://10.0.0.5/rfvthf", "rtsp 10 0 0 5 rfvthf"),
    "stress marks and decomposed letters are put together": ("ка́мера мои\u0306", "камера мой"),
    "invisible letters inside words go": ("ка\u00adме\u200bра", "камера"),
    "an apostrophe for ъ": ("об'ект под’езд", "объект подъезд"),
    "emoji are no words": ("камера 📷🙏🏽 умерла 😡", "камера умерла"),
    "Arabic and Hebrew are words too": ("الكاميرا לא", "الكاميرا לא"),
    "only punctuation is nothing": ("?!… —", ""),
    "an English word in the Russian layout is turned": ("руддщ", "hello"),
    "two letters in it are too few": ("щл", "щл"),
    "what is no English word is left": ("цщкдв", "цщкдв"),
    "a short English word is nothing to doubt": ("ok", "ok"),
    "nor is one beside Russian words": ("ПРИВЕТ ok", "привет ok"),
    "a term beside a Russian word": ("RTSP поток", "rtsp поток"),
    "a term beside translit": ("kamera onvif", "камера onvif"),
    "both scripts, word by word": ("оnvif камepa", "onvif камера"),
    "an address beside a turned word": ("ivan@example.org rfvthf", "ivan example org камера"),
    "marks at both edges": ("«rfvthf», (rfvthf)!!!", "камера камера"),
    "a digit within translit is a model's": ("kamera4", "kamera4"),
    "an apostrophe within English": ("can't", "cant"),
    "a sign of two letters": ("ﬁ", "fi"),
    "a hard sign alone": ("ъ", "ъ"),
    "nothing is nothing": ("", ""),
    "a NUL parts words": ("камера\x00работает", "камера работает"),
}


@pytest.mark.parametrize("typed, read", READS_AS.values(), ids=READS_AS)
def test_a_text_reads_as(typed: str, read: str) -> None:
    assert " ".join(word.word for word in analyse(typed)) == read


def test_terms_are_stems_without_the_words_that_say_nothing() -> None:
    assert terms("У меня камеры не работают") == terms("камера, не работает") == ["камер", "не", "работа"]


def test_negation_and_question_words_stay() -> None:
    assert {"не", "нет", "где", "как"} <= set(terms("не нет где как"))


def test_without_repair_words_are_taken_as_typed() -> None:
    assert terms("rfvthf", repair=False) == ["rfvthf"]


def test_positions_are_those_of_the_text_as_given() -> None:
    text = "Ой! Rfvthf yt hf,jnftn, помогите"
    places = {word.word: text[word.start : word.end] for word in analyse(text)}
    assert places["камера"] == "Rfvthf"
    assert places["работает"] == "hf,jnftn"
    assert places["помогите"] == "помогите"


def test_highlight_finds_other_forms_and_the_word_being_typed() -> None:
    text = "Камеры молчат, камерой не управлять"
    assert [text[start:end] for start, end in highlight(text, terms("камера"))] == ["Камеры", "камерой"]
    assert [text[start:end] for start, end in highlight(text, [], prefix="упр")] == ["управлять"]


@given(st.text(alphabet=st.characters(codec=None), max_size=300))
def test_no_text_raises_and_places_are_in_order(text: str) -> None:
    words = analyse(text)
    assert terms(text) == terms(text)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)


@given(st.text(alphabet="qwertyuiop[]asdfghjkl;'zxcvbnm,./ аяёУE4\u0301-", max_size=80))
def test_no_keyboard_noise_raises(text: str) -> None:
    assert all(word.word and word.stem for word in analyse(text))


@pytest.mark.parametrize("unit", ["rfvthf ", "камера ", "a", "а" + "\u0301", "abcdefghij, ", "[", "x'", "aя"])
def test_a_hundred_kilobytes_are_bounded(unit: str) -> None:
    text = unit * (100_000 // len(unit) + 1)
    begun = time.process_time()
    terms(text)
    spent = time.process_time() - begun
    begun = time.process_time()
    for _ in range(20):
        text.lower().split(" ")
    assert spent < 100 * max(time.process_time() - begun, 0.01)


def test_threads_do_not_disturb_each_other() -> None:
    text = "камеры показывают работающие подключённые приложения cameras showing"
    expected = terms(text)
    wrong: list[list[str]] = []

    def read(number: int) -> None:
        for turn in range(300):
            found = terms(f"{text} {number}а{turn}")[: len(expected)]
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
