"""What is typed as an address is one a letter could go to, or a sentence."""

import pytest

from camdesk.lib.email_addresses import BadEmail, checked, is_one

DOMAIN = ".".join(["b" * 60] * 3)  # 182 characters


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("anna@example.org", "anna@example.org"),
        ("  Anna@Example.org \n", "Anna@Example.org"),
        ("anna@почта.рф", "anna@почта.рф"),
        (f"{'a' * 68}@{DOMAIN}.ru", f"{'a' * 68}@{DOMAIN}.ru"),  # 254 characters
        ("", ""),
        (" \t", ""),
    ],
)
def test_kept_as_given(said, kept):
    assert checked(said) == kept
    assert is_one(said) is bool(kept)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        *((said, "Проверьте") for said in ("anna", "anna@", "@b.ru", "a@b", "a b@c.ru", "a@b.ru, c@d.ru", "a\0@b.ru")),
        (f"{'a' * 69}@{DOMAIN}.ru", "Слишком длинный"),
        ("a" * 5000 + "@b.ru", "Слишком длинный"),
    ],
)
def test_a_sentence(said, words):
    with pytest.raises(BadEmail, match=words):
        checked(said)
    assert not is_one(said)
