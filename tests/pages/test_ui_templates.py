"""What the environment promises to templates."""

import pytest
from django.template import engines
from django.utils import translation

from camdesk.config import translations

pytestmark = pytest.mark.looks


@pytest.fixture(autouse=True, scope="module")
def _catalogues() -> None:
    translations.compile_all()


def rendered(source: str, **context: object) -> str:
    return engines["jinja2"].from_string(source).render(context).strip()


def test_words_follow_the_language_of_the_request() -> None:
    source = '{{ _("Закрыть") }}'
    with translation.override("en"):
        assert rendered(source) == "Close"
    with translation.override("ru"):
        assert rendered(source) == "Закрыть"


@pytest.mark.parametrize(
    "n, words", [(1, "1 камера"), (2, "2 камеры"), (5, "5 камер"), (21, "21 камера"), (5000, "5 000 камер")]
)
def test_plurals(n: int, words: str) -> None:
    with translation.override("ru"):
        said = rendered('{{ ngettext("%(n)s камера", "%(n)s камеры", n) }}', n=n)
    assert said == words.replace("5 000", "5\u00a0000")


def test_values_are_escaped_and_markup_stays_markup() -> None:
    assert rendered('{{ _("Убрать %(name)s", name=name) }}', name="<b>") == "Убрать &lt;b&gt;"
    assert rendered('{{ _("Убрать %(name)s", name=icon("x")) }}').startswith("Убрать <svg")
    both = rendered('{{ _("%(sign)s <%(name)s>", sign=icon("x"), name=name) }}', name="<b>")
    assert both.startswith("<svg")
    assert both.endswith("&lt;&lt;b&gt;&gt;")


def test_attributes() -> None:
    said = rendered('<i{{ attributes(hx_get="/a?b&c", disabled=true, title=none, class_="x", hidden=false) }}>')
    assert said == '<i hx-get="/a?b&amp;c" disabled class="x">'


def test_an_unknown_component_says_so() -> None:
    with pytest.raises(AttributeError, match="no component 'buton'"):
        engines["jinja2"].env.globals["ui"].buton  # noqa: B018


@pytest.mark.parametrize("macro", ["text", "textarea"])
def test_a_control_takes_any_attribute(macro: str) -> None:
    said = rendered("{{ ui." + macro + '("a", "A", maxlength=10, hx_get="/x", autocomplete="tel") }}')
    assert 'maxlength="10"' in said
    assert 'hx-get="/x"' in said
    assert 'autocomplete="tel"' in said


def test_an_error_is_tied_to_its_control() -> None:
    said = rendered('{{ ui.text("phone", "Телефон", hint="С кодом", error="Не хватает цифр") }}')
    assert 'aria-describedby="id_phone_hint id_phone_error"' in said
    assert 'aria-invalid="true"' in said
    assert 'id="id_phone_error"' in said


def test_a_textarea_keeps_a_leading_empty_line() -> None:
    """HTML drops the first line break after <textarea>; without one of our own a customer's text would change."""
    assert ">\n\nпосле пустой</textarea>" in rendered('{{ ui.textarea("a", "A", "\\nпосле пустой") }}')


def test_an_icon_is_decoration_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in rendered('{{ icon("x") }}')
    assert 'role="img" aria-label="Закрыть"' in rendered('{{ icon("x", "Закрыть") }}')


def test_what_never_changes_is_worked_out_when_the_template_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    with translation.override("en"):
        words = engines["jinja2"].env.globals["_"]

        def counting(message: str, /, **values: object) -> str:
            asked.append(message)
            return str(words(message, **values))

        monkeypatch.setitem(engines["jinja2"].env.globals, "_", counting)
        template = engines["jinja2"].from_string(
            '{{ _("Закрыть") }} {{ _(word) }} {{ _("Убрать %(name)s", name=word) }}'
        )
        assert template.render({"word": "Отмена"}) == "Close Cancel Remove Отмена"
    assert asked == ["Отмена", "Убрать %(name)s"]


def test_folded_words_are_escaped_like_any_other() -> None:
    with translation.override("ru"):
        assert rendered('{{ _("<b>") }}{{ icon("x") }}').startswith("&lt;b&gt;<svg")
        assert rendered('<a href="{{ url("form") }}">') == '<a href="/support/write/">'


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_template_compiles_and_names_only_icons_there_are(language: str) -> None:
    with translation.override(language):
        pages = engines["jinja2"].env
        names = pages.list_templates(extensions=["html"])
        assert len(names) > 50
        for name in names:
            pages.get_template(name)


def test_a_component_of_written_arguments_is_text_in_the_template() -> None:
    env = engines["jinja2"].env
    asked: list[str] = []
    held = env.foldable["ui"]

    class Counting:
        def __getattr__(self, name: str) -> object:
            asked.append(name)
            return getattr(held, name)

    env.globals["ui"] = Counting()
    try:
        said = rendered('{{ ui.button(_("Закрыть"), key="e") }}{{ ui.button(word) }}', word="<b>")
    finally:
        env.globals["ui"] = held
    assert asked == ["button"], "the first was asked when the template was compiled"
    assert ">Закрыть</span>" in said
    assert "&lt;b&gt;" in said


def test_what_a_folded_component_holds_is_of_the_request_and_keeps_its_names() -> None:
    said = rendered(
        '{% set word = "outer" %}{% call ui.dialog("d", _("Закрыть")) %}'
        "{% set word = given %}<i>{{ word }}</i>{% endcall %}{{ word }}",
        given="<b>",
    )
    assert '<div class="dialog-body"><i>&lt;b&gt;</i></div>' in said
    assert said.endswith("outer")


def test_a_loop_over_what_the_template_lists_comes_out_as_before() -> None:
    source = (
        '{% set last = "none" %}{% for key, word in {"a": _("Закрыть"), "b": "<b>"}.items() %}'
        "{% set last = word %}{{ ui.key(key) }}{{ last }}{{ given }}{% endfor %}{{ last }}"
    )
    assert rendered(source, given=1) == "<kbd>a</kbd>Закрыть1<kbd>b</kbd>&lt;b&gt;1none"
    numbered = (
        "{% for one in ('a', 'b') %}{{ loop.index }}{{ one }}{% for one in given %}{{ one }}{% endfor %}{% endfor %}"
    )
    assert rendered(numbered, given="xy") == "1axy2bxy"


def test_each_language_has_its_own_words_however_often_they_are_asked_for():
    for _time in range(2):
        for language, word in {"ru": "Решить", "en": "Resolve"}.items():
            with translation.override(language):
                said = engines["jinja2"].from_string('{% set it = "Решить" %}{{ _(it) }} {{ gettext(it) }}').render()
                assert said == f"{word} {word}"
