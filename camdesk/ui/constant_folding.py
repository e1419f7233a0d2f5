"""What a template says in the same words to everybody is worked out when it is compiled, once a language.

`{{ _("Мои обращения") }}`, `{{ icon("inbox") }}`, `{{ url("desk:queue") }}` and `{{ ui.button(_("Решить"), key="e") }}`
become text in the compiled template: a page asks for some three hundred of them, and the answer never changes. Only
calls whose arguments are all written in the template are folded; a word that is filled in, or chosen by a value, is
found at the time of the request as before. Around what `{% call ui.dialog("help", _("Клавиши")) %}…{% endcall %}` holds
the component's text is split; a loop over what the template lists itself is written out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from typing import Any

from django.conf import settings
from django.template.backends.base import BaseEngine
from django.template.backends.jinja2 import Jinja2
from django.utils import translation
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from camdesk.lib.internals.compiled_templates import DirectCalls, written

Foldable = Mapping[str, Any]

_HELD = Markup("\ue000held\ue000")  # stands for what a call block holds while its component is asked
_MOST_WRITTEN_OUT = 30  # turns of a loop
_CANNOT = object()


class _Folder(NodeTransformer):
    def __init__(self, foldable: Foldable, context: nodes.EvalContext) -> None:
        self._foldable = foldable
        self._context = context

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        seen = self.generic_visit(node)
        assert isinstance(seen, nodes.Call), "what is within is folded; the call stays one"
        if not seen.args and not seen.kwargs:
            return seen
        value = self._answer(seen)
        return seen if value is _CANNOT else nodes.Const(value, lineno=seen.lineno)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node | list[nodes.Node]:
        self._fold_within(node.call)
        node.body = self._each(node.body)
        # Only components: a room's own macro may branch on what it is given.
        value = _CANNOT if node.args else self._answer(node.call, caller=lambda: _HELD)
        parts = str(value).split(_HELD)
        if value is _CANNOT or len(parts) != 2:
            return node
        before, after = (nodes.Output([nodes.TemplateData(part)], lineno=node.lineno) for part in parts)
        return [before, *_apart(node.body, node.lineno), after]

    def visit_For(self, node: nodes.For) -> nodes.Node | list[nodes.Node]:
        node.iter = self.visit(node.iter)
        turns = None if node.else_ or node.test or node.recursive else self._turns(node)
        if turns is None:
            return self.generic_visit(node)
        written: list[nodes.Node] = []
        for values in turns:
            body = [_filled(one, values) for one in node.body]
            written += _apart(self._each(body), node.lineno)
        return written

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        seen: nodes.Node = super().generic_visit(node, *args, **kwargs)
        for name, value in seen.iter_fields(only=("body", "else_")):
            if isinstance(value, list):
                setattr(seen, name, list(_joined(value)))
        return seen

    def _each(self, body: Iterable[nodes.Node]) -> list[nodes.Node]:
        return list(_joined(part for one in body for part in self.visit_list(one)))

    def _fold_within(self, call: nodes.Call) -> None:
        """Its arguments alone: it stays a call."""
        call.args = [self.visit(one) for one in call.args]
        for one in call.kwargs:
            one.value = self.visit(one.value)

    def _answer(self, node: nodes.Call, **more: Any) -> Any:
        """What this call gives whenever it is asked; _CANNOT where that may differ."""
        called = self._called(node.node)
        if called is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            return _CANNOT
        try:
            args = [one.as_const(self._context) for one in node.args]
            named = {one.key: one.value.as_const(self._context) for one in node.kwargs}
        except nodes.Impossible:
            return _CANNOT
        value = called(*args, **named, **more)
        return _CANNOT if value is None else value

    def _called(self, node: nodes.Node) -> Callable[..., Any] | None:
        if isinstance(node, nodes.Name):
            found = self._foldable.get(node.name)
            return found if callable(found) else None
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "ui":
            components = self._foldable.get("ui")
            return getattr(components, node.attr) if components is not None else None
        return None

    def _turns(self, node: nodes.For) -> list[dict[str, Any]] | None:
        """The values of the loop's names at each turn; None where that is known at the request only, or is much."""
        names = [one.name for one in node.target.find_all(nodes.Name)] or [getattr(node.target, "name", "")]
        within = [
            name for one in node.body for name in [one, *one.find_all(nodes.Name)] if isinstance(name, nodes.Name)
        ]
        if any(name.name == "loop" or (name.name in names and name.ctx != "load") for name in within):
            return None
        try:
            items = _listed(node.iter, self._context)
        except nodes.Impossible:
            return None
        if len(items) > _MOST_WRITTEN_OUT:
            return None
        return [dict(zip(names, item if len(names) > 1 else [item], strict=True)) for item in items]


def _filled(node: nodes.Node, values: Mapping[str, Any]) -> nodes.Node:
    """A copy with values in the place of names."""
    if isinstance(node, nodes.Name) and node.name in values:
        return nodes.Const(values[node.name], lineno=node.lineno)
    made = copy(node)
    for name, value in node.iter_fields():
        if isinstance(value, list):
            setattr(made, name, [_filled(one, values) if isinstance(one, nodes.Node) else one for one in value])
        elif isinstance(value, nodes.Node):
            setattr(made, name, _filled(value, values))
    return made


def _listed(node: nodes.Node, context: nodes.EvalContext) -> tuple[Any, ...]:
    """The items of `[…]`, `(…)` or `{…}.items()` as it is written. Raises nodes.Impossible for anything else."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "items":
        known = node.node.node
        if isinstance(known, nodes.Dict):
            return tuple(known.as_const(context).items())
    if isinstance(node, nodes.List | nodes.Tuple):
        return tuple(node.as_const(context))
    raise nodes.Impossible


def _apart(body: list[nodes.Node], lineno: int) -> list[nodes.Node]:
    """What is set in there stays in there."""
    if all(isinstance(one, nodes.Output) for one in body):
        return body
    return [nodes.Scope(body, lineno=lineno)]


def _joined(body: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
    """What is put out one after the other is put out at once."""
    held: nodes.Output | None = None
    for one in body:
        if isinstance(one, nodes.Output) and held is not None:
            held.nodes = [*held.nodes, *one.nodes]
            continue
        held = one if isinstance(one, nodes.Output) else None
        yield one


class FoldingEnvironment(Environment):
    """`language`: the one its templates are compiled in. `foldable`: pure functions among its globals, by name, and the
    components as `ui`; what answers None leaves its call as it stands. `unfolded`: where components live; they are
    known only when they are compiled themselves."""

    code_generator_class = DirectCalls
    written = staticmethod(written)
    language: str
    foldable: Foldable = {}
    unfolded: str = ""

    def compile(  # type: ignore[override]  # Jinja2 has it twice, by what `raw` gives
        self, source: str | nodes.Template, name: str | None = None, filename: str | None = None, **how: bool
    ) -> Any:
        tree = self.parse(source, name, filename) if isinstance(source, str) else source
        inside = bool(self.unfolded) and (name or "").startswith(self.unfolded)
        foldable = {key: value for key, value in self.foldable.items() if not (inside and key == "ui")}
        with translation.override(self.language):
            tree = _Folder(foldable, nodes.EvalContext(self, name)).visit(tree)
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
