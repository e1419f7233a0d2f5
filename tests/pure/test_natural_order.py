"""Names as people read a list of them."""

import random

import pytest

from camdesk.lib.natural_order import natural_key

LISTS = {
    "numbers": ["Касса 1", "Касса 2", "Касса 10", "Касса 11", "Касса 100"],
    "several numbers": ["1.2", "1.10", "1.10.3", "1.10.20", "2.1", "10.1"],
    "numbers before letters": ["Двор", "Двор 2", "Двор 10", "Двор Б"],
    "case": ["абрикос", "Август", "АЗОТ"],
    "ё stands with е": ["Ежи, 1", "Ёжиков, 2", "Ежова, 3", "Ёлочная, 4"],
    "Latin before Cyrillic": ["Camera 2", "camera 10", "Камера 1"],
    "buildings": ["Ленина, 5", "Ленина, 5А", "Ленина, 5Б", "Ленина, 12", "Ленина, 12 к 2", "Ленина, 12 к 10"],
    "longer than any number": ["№ 9", f"№ {10**40}", f"№ {10**40 + 1}", f"№ {10**400}"],
    "nothing is first": ["", "1", "а"],
}


@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS)
def test_the_order(names) -> None:
    mixed = names.copy()
    random.Random(7).shuffle(mixed)
    assert sorted(mixed, key=natural_key) == names


@pytest.mark.parametrize(
    "one, other",
    [
        ("Касса 7", "касса 07"),
        ("Ёлка", "елка"),
        ("Двор  2", " двор\u00a02 "),
        ("Касса １", "Касса 1"),
        ("И\u0306од", "йод"),
    ],
    ids=["zeros before", "ё", "blanks", "width", "composition"],
)
def test_what_does_not_matter(one, other) -> None:
    assert natural_key(one) == natural_key(other)


def test_a_key_fits_into_an_index_of_postgresql() -> None:
    assert max(len(natural_key(sign * 300)) for sign in ("\ufdfa", "9", "9a", "\U0001f600", "ΐ")) <= 800
