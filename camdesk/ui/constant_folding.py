"""What a template says in the same words to everybody is worked out when it is compiled, once a language.

`{{ _("Мои обращения") }}`, `{{ icon("inbox") }}` and `{{ url("desk:queue") }}` become text in the compiled template: a
page asks for some three hundred of them, and the answer never changes. Only calls whose arguments are all written in
the template are folded; a word that is filled in, or chosen by a value, is found at the time of the request as before.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.template.backends.base import BaseEngine
from django.template.backends.jinja2 import Jinja2
from django.utils import translation
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

Foldable = Mapping[str, Callable[..., Any]]


class _Folder(NodeTransformer):
    def __init__(self, foldable: Foldable) -> None:
        self._foldable = foldable

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        seen = self.generic_visit(node)
        assert isinstance(seen, nodes.Call), "what is within is folded; the call stays one"
        node = seen
        called = self._foldable.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if called is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        given = [*node.args, *(one.value for one in node.kwargs)]
        if not given or not all(isinstance(one, nodes.Const) for one in given):
            return node
        value = called(
            *(one.value for one in node.args if isinstance(one, nodes.Const)),
            **{one.key: one.value.value for one in node.kwargs if isinstance(one.value, nodes.Const)},
        )
        return node if value is None else nodes.Const(value, lineno=node.lineno)


class FoldingEnvironment(Environment):
    """`language`: the one its templates are compiled in. `foldable`: pure functions among its globals, by name; one
    that answers None leaves its call as it stands."""

    language: str
    foldable: Foldable = {}

    def compile(  # type: ignore[override]  # Jinja2 has it twice, by what `raw` gives
        self, source: str | nodes.Template, name: str | None = None, filename: str | None = None, **how: bool
    ) -> Any:
        tree = self.parse(source, name, filename) if isinstance(source, str) else source
        with translation.override(self.language):
            tree = _Folder(self.foldable).visit(tree)
        return super().compile(tree, name, filename, **how)  # type: ignore[call-overload]  # as above


class Pages(BaseEngine):
    """Django's engine for Jinja2, once for each language: the language of the moment chooses among them."""

    app_dirname = "jinja2"

    def __init__(self, params: dict[str, Any]) -> None:
        self._speaking = {
            code: Jinja2({**params, "OPTIONS": {**params["OPTIONS"], "language": code}})
            for code, _name in settings.LANGUAGES
        }
        super().__init__({key: value for key, value in params.items() if key != "OPTIONS"})

    @property
    def env(self) -> Environment:
        return self._engine().env

    def get_template(self, template_name: str) -> Any:
        return self._engine().get_template(template_name)

    def from_string(self, template_code: str) -> Any:
        return self._engine().from_string(template_code)

    def _engine(self) -> Jinja2:
        return self._speaking.get(translation.get_language() or "") or self._speaking[settings.LANGUAGE_CODE]
