"""What templates put out and call is what Jinja2 itself would make of it."""

import pytest
from django.template import engines
from jinja2 import Environment, UndefinedError
from markupsafe import Markup

from camdesk.lib.internals.compiled_templates import DirectCalls, written
from camdesk.ui.constant_folding import FoldingEnvironment


class _Html:
    def __html__(self):
        return "<b>1</b>"


VALUES = {
    "text": "<a href='x'>&\"</a>",
    "safe": Markup("<i>&amp;</i>"),
    "number": 17,
    "part": 1.5,
    "yes": True,
    "nothing": None,
    "html": _Html(),
    "rows": ["<", Markup(">")],
    "join": lambda *parts, sep="-", **named: Markup("+").join([sep, *parts, *named.values()]),
}


@pytest.mark.parametrize("name", [*VALUES, "never_given"])
def test_a_value_stands_as_jinja_puts_it_out(name):
    assert _both("{{ " + name + " }}")


@pytest.mark.parametrize(
    "source",
    [
        "{{ join(text, safe, sep='<') }}{{ join() }}{{ join(*rows, **{'class': text}) }}{{ join(text, **{'x': '1'}) }}",
        "{% macro one(a, b=text) %}[{{ a }}{{ b }}{{ kwargs.get('c') }}{{ caller() if caller }}]{% endmacro %}"
        "{{ one(text) }}{{ one(safe, b=safe, c=text) }}{% call one(1) %}{{ text }}{% endcall %}",
        "{% for row in rows %}{{ loop.cycle('a', 'b') }}{{ join(row) }}{% endfor %}",
        "{% set held %}{{ text }}{% endset %}{{ held }}{{ held ~ text }}{{ text|replace('a', '<') }}{{ text|upper }}",
        "{% filter upper %}{{ text }}{% endfilter %}{% set n = namespace(x=text) %}{{ n.x }}{{ range(3)|join(text) }}",
        "{% block one %}{{ text }}{% endblock %}{{ self.one() }}",
    ],
)
def test_calls_give_what_jinja_gives(source):
    assert _both(source)


def test_what_is_not_there_cannot_be_called():
    with pytest.raises(UndefinedError):
        _ours().from_string("{{ never_given(1) }}").render()


def test_nothing_that_templates_call_wants_the_context():
    """Jinja2 hands it to functions that are marked so; DirectCalls calls them without."""
    for engine in engines["jinja2"]._speaking.values():
        marked = [name for name, one in engine.env.globals.items() if hasattr(one, "jinja_pass_arg")]
        assert marked == []
        assert engine.env.code_generator_class is DirectCalls


def test_text_that_is_put_out_is_no_markup_of_its_own():
    assert type(written("<")) is str


def _both(source):
    plain = Environment(autoescape=True).from_string(source).render(VALUES)
    assert _ours().from_string(source).render(VALUES) == plain
    return plain is not None


def _ours():
    made = FoldingEnvironment(autoescape=True)
    made.language = "ru"
    return made
