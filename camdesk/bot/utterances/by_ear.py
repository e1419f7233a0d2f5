"""Words as they sound: «паказывает», «лампачка», «пажалуста», «здраствуйте» are the common words they are heard as."""

from functools import lru_cache
from pathlib import Path

from camdesk.lib.stems import stem

_COMMON = Path(__file__).parents[2] / "lib" / "common_words.txt"
_SHORTEST = 4  # letters: «на» and «но» are two words
_SOUNDS = str.maketrans({"о": "а", "е": "и", "ё": "и", "э": "и", "й": "", "ь": "", "ъ": ""})


def sound_of(word: str) -> str:
    """How a word sounds where its vowels are not stressed, doubled letters once."""
    heard = word.replace("вств", "ств").translate(_SOUNDS)
    return "".join(one for at, one in enumerate(heard) if at == 0 or one != heard[at - 1])


@lru_cache(maxsize=1)
def _common() -> tuple[frozenset[str], dict[str, str]]:
    """The common words, and of each sound that only one of them has that word."""
    words = frozenset(word for word in _COMMON.read_text(encoding="utf-8").split() if "а" <= word[0] <= "я")
    by_sound: dict[str, str] = {}
    for word in sorted(words):
        sound = sound_of(word)
        by_sound[sound] = "" if sound in by_sound else word
    return words, by_sound


@lru_cache(maxsize=8192)
def heard_as(word: str) -> str:
    """The common word that this one, which is none, sounds like; else the word itself."""
    words, by_sound = _common()
    if len(word) < _SHORTEST or not "а" <= word[0] <= "я" or word in words:
        return word
    common = by_sound.get(sound_of(word), "")
    return common if common and stem(common) != stem(word) else word  # «видна» is a form of «видно», and no slip
