"""Pictures in a message: «👍», «😡😡», «📷❌», «двор 💀», as the words they stand for."""

from __future__ import annotations

_SAYS = {
    **dict.fromkeys("👍👌✅✔➕", "да"), **dict.fromkeys("👎❌✖🚫➖", "нет"), **dict.fromkeys("🙏❤🤝", "спасибо"),
    **dict.fromkeys("😡🤬😠💩😤", "сколько можно"), "👋": "привет", "🤷": "не знаю",
}  # fmt: skip
_CAMERAS = frozenset("📷📸📹🎥")
_FAILS = frozenset("❌✖🚫💀☠⛔👎")


def in_words(text: str, *, beside_words: bool = False) -> str:
    """What the pictures of a message say; "" where they say nothing we know. Beside words only that something fails."""
    signs = [sign for sign in text[:100] if sign in _SAYS or sign in _CAMERAS or sign in _FAILS]
    if beside_words:
        return "не работает" if _FAILS & set(signs) else ""
    if _CAMERAS & set(signs):
        return "камера не работает" if _FAILS & set(signs) else "камера"
    return next((_SAYS[sign] for sign in signs if sign in _SAYS), "")
