"""Which language a page speaks: one answer for everything that has its own words in two languages."""

import pytest
from django.utils.translation import override

from camdesk.lib.language import current_language


@pytest.mark.parametrize(
    ("chosen", "speaks"),
    [
        pytest.param("ru", "ru", id="Russian"),
        pytest.param("en", "en", id="English"),
        pytest.param("en-gb", "en", id="an English of some country"),
        pytest.param("de", "ru", id="a language we do not have"),
        pytest.param(None, "ru", id="nobody has chosen"),
    ],
)
def test_the_language_of_the_page(chosen, speaks):
    with override(chosen):
        assert current_language() == speaks
