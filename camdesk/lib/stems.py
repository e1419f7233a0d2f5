"""One word to one stem, Russian or English by its script, and the words that say nothing.

PyStemmer's objects are not safe to share between threads, so each thread has its own pair; the cache in
front of them is shared and bounded.
"""

import threading
from functools import lru_cache

import Stemmer

_LONGEST = 40  # a longer "word" is a key or a paste accident: its head is enough to find it again

# Grammar only. «не», «нет», «без» and the question words stay: «не работает» and «где архив» turn on them.
_STOP_WORDS = """
    и а но да же ли бы б ж то уж ну вот в во на с со к ко у о об обо от из за по до для при под над про через что
    чтобы чтоб это эта этот эти этой этого этом этих эту тот та те того той тем том тех ту так также тоже такой
    такая такие там тут здесь я мы ты вы он она оно они меня мне мной мною нас нам нами тебя тебе тобой вас вам
    вами его ему им ее ей ею их ими нее ней него нему ним них ними мой моя мое мои моего моей моем моему моих моим
    моими мою наш наша наше наши нашего нашей нашем наших нашим нашу ваш ваша ваше ваши вашего вашей вашем ваших
    вашим вашу свой своя свое свои своего своей своих свою себя себе собой быть был была было были есть будет
    будут если или либо ведь лишь еще уже просто только потом тогда который которая которое которые которой
    которого которых как-то the a an of to in on at for and or is are am was were be been it its this that these
    those i my me we our us you your he she they them their do does did will would can could with from by as so
    just there here if then
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


class _PerThread(threading.local):
    def __init__(self) -> None:
        # The cache before us already remembers; a second one would only cost memory.
        self.russian = Stemmer.Stemmer("russian", 0)
        self.english = Stemmer.Stemmer("english", 0)


_stemmers = _PerThread()


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The stem of one lower-case word (ё already е), at most 40 letters. Digits and other scripts stay as they are."""
    word = word[:_LONGEST]
    if word.isascii():
        return word if not word.isalpha() else str(_stemmers.english.stemWord(word))
    if "а" <= word[:1] <= "я":
        return str(_stemmers.russian.stemWord(word))
    return word
