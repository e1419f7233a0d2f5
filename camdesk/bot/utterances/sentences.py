"""A message in its sentences and clauses: where one matter ends and another may begin."""

import re

MOST = 6  # sentences, and clauses
_LONGEST = 1000  # characters
# Each sign is looked at once.
_SENTENCES = re.compile(
    r"[.!?;\n]+|\s(?:и|а) (?:ещё|еще|также|заодно|потом)\s|\s(?:also|and also|by the way)\s"
    r"|\bво-(?:первых|вторых|третьих),?\s|(?:(?<=\s)|^)\d\)\s|\s(?:ещё|еще|также|заодно)\s"
    r"|\s(?:и|а|and)\s(?=(?:как|где|почему|сколько|за что|how|why|where)\s)"
    r"|\s(?:и|а|and)\s(?=(?:пришлите|вышлите|верните|подскажите|скажите|сделайте|дайте|добавьте|отключите|можно ли"
    r"|нужен|нужна|нужны|не могу|не получается|не приходит|please|can you|could you|i can't)\s)",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r",(?= )|\s[–—-]\s")


def sentences_of(text: str) -> list[str]:
    """Where one matter ends and another may begin."""
    return _parts(_SENTENCES, text)


def clauses_of(sentence: str) -> list[str]:
    return _parts(_CLAUSES, sentence)


def _parts(apart: re.Pattern[str], text: str) -> list[str]:
    """What the signs part, without single words: «добрый день», «да»."""
    found = [part.strip(" ,") for part in apart.split(text[:_LONGEST])]
    return [part for part in found if len(part.split()) > 1][:MOST]
