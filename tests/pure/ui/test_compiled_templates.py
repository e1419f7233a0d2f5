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


class _Thing:
    title = "<t>"
    html = _Html()

    @property
    def broken(self):
        return self.not_there

    def __getitem__(self, name):
        return f"<item {name}>"


VALUES = {
    "text": "<a href='x'>&\"</a>",
    "safe": Markup("<i>&amp;</i>"),
    "number": 17,
    "part": 1.5,
    "yes": True,
    "nothing": None,
    "html": _Html(),
    "thing": _Thing(),
    "known": {"title": "<t>", "items": "of the dict"},
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
        "{{ thing.title }}{{ thing.html }}{{ thing.broken }}{{ thing.other }}{{ known.title }}{{ known.items }}"
        "{{ known.never|default('none') }}{{ known.never is defined }}{{ rows.never }}{{ thing.title.upper() }}",
        "{% macro m(x) %}{{ x.title }}{% for y in [x] if y.title %}{{ y.title.lower() }} {{ loop.index }}{% endfor %}"
        "{% endmacro %}{% for x in [thing, known] %}{{ m(x) }}{{ x.title }}{{ x.never }}{{ loop.last }}{% endfor %}",
        "a{{ text }}b{% if thing.title %}c{{ thing.title }}d{{ number }}{% endif %}"
        "{% set n %}{{ text }}{{ text }}{% endset %}{{ n }}{{ n }}",
        "{% block one %}{{ text }}{% endblock %}{{ self.one() }}",
    ],
)
def test_calls_give_what_jinja_gives(source):
    assert _both(source)


def test_what_is_not_there_cannot_be_called():
    with pytest.raises(UndefinedError):
        _ours().from_string("{{ never_given(1) }}").render()


@pytest.mark.parametrize("source", ["{{ never.title }}", "{{ thing.title.never.more }}", "{{ known.never.more }}"])
def test_nothing_is_asked_of_what_is_not_there(source):
    for environment in (Environment(autoescape=True), _ours()):
        with pytest.raises(UndefinedError):
            environment.from_string(source).render(VALUES)


def test_what_stands_together_leaves_together():
    assert list(_ours().from_string("a{{ text }}b{{ number }}").generate(VALUES)) == [f"a{written(VALUES['text'])}b17"]


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
