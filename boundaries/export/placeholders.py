"""Placeholders of a template as a small language: fields, loops over lists and conditions.

Whatever else Jinja2 understands (calls, filters, arithmetic, other files) is refused before
anything is filled in, and so are names that there are not. What is left runs in its sandbox.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from layers.contract.errors import LayerFileError, quoted

__all__ = ["Fields", "PlaceholderEnvironment", "TemplateError"]

# What a template may name: of a list the fields of its entries, of anything else None.
Fields = Mapping[str, "Fields | None"]
_LOOP: Fields = {"index": None, "first": None, "last": None}
_DEEPEST = 2  # loops in each other: places, and the grids of each
_TOLD = 5


_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For,
    nodes.If, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Const,
)  # fmt: skip


class PlaceholderEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2 without functions and filters, which looks at a template before it is compiled."""

    def __init__(self, fields: Fields) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self._fields = fields
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def from_string(self, source: Any, *args: Any, **more: Any) -> Any:
        """Refuse what is not of the small language, and names that there are not."""
        tree = self.parse(source)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED):
                raise _too_much(type(node).__name__.lower())
        unknown = list(dict.fromkeys(_unknown(tree, self._fields, 0)))
        if unknown:
            raise _not_there(unknown, self._fields)
        return super().from_string(source, *args, **more)


def _unknown(node: nodes.Node, scope: Fields, depth: int) -> Iterator[str]:
    """Find the names that a template uses and there are not."""
    if isinstance(node, nodes.For):
        entries = _found(node.iter, scope)
        if not entries:
            yield _written(node.iter)
            return
        if depth >= _DEEPEST or not isinstance(node.target, nodes.Name) or node.recursive:
            raise _too_much("for")
        inside = {**scope, node.target.name: entries, "loop": _LOOP}
        for child in (*node.body, *node.else_):
            yield from _unknown(child, inside, depth + 1)
        if node.test is not None:
            yield from _unknown(node.test, inside, depth + 1)
    elif isinstance(node, nodes.Name | nodes.Getattr):
        if _found(node, scope) is _NOTHING:
            yield _written(node)
    else:
        for child in node.iter_child_nodes():
            yield from _unknown(child, scope, depth)


_NOTHING: Fields = {}


def _found(node: nodes.Node, scope: Fields) -> Fields | None:
    """Give the fields of what a name or `a.b` stands for; `_NOTHING` where there is no such."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name, _NOTHING)
    if isinstance(node, nodes.Getattr):
        return (_found(node.node, scope) or _NOTHING).get(node.attr, _NOTHING)
    return _NOTHING


def _written(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


def _not_there(unknown: list[str], fields: Fields) -> LayerFileError:
    told, more = unknown[:_TOLD], " …" if len(unknown) > _TOLD else ""
    there = (
        sorted(name for name in fields if not name.isascii()),
        sorted(filter(str.isascii, fields)),
    )
    return LayerFileError(
        f"The template names what there is not: {', '.join(told)}{more}. There are: "
        f"{', '.join(there[1])}.",
        f"模板中有未知的占位符：{quoted(*told)}{'等' if more else ''}。"
        f"可用的有：{'、'.join(there[0])}。",
    )


def _too_much(what: str) -> LayerFileError:
    return LayerFileError(
        f"The template asks for more than fields, loops over lists and conditions ({what}). Write "
        "placeholders as the guide lists them.",
        f"模板的占位符只能是字段、列表循环和条件（不能用 {what}）。请按说明中的写法书写。",
    )
