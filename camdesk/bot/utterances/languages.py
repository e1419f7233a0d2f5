"""The language of a message, which is the language it is answered in.

Russian in Latin letters or in the wrong layout is Russian. Of other languages only those are named that betray
themselves by their letters or their commonest words; everything else in the same script counts as the nearest we speak.
"""

import re
from collections.abc import Sequence

from camdesk.bot.utterances.patterns import Token, words
from camdesk.lib.keyboard_layouts import TERMS
from camdesk.lib.letter_pairs import english, russian

_LETTERS = {"kk": "әғқңөұүһ", "be": "ў", "uk": "іїєґ"}
_SCRIPTS = (("ka", "ა", "ჰ"), ("hy", "ա", "ֆ"), ("ar", "ء", "ي"), ("zh", "一", "鿿"), ("ja", "ぁ", "ヿ"))
_WORDS = {
    "de": words("ich nicht und die der das ist kamera funktioniert mein meine hilfe bitte keine"),
    "fr": words("je ne pas est la le les mon ma caméra marche bonjour merci aide"),
    "es": words("no la el mi cámara funciona hola ayuda gracias está por favor"),
    "tr": words("kamera çalışmıyor merhaba yardım benim bir değil"),
    "uz": words("kamera ishlamayapti salom yordam mening iltimos"),
}
_FEW = 3  # words: «ok» is no English, «Keenetic Start» the name of a router
_CHUNK = re.compile(r"\S+")


def language_of(text: str, tokens: Sequence[Token]) -> str:
    """ "ru", "en", or the code of another language; "" when there is too little to tell."""
    low = text.lower()
    for code, letters in _LETTERS.items():
        if sum(low.count(letter) for letter in letters) >= 2:
            return code
    for code, first, last in _SCRIPTS:
        if any(first <= letter <= last for letter in low):
            return code
    chunks = (match for match in _CHUNK.finditer(text) if "@" in match[0] or "/" in match[0])
    in_addresses = {at for match in chunks for at in range(*match.span())}
    words = [
        token.word
        for token in tokens
        if token.word.isalpha() and token.word not in TERMS and token.start not in in_addresses
    ]
    cyrillic = sum("а" <= word[0] <= "я" for word in words)
    latin = sum(word.isascii() or word[0].isascii() for word in words)
    if cyrillic and cyrillic * 2 >= latin:
        return "ru" if cyrillic > 1 or russian().knows(words[0]) else ""
    if not latin:
        return ""
    for code, common in _WORDS.items():
        if len(common.intersection(low.split())) >= 2 and not _looks_english(words):
            return code
    return "en" if latin >= _FEW and _looks_english(words) else ""


def _looks_english(words: Sequence[str]) -> bool:
    return sum(english().knows(word) for word in words) * 3 >= 2 * len(words)
