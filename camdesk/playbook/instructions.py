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


_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^)]{0,500}\)")
_MARKS = re.compile(r"[*_`|]+")
