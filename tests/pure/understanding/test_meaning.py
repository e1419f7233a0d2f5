"""The opinion by meaning: it is blended in where it was made, it survives its file, and any text may come to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from camdesk.bot.understanding import sentence_vectors
from camdesk.bot.understanding.classify import understand
from camdesk.bot.understanding.model import Model
from camdesk.bot.understanding.training import Course, train
from camdesk.lib.text import terms

# What a model of languages knows and our phrases do not: these words mean the same.
MEANS = {"глухая": "звук", "безмолвие": "звук", "онемела": "звук", "рубль": "оплат", "кошелек": "оплат"}
WIDTH = 64


def knowing(texts: Sequence[str]) -> np.ndarray:
    """Vectors by words, each word at a place of its own; synonyms of MEANS at one place. All lean to one side, as the
    vectors of sentences do."""
    found = np.full((len(texts), WIDTH), 0.5, dtype=np.float32)
    for row, text in enumerate(texts):
        for word in terms(text):
            known = next((meant for start, meant in MEANS.items() if start.startswith(word[:5])), word)
            found[row, sum(map(ord, known[:4])) % WIDTH] += 1.0
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_vectors, "_model", lambda: knowing)


@pytest.fixture
def meant(lessons: Course, known: None) -> Model:
    return train(lessons, vectors=sentence_vectors.vectors)


def test_words_that_no_phrase_holds_are_found_by_their_meaning(model: Model, meant: Model) -> None:
    text = "онемела, глухая, безмолвие"
    assert model.meaning is None
    assert [topic for topic, _ in understand(model, text).topics][:1] != ["no-sound"]
    assert understand(meant, text).topics[0][0] == "no-sound"


def test_what_our_phrases_say_is_found_as_before(meant: Model) -> None:
    assert understand(meant, "пропал звук на камере").topics[0][0] == "no-sound"
    assert understand(meant, "позовите оператора").decision == "person"


def test_the_limits_are_fitted_to_the_blend(model: Model, meant: Model) -> None:
    assert meant.calibration != model.calibration
    assert replace(meant, meaning=None, calibration=model.calibration).judge("нет звука") == model.judge("нет звука")


def test_it_survives_its_file(meant: Model) -> None:
    again = Model.load(meant.save())
    assert again.judge("онемела, глухая") == meant.judge("онемела, глухая")
    assert Model.load(replace(meant, meaning=None).save()).meaning is None


HOSTILE = ["", "   ", "\0", "нет\0звука", "\ud800", "я" * 100_000, "😀" * 500]


def test_any_text_may_come_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of another maker gets text that is not empty, can be encoded, holds no NUL, and is short."""
    got: list[str] = []

    def model(texts: Sequence[str]) -> np.ndarray:
        got.extend(texts)
        return knowing(texts)

    monkeypatch.setattr(sentence_vectors, "_model", lambda: model)
    assert sentence_vectors.vectors(HOSTILE * 20).shape == (len(HOSTILE) * 20, WIDTH)
    assert len(got) == len(HOSTILE) * 20
    assert all(text and "\0" not in text and len(text) <= 400 and text.encode() for text in got)


def test_where_the_extra_is_installed_it_speaks_russian_and_english() -> None:
    pytest.importorskip(sentence_vectors.PACKAGE, reason="camdesk[semantic] is not installed")
    sentence_vectors._model.cache_clear()
    camera, english, money = sentence_vectors.vectors(
        ["камера не показывает", "the camera shows nothing", "верните деньги"]
    )
    assert camera @ english > camera @ money


def test_many_examples_that_lie_near_each_other_are_learnt_all_the_same() -> None:
    """As many as a playbook has, in few dimensions: what is inverted must not be what they have in common."""
    dice = np.random.default_rng(1)
    labels = np.arange(5_000) % 50
    found = (dice.normal(size=(50, 24))[labels] + dice.normal(size=(5_000, 24)) * 0.05).astype(np.float32)
    wanted = np.eye(50, dtype=np.float32)[labels]
    learned, judged = sentence_vectors.learnt(found, wanted, np.ones(5_000), labels % 5)
    assert judged.shape == wanted.shape
    alike, apart = sentence_vectors.learnt(found, wanted, np.ones(5_000), np.arange(5_000) // 50 % 5)
    assert np.abs(alike.weights - learned.weights).max() < 1e-4
    assert (apart.argmax(axis=1) == labels).mean() > 0.95
    assert ((sentence_vectors.spread(found, learned.centre) @ learned.weights).argmax(axis=1) == labels).mean() > 0.95


def test_a_phrase_is_judged_by_what_the_other_folds_teach() -> None:
    """Of the only example of a topic, held out, nothing is known; and what is always there is not judged."""
    found = np.eye(6, dtype=np.float32)
    learned, judged = sentence_vectors.learnt(found, found, np.ones(6), np.array([0, 1, 2, -1, -1, -1]))
    taught = sentence_vectors.spread(found, learned.centre) @ learned.weights
    assert all(abs(judged[at, at]) < 1e-6 < 0.3 < taught[at, at] for at in range(3))
    assert not judged[3:].any()
