"""Numbers in words: «два», «трёх», «полтора», «пару»."""

_WHOLE = (
    "один одна одну час часа one", "два две двух two", "три трех three", "четыре четырех four",
    "пять пяти five", "шесть шести six", "семь семи seven", "восемь восьми eight", "девять девяти nine",
    "десять десяти ten", "одиннадцать одиннадцати eleven", "двенадцать двенадцати twelve",
)  # fmt: skip
# An hour of the day may be named by one of these; «час» is the first of them.
NUMERALS = {word: number for number, forms in enumerate(_WHOLE, start=1) for word in forms.split()}
_AMOUNTS = {
    word: amount
    for amount, forms in (
        (1.5, "полтора полторы полутора полютора"),  # as it comes out of Latin letters too
        (2, "пару пара пары пар couple"),
        (15, "пятнадцать пятнадцати fifteen"),
        (20, "двадцать двадцати twenty"),
        (30, "тридцать тридцати thirty"),
        (40, "сорок сорока forty"),
    )
    for word in forms.split()
} | {word: number for word, number in NUMERALS.items() if word not in ("час", "часа")}


def amount_of(word: str) -> float | None:
    """How many a word, or up to three digits, counts: «полтора», «пару», «5»; None for what is no number."""
    return int(word) if word.isdecimal() and len(word) <= 3 else _AMOUNTS.get(word)
