"""What an article tells one to do, as steps: the items of its first numbered list.

The chat walks a person through them one at a time («Готово», «Не получилось»), the page shows them as a list. What
stands before the list is the introduction, what stands after it is not for somebody who is in the chat already («Когда
писать нам»).
"""

from __future__ import annotations

import re
from itertools import zip_longest

from camdesk.playbook.document import Text

_ITEM = re.compile(r"\d{1,3}\. +")


def steps_of(body: str) -> tuple[str, ...]:
    """The steps of an article in one language, each a Markdown of its own without its number; () without a list.

    >>> steps_of("Молчит.\\n\\n1. **Питание.** Включите.\\n2. Подождите\\n   минуту.\\n\\nНет — пишите.")
    ('**Питание.** Включите.', 'Подождите\\nминуту.')
    """
    steps: list[str] = []
    for line in body.splitlines():
        item = _ITEM.match(line)
        if item:
            steps.append(line[item.end() :].strip())
        elif steps and line.startswith((" ", "\t")):
            steps[-1] = f"{steps[-1]}\n{line.strip()}"
        elif steps and line.strip():
            break
    return tuple(step.strip() for step in steps)


def instruction_of(body: Text) -> tuple[Text, ...]:
    """The steps of an article in both languages; where a language has fewer, the other one's words stand in."""
    pairs = zip_longest(steps_of(body.ru), steps_of(body.en) if body.en else (), fillvalue="")
    return tuple(Text(ru, en) for ru, en in pairs)


def in_words(markdown: str) -> str:
    """Words without the Markdown within them, for what is nothing but text: those of links and pictures stay."""
    return _MARKS.sub("", _LINK.sub(r"\1", markdown)).strip()


def walk_fault(body: str, said: bool | None) -> tuple[str, str] | None:
    """(code, text) where the first numbered list of a Russian article is walked and no steps, or steps and not walked.

    said: what the front matter says of `walk`; None: nothing, it is walked.
    """
    steps = steps_of(body)
    deeds = sum(map(_is_a_deed, steps))
    if said is False and len(steps) > 1 and deeds == len(steps):
        return "steps-not-walked", (
            f"its {deeds} numbered steps all tell one to do something: drop «walk: false», or make it a list of dashes"
        )
    if said is None and steps and deeds * 2 < len(steps):
        return "walk-without-steps", (
            f"of its numbered list of {len(steps)} only {deeds} tell one to do something: nobody can say «Готово» to "
            "the rest. Say «walk: false», or «walk: true» where they are steps all the same"
        )
    return None


def _is_a_deed(step: str) -> bool:
    """Whether one of its clauses begins with an imperative: «Роутер: выключите его». To tell us something is no deed:
    the chat asks for that itself."""
    words = (word for clause in _CLAUSE.split(in_words(step)) for word in _WORD.findall(clause)[:_BEGINNING])
    return any(_IMPERATIVE.fullmatch(word) and not _TELLING.fullmatch(word) for word in map(str.lower, words))


_CLAUSE = re.compile(r"[.!?:;—,]\s")
_WORD = re.compile(r"[а-яёА-ЯЁ-]+")
_IMPERATIVE = re.compile(r"[а-яё]{2,}(?:йте|ите|ьте)(?:сь)?")
_BEGINNING = 3  # words: «или подключите её заново»
_TELLING = re.compile(
    "напишите|укажите|назовите|расскажите|приложите|пришлите|сообщите|подтвердите|опишите|дождитесь|ответьте|дайте|"
    "позвоните|заявите|решите|узнайте|покажите|говорите|держите"
)
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^)]{0,500}\)")
_MARKS = re.compile(r"[*_`|]+")
