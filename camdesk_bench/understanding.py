"""How well the reader understands: repeated stratified cross-validation over the playbook's own phrases.

Every phrase is judged by a reader that was trained, calibrated and given its limits without it, as it was written and
in disguises: in the wrong keyboard layout, in Latin letters, with one slip of the finger, inside a letter.
"""

import argparse
import json
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from camdesk.bot.understanding.classify import understand
from camdesk.bot.understanding.current import NoPlaybook, current_playbook
from camdesk.bot.understanding.decision import NONE
from camdesk.bot.understanding.model import Model
from camdesk.bot.understanding.training import Course, train
from camdesk.bot.understanding.training_data import course_of
from camdesk.lib.keyboard_layouts import to_english_layout

_CYRILLIC_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN_LETTERS = "a b v g d e e zh z i y k l m n o p r s t u f h ts ch sh sch  y  e yu ya"
_LATIN = dict(zip(_CYRILLIC_LETTERS, _LATIN_LETTERS.split(" "), strict=True))


@dataclass
class Figures:
    """Counts over judged phrases."""

    judged: int = 0
    first: int = 0
    among_three: int = 0
    opened: int = 0
    opened_rightly: int = 0
    to_person: int = 0
    wrong: list[str] = field(default_factory=list)

    def count(self, topic: str, text: str, model: Model) -> None:
        told = understand(model, text)
        found = [name for name, _ in told.topics]
        self.judged += 1
        self.first += found[:1] == [topic]
        self.among_three += topic in found[:3]
        self.opened += told.decision == "open"
        self.opened_rightly += told.decision == "open" and found[:1] == [topic]
        self.to_person += told.decision == "person"
        if topic != NONE and found[:1] != [topic]:
            self.wrong.append(f"{topic} | {text} | {', '.join(found[:3])} | {told.decision}")

    def shares(self) -> dict[str, float]:
        count = max(self.judged, 1)
        return {
            "phrases": self.judged,
            "top1": round(self.first / count, 4),
            "top3": round(self.among_three / count, 4),
            "open": round(self.opened / count, 4),
            "open_wrong": round((self.opened - self.opened_rightly) / count, 4),
            "open_right": round(self.opened_rightly / max(self.opened, 1), 4),
            "person": round(self.to_person / count, 4),
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=2, help="with other folds each time")
    parser.add_argument(
        "--said", type=Path, help="instead: a file of «topic: phrase | phrase» lines that nobody trains on"
    )
    parser.add_argument("--wrong", action="store_true", help="also list every phrase that was not understood")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")


def run(args: argparse.Namespace) -> int:
    try:
        course = course_of(current_playbook())
    except NoPlaybook as error:
        print(f"camdesk bench understanding: {error}")
        return 1
    if args.said is not None:
        print(json.dumps({name: part.shares() for name, part in judged(course, args.said).items()}, ensure_ascii=False))
        return 0
    figures = cross_validate(course, folds=args.folds, repeats=args.repeats)
    costs = costs_of(course)
    told = {name: part.shares() for name, part in figures.items()} | {"costs": costs}
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print(f"{'form':10} {'phrases':>7} {'top-1':>7} {'top-3':>7} {'open':>7} {'right':>7} {'person':>7}")
    for name, part in figures.items():
        row = part.shares()
        values = " ".join(f"{row[key]:7.3f}" for key in ("top1", "top3", "open", "open_right", "person"))
        print(f"{name:10} {part.judged:7} {values}")
    print(", ".join(f"{name} {value}" for name, value in costs.items()))
    if args.wrong:
        print("\n".join(sorted(set(figures["cyrillic"].wrong))))
    return 0


def cross_validate(course: Course, *, folds: int = 5, repeats: int = 1) -> dict[str, Figures]:
    """Figures by form (the names of FORMS) and for what is not ours ("strangers")."""
    figures = {name: Figures() for name in (*FORMS, "strangers")}
    for repeat in range(repeats):
        dice = random.Random(repeat)  # noqa: S311 - folds and slips, not secrets
        for held in _folds(course, folds, dice):
            model = train(course.without(held))
            for at in held:
                example = course.examples[at]
                if example.topic == NONE:
                    figures["strangers"].count(NONE, example.text, model)
                    continue
                for name, disguise in FORMS.items():
                    figures[name].count(example.topic, disguise(example.text, dice), model)
    return figures


def judged(course: Course, said: Path) -> dict[str, Figures]:
    """Figures of the phrases in a file ("ours"), and of its lines of "-" ("strangers")."""
    model = train(course)
    figures = {"ours": Figures(), "strangers": Figures()}
    for topic, phrase in said_in(said):
        figures["strangers" if topic == NONE else "ours"].count(topic, phrase, model)
    return figures


def said_in(file: Path) -> list[tuple[str, str]]:
    """(topic, phrase) of a file of «topic: phrase | phrase» lines; NONE for "-", what is nothing of ours.

    Raises ValueError on a line that is neither that nor empty nor a remark («# …»).
    """
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        topic, colon, phrases = line.partition(": ")
        if not colon:
            raise ValueError(f"{file.name}: no «topic: phrase | phrase»: {line[:60]}")
        found += [(NONE if topic == "-" else topic, phrase.strip()) for phrase in phrases.split("|")]
    return found


def costs_of(course: Course) -> dict[str, float]:
    """Processor seconds to train, megabytes of the file and of memory, processor milliseconds a message."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    model = train(course)
    trained = time.process_time() - begun
    data = model.save()
    phrases = [example.text for example in course.examples if example.kind == "phrase"]
    fresh = Model.load(data)
    understand(fresh, "прогрев")
    begun = time.process_time()
    for phrase in phrases:
        understand(fresh, phrase + " ")  # not the very text that training has put into the caches
    spent = time.process_time() - begun
    return {
        "examples": len(course.examples),
        "features": len(model.features),
        "train_cpu_s": round(trained, 2),
        "file_mb": round(len(data) / 1e6, 2),
        "cpu_ms_per_message": round(spent / max(len(phrases), 1) * 1000, 3),
        "peak_rss_mb": round(max(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024, 1),
    }


def _folds(course: Course, folds: int, dice: random.Random) -> list[list[int]]:
    """Numbers of the phrases in each fold, stratified by topic."""
    made: list[list[int]] = [[] for _ in range(folds)]
    by_topic: dict[str, list[int]] = {}
    for at, example in enumerate(course.examples):
        if example.kind == "phrase":
            by_topic.setdefault(example.topic, []).append(at)
    for turn, members in enumerate(by_topic.values()):
        dice.shuffle(members)
        for place, at in enumerate(members):
            made[(place + turn) % folds].append(at)
    return made


def _as_is(text: str, dice: random.Random) -> str:
    return text


def _wrong_layout(text: str, dice: random.Random) -> str:
    return to_english_layout(text.lower().replace("ё", "`"))


def _in_latin(text: str, dice: random.Random) -> str:
    return "".join(_LATIN.get(letter, letter) for letter in text.lower())


def _in_a_letter(text: str, dice: random.Random) -> str:
    return dice.choice(_LETTERS).format(text)


def _with_a_slip(text: str, dice: random.Random) -> str:
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) >= 5]
    if not long:
        return text
    at = dice.choice(long)
    word = words[at]
    place = dice.randrange(1, len(word) - 1)
    left, right = word[:place], word[place:]
    slips = (left + right[1:], left + right[1] + right[0] + right[2:], left + right[0] + right, left + "о" + right[1:])
    words[at] = dice.choice(slips)
    return " ".join(words)


_LETTERS = (
    "Добрый день! Меня зовут Иван Петров, договор 123456, ул. Ленина, д. 5. {}. Прошу принять меры. С уважением, Иван.",
    "Здравствуйте, пишу вам уже второй раз. {}. Жду вашего ответа до конца недели, мой телефон 8 912 345-67-89.",
    "Ребята, ну сколько можно. {}. Уже третий день так, ну сделайте что-нибудь наконец, пожалуйста",
)
FORMS: dict[str, Callable[[str, random.Random], str]] = {
    "cyrillic": _as_is,
    "layout": _wrong_layout,
    "translit": _in_latin,
    "typo": _with_a_slip,
    "letter": _in_a_letter,
}
