"""What a view forgot to give is no empty list."""

import pytest
from django.template import engines
from jinja2 import UndefinedError


@pytest.mark.parametrize("source", ["{% for one in forgotten %}{% endfor %}", "{{ forgotten|length }}"])
def test_a_name_that_no_view_gave_is_no_empty_list(source):
    with pytest.raises(UndefinedError, match="'forgotten' is undefined"):
        engines["jinja2"].from_string(source).render({})
