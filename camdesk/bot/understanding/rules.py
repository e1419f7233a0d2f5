"""What is plain before any model: asking for a person, greeting, thanking, swearing, saying nothing.

A message is thanks (or a greeting, or abuse) only when nothing else is left of it; asking for a person counts anywhere.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import takewhile

from camdesk.lib.text import analyse, terms

PERSON, GREETING, THANKS, RUDE, NOTHING, TOPIC = "person", "greeting", "thanks", "rude", "nothing", "topic"
_LONGEST_PHRASE = 8
# Words that ask, and whom they ask for. «Нужен специалист» is a visit, «соедините со специалистом» is not. Verbs that
# call somebody may have a word or two in between; «дайте», «нужен», «можно» ask for a person only when they come next:
# «дайте запись, где человек украл», «можно ли считать людей» are about the picture.
_CALLING = "позов зов позва соедин переключ перевед перевест связа свяж пообща общат поговор говор зовит"
_WANTING = "дай дайт нуж нужн нужен хоч хот можн давайт верн прош треб требу"
_WHOM = "человек оператор менеджер операторш"
_BESIDE = "жив реальн настоя ваш люб"
_JOINING = "соедин переключ перевед перевест связа свяж пообща поговор говор"
_CLAUSE = frozenset({"чтобы", "чтоб", "где", "когда", "который", "которая", "если", "как", "хотя", "что", "кто"})
_JOINED = "специалист сотрудник инженер поддержк техподдержк кем-нибуд начальник руководител жив диспетчер консультант"
_FILLERS = "пожалуйст плиз пж пжл плз очен прост срочн можн ребят уважа девушк господ друз коллег pleas ladi"


def _stems(words: str) -> frozenset[str]:
    return frozenset(words.split())


CALLING, WANTING, WHOM, BESIDE = map(_stems, (_CALLING, _WANTING, _WHOM, _BESIDE))
JOINING, JOINED, FILLERS = map(_stems, (_JOINING, _JOINED, _FILLERS))


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
        if self._asks_for_a_person(stems) or _calls_somebody(text):
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


def _calls_somebody(text: str) -> bool:
    """Whether some words of the text ask for a person: «соедините меня с оператором», «нужен живой человек»."""
    words = analyse(text[:1000])
    for at, asking in enumerate(words):
        if asking.word in _CLAUSE or (at and words[at - 1].word == "не"):
            continue  # «хотя» is no «хочу»; «не зовите оператора»
        near = list(takewhile(lambda word: word.word not in _CLAUSE, words[at + 1 : at + 7]))
        stems = [word.stem for word in near]
        if asking.stem in CALLING and any(
            stem in WHOM or word.word == "людей" for stem, word in zip(stems, near, strict=True)
        ):
            return True
        if asking.stem in JOINING and any(stem in JOINED for stem in stems):
            return True
        wanted = [stem for stem in stems if stem not in BESIDE and stem not in FILLERS]
        if asking.stem in WANTING and wanted[:1] and wanted[0] in WHOM:
            return True
    return False


def _keys(phrases: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(key for phrase in phrases if (key := tuple(terms(phrase))) and len(key) <= _LONGEST_PHRASE)
