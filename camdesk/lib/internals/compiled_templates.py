"""What Jinja2 makes of a template, with less in the way: a page has some seven hundred values to put out and three
hundred calls.

A value that is put out becomes plain text, where Jinja2 makes a Markup of it first. A function is called as it is,
where Jinja2 asks each time whether it wants the context: none of ours does, a test holds that. An attribute is asked of
its object first and of Jinja2 only where there is none. What stands together leaves together: each piece alone would
pass through all the templates around it.
"""

from io import StringIO
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape
from markupsafe._speedups import _escape_inner


def written(value: Any) -> str:
    """As it stands in the page."""
    kind = type(value)
    if kind is str:
        text: str = _escape_inner(value)
        return text
    return str(value) if kind is int else value if kind is Markup else escape(value)


class DirectCalls(CodeGenerator):
    """For environments that always escape and have an attribute `written`."""

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        self.visit(node.node, frame)
        outer, self.stream = self.stream, StringIO()
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        given, self.stream = self.stream.getvalue(), outer
        self.write(f"({given.removeprefix(', ')})")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        thing, found = self.temporary_identifier(), self.temporary_identifier()
        self.write(f"({found} if ({found} := getattr(({thing} := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing else environment.getattr({thing}, {node.attr!r}))")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        if frame.buffer is not None or frame.require_output_check or len(node.nodes) == 1:
            return super().visit_Output(node, frame)
        frame.buffer = self.temporary_identifier()
        self.writeline(f"{frame.buffer} = []")
        super().visit_Output(node, frame)
        self.writeline(f"yield ''.join({frame.buffer})")
        frame.buffer = None
        return None

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.written(")
