"""Promises written by hand: a text that says in its own number when we answer, call or come.

What is promised has one source each: `{promised|…}` for the time of this very request, `{term.…}` for the promises,
the opening days of reopening and the operator's and the law's terms. A number beside a verb of ours is a second one,
and the two part at the first change of a setting. What one is told to wait for oneself («подождите пять минут») is no
promise of ours.
"""

import re
from collections.abc import Iterator

_HOLE = re.compile(r"\{[^{}]*\}")
# Where one thing ends and another begins: a number in the next clause says nothing about this verb.
_CLAUSE = re.compile(r"[^.!?…;]+")
_AT_ONCE = 30  # characters after a colon: «ответим в срок по закону: не позднее 30 дней»

_OURS = {
    "ru": re.compile(
        r"\b(?:"
        r"(?:ответ|позвон|перезвон|провер|рассмотр|зачисл|удал|сообщ|замен|починим|посмотр|уведом|назнач|подключ|устран)"
        r"(?:им|ит|ят)"
        r"|(?:отвеча|рассматрива|проверя|перезванива|приезжа)(?:ем|ет|ют)"
        r"|(?:приед|сдела|разбер|пришл|привез|напиш|реша)(?:ем|ём|ет|ут|ают)"
        r"|(?:разбер|свяж)(?:[её]мся|утся|ется)|верн(?:[её]м|ут)|закро(?:ем|ют)|откро(?:ем|ют)|реш(?:им|ат)"
        r"|ответ(?:а|ы)?\s+(?:в\s+течение|за|через|до|не\s+поз)|срок\s+(?:ответа|рассмотрения|ремонта|выезда)"
        r")\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:we|they|technicians?|engineers?|crew|support|manager|somebody|people|person)\b(?:['’](?:ll|re))?"
        r"(?:\s+[\w’']+){0,3}?\s+(?:repl|answer|call|writ|come|arriv|send|refund|return|fix|repair|check|look|clos|delet|"
        r"eras|credit|contact|get\s+back|reopen|decid|install)\w*|\ban?\s+(?:answer|reply|call)\s+within\b",
        re.IGNORECASE,
    ),
}
_SPANS = {
    "ru": re.compile(
        r"\bполчаса\b|\bполдня\b|\bполутора\s+(?:час|сут)"
        r"|\b(?:за|через|в\s+течение|не\s+позд?нее|не\s+позже)\s+"
        r"(?:(?:один|одного|одну|одной|рабоч\w+|ближайш\w+|перв\w+|кажд\w+)\s+)*"
        r"(?:час(?:а)?|день|дня|сут(?:ки|ок)|недел[июья]|минут[уы]|месяц(?:а)?)\b"
        r"|\b(?:\d+(?:\s*[–—-]\s*\d+)?|дв[аеу]х?|тр(?:и|[её]х)|четыр(?:е|[её]х)|пят(?:ь|и)|шест(?:ь|и)|сем(?:ь|и)|"
        r"десят(?:ь|и)|пятнадцат(?:ь|и)|двадцат(?:ь|и)|тридцат(?:ь|и)|нескольк(?:о|их)|пар[аыу]|четверть|одного)\s+"
        r"(?:рабоч\w+\s+|календарн\w+\s+)?(?:секунд|минут|час|дн(?:я|ей)|сут|недел|месяц)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:\d+(?:\s*[–—-]\s*\d+)?|an?|one|two|three|four|five|six|seven|ten|fifteen|thirty|half\s+an?|several|few|"
        r"a\s+few|couple\s+of)\s+(?:(?:working|business|calendar)\s+)?(?:seconds?|minutes?|hours?|days?|weeks?|months?)\b",
        re.IGNORECASE,
    ),
}
_OPENING = re.compile(r"\{hours\.next_open")


def found_in(text: str, language: str) -> Iterator[str]:
    """The clauses of a text, as its author wrote it, in which something is promised by hand. Linear."""
    if _OPENING.search(text) and _OURS[language].search(_HOLE.sub(" ", text)):
        yield "{hours.next_open}"
    ours, spans = _OURS[language], _SPANS[language]
    for clause in _CLAUSE.findall(_HOLE.sub(" ", text)):
        parts = clause.split(":")
        for part, following in zip(parts, [*parts[1:], ""], strict=True):
            if ours.search(part) and (spans.search(part) or spans.search(following[:_AT_ONCE])):
                yield clause.strip()
                break
