"""What an article tells one to do, as steps: the items of its first numbered list.

The chat walks a person through them one at a time («Готово», «Не получилось»), the page shows them as a list. What
stands before the list is the introduction, what stands after it is not for somebody who is in the chat already («Когда
писать нам»).
"""

from __future__ import annotations

import re

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
