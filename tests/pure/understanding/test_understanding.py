"""Free text finds its topic, in any disguise; what is plain is judged before the model; nothing raises."""

import json
import os
import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camdesk.bot.understanding.classify import understand
from camdesk.bot.understanding.decision import NONE, Calibration, Judgement, decision
from camdesk.bot.understanding.lexicon import Synonyms
from camdesk.bot.understanding.model import Model, NotAModel
from camdesk.bot.understanding.training import Course, train
from camdesk.bot.understanding.typos import mend
from camdesk.lib.text import analyse, terms

FIRST = {
    "a phrase we wrote": ("нет звука", "no-sound"),
    "other endings and order": ("звуки с камер пропали", "no-sound"),
    "the wrong keyboard layout": ("yt vjue djqnb d rf,bytn", "login"),
    "translit": ("kamera ne v seti", "camera-offline"),
    "a slip of the finger": ("чрный экран", "black-screen"),
    "slang from the lexicon": ("вебка сдохла", "camera-offline"),
    "look-alike letters": ("пpoпycки в apxивe", "archive-gaps"),
    "with a greeting in front": ("Здравствуйте! Не проходит платеж, деньги не зачислились", "payment"),
    "after thanks for nothing": ("спасибо, но звука все равно нет", "no-sound"),
    "swearing about a thing": ("идиоты, где мастер, пришлите монтажника", "technician"),
}


@pytest.mark.parametrize("text, topic", FIRST.values(), ids=FIRST)
def test_the_first_topic_is_right_for(model: Model, text: str, topic: str) -> None:
    assert model.rank(text)[0][0] == topic


DECISIONS = {
    "a clear case is opened": ("пропал звук на камере", "open", "topic"),
    "asking for a person": ("позовите оператора", "person", "person"),
    "one word is enough to ask for a person": ("Оператор!!!", "person", "person"),
    "asking for a person in the wrong layout": ("gjpjdbnt xtkjdtrf", "person", "person"),
    "asking for a person in translit": ("pozovite operatora", "person", "person"),
    "asking for a person in English": ("operator please", "person", "person"),
    "asking for a person within a complaint": ("нет звука, соедините с человеком", "person", "person"),
    "not wanting a person is not asking for one": ("не зовите человека, пропал звук на камере", "open", "topic"),
    "a visit is not a person": ("нужен специалист на дом", "open", "topic"),
    "a greeting gets the menu": ("Добрый день!", "offer", "greeting"),
    "thanks get no topic": ("Спасибо, здравствуйте", "offer", "thanks"),
    "mere abuse goes to a person": ("идиоты", "person", "rude"),
    "an empty message gets the menu": ("", "offer", "nothing"),
    "only punctuation gets the menu": ("???", "offer", "nothing"),
    "only emoji get the menu": ("😡😡", "offer", "nothing"),
    "only a number gets the menu": ("12345", "offer", "nothing"),
    "nothing of ours goes to a person": ("закажите мне пиццу", "person", "topic"),
    "words nobody knows go to a person": ("абракадабра фырфыр", "person", "topic"),
}


@pytest.mark.parametrize("text, decided, rule", DECISIONS.values(), ids=DECISIONS)
def test_what_the_bot_does_when(model: Model, text: str, decided: str, rule: str) -> None:
    told = understand(model, text)
    assert (told.decision, told.rule) == (decided, rule)


def test_asking_for_a_person_names_the_topic_for_it(model: Model) -> None:
    assert understand(model, "живой человек").topics == [("person", 1.0)]


def test_at_most_five_topics_best_first_with_probabilities(model: Model) -> None:
    ranked = model.rank("камера не показывает")
    scores = [score for _, score in ranked]
    assert len(ranked) == 5
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0
    assert sum(scores) <= 1.0001
    assert NONE not in {topic for topic, _ in ranked}


def test_training_twice_gives_the_same_bytes(lessons: Course, model: Model) -> None:
    assert train(lessons).save() == model.save()


def test_training_does_not_depend_on_the_hash_seed_of_the_process(lessons: Course, model: Model) -> None:
    code = (
        "import hashlib, json, sys\n"
        "from camdesk.bot.understanding.training import Course, Example, train\n"
        "told = json.load(sys.stdin)\n"
        "told['examples'] = [Example(**example) for example in told['examples']]\n"
        "sys.stdout.buffer.write(train(Course(**told)).save())\n"
    )
    told = json.dumps(asdict(lessons)).encode()
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=told,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.getcwd()},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_a_saved_model_answers_the_same(model: Model) -> None:
    loaded = Model.load(model.save())
    for text, _ in FIRST.values():
        assert loaded.rank(text) == model.rank(text)
        assert understand(loaded, text) == understand(model, text)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x00" * 1000, "модель".encode()])
def test_foreign_bytes_are_no_model(data: bytes) -> None:
    with pytest.raises(NotAModel):
        Model.load(data)


def test_a_cut_model_is_no_model(model: Model) -> None:
    with pytest.raises(NotAModel):
        Model.load(model.save()[:-5000])


def test_a_pickle_inside_is_never_opened(tmp_path) -> None:
    file = tmp_path / "evil.npz"
    np.savez(file, head=np.array([{"a": 1}], dtype=object))
    with pytest.raises(NotAModel):
        Model.load(file.read_bytes())


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=st.characters(codec=None), max_size=200))
def test_no_text_raises(model: Model, text: str) -> None:
    told = understand(model, text)
    assert told.decision in {"open", "offer", "person"}
    assert len(told.topics) <= 5


def test_a_hundred_kilobytes_are_read_by_their_beginning(model: Model) -> None:
    assert understand(model, "нет звука " + "очень " * 20_000).topics[0][0] == "no-sound"


def test_numpy_is_not_loaded_until_a_text_is_judged() -> None:
    code = (
        "import sys; import camdesk.bot.understanding.classify, camdesk.bot.understanding.training;"
        "print('numpy' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert told.strip() == "False"


LIMITS = {
    "sure enough opens": (0.9, "a", "open"),
    "exactly sure enough opens": (0.8, "a", "open"),
    "less sure offers": (0.5, "a", "offer"),
    "hardly sure calls a person": (0.05, "a", "person"),
    "nothing of ours calls a person however sure": (0.9, NONE, "person"),
}


@pytest.mark.parametrize("sureness, top, decided", LIMITS.values(), ids=LIMITS)
def test_limits(sureness: float, top: str, decided: str) -> None:
    calibration = Calibration(opens=0.8, offers=0.1)
    assert decision(calibration, Judgement([("a", 0.9)], sureness, top)) == decided


SYNONYMS = Synonyms(
    {
        "не работает": ("не пашет",),
        "камера": ("глазок", "глазок в двери"),
        "пропадает": ("то есть то нет",),
        "архив": ("срок хранения",),
    }
)
REPLACED = {
    "the longest variant wins": ("глазок в двери не пашет", "камера не работает"),
    "small words of a variant must be there": ("звука нет", "звука нет"),
    "small words of a variant are there": ("то есть, то нет", "пропадает"),
    "other endings": ("сроки хранения", "архив"),
}


@pytest.mark.parametrize("said, ours", REPLACED.values(), ids=REPLACED)
def test_synonyms(said: str, ours: str) -> None:
    words = [(word.word, word.stem) for word in analyse(said)]
    assert SYNONYMS.replace(words) == terms(ours)


MENDED = {
    "a letter too many": ("камерр", "камер"),
    "a letter too few": ("камр", "камер"),
    "two swapped": ("кмаер", "камер"),
    "neighbours swapped": ("рабоат", "работа"),
    "a wrong first letter of a long word": ("еаработа", "заработа"),
    "a known stem stays": ("камер", "камер"),
    "a short stem stays": ("звк", "звк"),
    "another first letter of a short word is another word": ("зука", "зука"),
    "two slips stay": ("кмрра", "кмрра"),
    "Latin stays": ("hikvisoin", "hikvisoin"),
}


@pytest.mark.parametrize("typed, meant", MENDED.values(), ids=MENDED)
def test_a_slip_is_mended_when(typed: str, meant: str) -> None:
    assert mend(typed, {"камер": 5, "работа": 3, "заработа": 1, "звук": 9, "рука": 2}) == meant
