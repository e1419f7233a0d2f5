"""What is plain before any model: asking for a person, greeting, thanking, swearing, saying nothing.

A message is thanks (or a greeting, or abuse) only when nothing else is left of it; asking for a person counts anywhere.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from camdesk.lib.text import terms

PERSON, GREETING, THANKS, RUDE, NOTHING, TOPIC = "person", "greeting", "thanks", "rude", "nothing", "topic"
_LONGEST_PHRASE = 8
# Words that ask, and whom they ask for. «Нужен специалист» is a visit, «соедините со специалистом» is not.
_ASKING = (
    "позов зов позва дай дайт нуж нужн нужен хоч хот соедин переключ перевед перевест связа свяж "
    "пообща общат поговор говор можн зовит жив давайт верн прош треб требу"
)
_WHOM = "человек люд оператор менеджер операторш"
_JOINING = "соедин переключ перевед перевест связа свяж пообща поговор говор"
_JOINED = "специалист сотрудник инженер поддержк техподдержк кем-нибуд начальник руководител жив диспетчер консультант"
_FILLERS = "пожалуйст плиз пж пжл плз очен прост срочн можн ребят уважа девушк господ друз коллег pleas ladi"


def _stems(words: str) -> frozenset[str]:
    return frozenset(words.split())


ASKING, WHOM, JOINING, JOINED, FILLERS = map(_stems, (_ASKING, _WHOM, _JOINING, _JOINED, _FILLERS))


class Rules:
    """The whole phrases of one playbook's lexicon: `person`, `greetings`, `thanks`, `rude` → lists of phrases."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._phrases = {name: _keys(phrases.get(name, ())) for name in ("person", "greetings", "thanks", "rude")}

    def judge(self, text: str) -> str:
        """PERSON, GREETING, THANKS, RUDE, NOTHING or TOPIC (the model must say which)."""
        stems = terms(text[:1000])
        if not any(stem.isalpha() for stem in stems):
            # Stop words alone («и вот так») say as little as punctuation.
            return NOTHING
        if self._asks_for_a_person(stems):
            return PERSON
        left = self._strip(stems, self._everything_polite)
        if not left:
            if not self._strip(stems, self._phrases["greetings"]):
                return GREETING if any(stem not in FILLERS for stem in stems) else NOTHING
            return THANKS
        if not self._strip(left, self._phrases["rude"]):
            return RUDE
        return TOPIC

    @cached_property
    def _everything_polite(self) -> frozenset[tuple[str, ...]]:
        return self._phrases["greetings"] | self._phrases["thanks"]

    def _asks_for_a_person(self, stems: list[str]) -> bool:
        person = self._phrases["person"]
        core = [stem for stem in self._strip(stems, self._everything_polite) if stem not in FILLERS]
        if tuple(core) in person:
            return True
        for at, stem in enumerate(stems):
            near = stems[at + 1 : at + 4]
            if "не" in stems[max(0, at - 1) : at]:
                continue  # «не зовите оператора»
            if stem in ASKING and any(word in WHOM for word in near):
                return True
            if stem in JOINING and any(word in JOINED for word in near):
                return True
        # A phrase of several words counts inside a longer message too.
        return any(
            tuple(stems[at : at + size]) in person
            for size in range(2, _LONGEST_PHRASE + 1)
            for at in range(len(stems) - size + 1)
        )

    @staticmethod
    def _strip(stems: list[str], phrases: frozenset[tuple[str, ...]]) -> list[str]:
        """The stems without the given phrases and without fillers; the longest phrase first."""
        left: list[str] = []
        at = 0
        while at < len(stems):
            for size in range(min(_LONGEST_PHRASE, len(stems) - at), 0, -1):
                if tuple(stems[at : at + size]) in phrases:
                    at += size
                    break
            else:
                if stems[at] not in FILLERS and not stems[at].isdigit():
                    left.append(stems[at])
                at += 1
        return left


def _keys(phrases: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(key for phrase in phrases if (key := tuple(terms(phrase))) and len(key) <= _LONGEST_PHRASE)
