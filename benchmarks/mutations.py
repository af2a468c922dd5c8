"""Small faults to put into code: what `benchmarks.mutants` tries the tests with.

Each is one that people make: a bound that is off by one, a sign, a comparison that takes the tie or
leaves it, `and` for `or`, the least for the most, a step or a refusal forgotten.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

__all__ = ["Mutant", "code_of", "counted_code", "mutants_of"]

_OPERATORS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And,
    ast.Continue: ast.Break,
}  # fmt: skip
_NAMES = {"min": "max", "any": "all", "argmin": "argmax", "minimum": "maximum", "first": "last"}
_NAMES |= {other: name for name, other in _NAMES.items()}
_TEXT = (ast.JoinedStr, ast.Constant)


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is, and how it reads."""

    path: str
    function: str  # qualified name
    line: int
    node: int  # number of the changed node in a walk over the file
    fault: str

    def __str__(self) -> str:
        """One line: the place, the function and the fault."""
        return f"{self.path}:{self.line} {self.function}: {self.fault}"


def mutants_of(source: str, path: str) -> Iterator[Mutant]:
    """Give every mutant of the functions of a file."""
    tree = ast.parse(source)
    number = {id(node): at for at, node in enumerate(ast.walk(tree))}
    for name, function in _functions(tree):
        for node in _nodes(function):
            changed = _changed(copy.deepcopy(node))
            if changed is not None:
                fault = f"{_read(node)}  =>  {_read(changed)}"
                yield Mutant(path, name, node.lineno, number[id(node)], fault)


def code_of(source: str, mutant: Mutant) -> CodeType:
    """Compile the function of a mutant with its fault in it."""
    tree = ast.parse(source)
    target = list(ast.walk(tree))[mutant.node]

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return _changed(node) or node if node is target else self.generic_visit(node)

    changed = ast.fix_missing_locations(Put().visit(tree))
    return _codes(compile(changed, mutant.path, "exec"))[mutant.function]


def counted_code(source: str, path: str, hit: str) -> dict[str, CodeType]:
    """Compile all functions of a file so that they note each line they reach in the set `hit`."""
    tree = ast.parse(source)
    for _, function in _functions(tree):
        for node in ast.walk(function):
            for field in ("body", "orelse", "finalbody"):
                steps = getattr(node, field, None)
                if not isinstance(steps, list) or not steps or isinstance(node, ast.ClassDef):
                    continue
                noted: list[ast.stmt] = []
                for step in steps:
                    note = "".join(f"{hit}.add(({path!r}, {n}));" for n in _lines(step))
                    noted += [*ast.parse(note).body, step]
                setattr(node, field, noted)
    return _codes(compile(ast.fix_missing_locations(tree), path, "exec"))


def _lines(step: ast.stmt) -> range:
    """Lines of a statement without those of the statements inside it."""
    inner = [child.lineno for child in getattr(step, "body", []) if isinstance(child, ast.stmt)]
    return range(step.lineno, min(inner, default=(step.end_lineno or step.lineno) + 1))


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.FunctionDef):
                    yield f"{node.name}.{one.name}", one


def _nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Walk over what a function does: no defaults, no types, no words of messages."""
    todo: list[ast.AST] = list(reversed(function.body))
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, ast.Raise | ast.JoinedStr):
            continue
        if isinstance(node, ast.keyword) and node.arg == "strict":
            continue  # of `zip`: says that nothing is wrong, and changes no answer
        if isinstance(node, ast.AnnAssign):
            todo += [node.value] if node.value else []
        elif isinstance(node, ast.FunctionDef):
            todo += reversed(node.body)
        else:
            todo += reversed(list(ast.iter_child_nodes(node)))


def _changed(node: ast.AST) -> ast.AST | None:
    """Put a fault into a node; None where there is none to put."""
    match node:
        case ast.Compare(ops=[op, *_]) if type(op) in _OPERATORS:
            node.ops[0] = _OPERATORS[type(op)]()
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            if isinstance(left, _TEXT) and isinstance(getattr(left, "value", ""), str):
                return None
            if isinstance(right, _TEXT) and isinstance(getattr(right, "value", ""), str):
                return None
            node.op = _OPERATORS[type(op)]()
        case ast.BoolOp(op=op):
            node.op = _OPERATORS[type(op)]()
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
            return operand
        case ast.Constant(value=bool(value)):
            node.value = not value
        case ast.Constant(value=int(value) | float(value)):
            node.value = value + 1
        case ast.Call(func=ast.Name(id=name)) if name in _NAMES:
            node.func.id = _NAMES[name]  # type: ignore[attr-defined]
        case ast.Call(func=ast.Attribute(attr=name)) if name in _NAMES:
            node.func.attr = _NAMES[name]  # type: ignore[attr-defined]
        case ast.Call(func=ast.Name(id="sorted"), keywords=keywords) if all(
            one.arg != "reverse" for one in keywords
        ):
            keywords.append(ast.keyword("reverse", ast.Constant(True)))
        case ast.IfExp(body=body, orelse=orelse):
            node.body, node.orelse = orelse, body
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            return ast.copy_location(ast.Pass(), node)
        case ast.Continue():
            return ast.copy_location(ast.Break(), node)
        case _:
            return None
    return node


def _codes(code: CodeType) -> dict[str, CodeType]:
    """Code of every function and method of a compiled file, by qualified name."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    found = {one.co_qualname: one for one in inner}
    for one in inner:
        found |= {
            method.co_qualname: method for method in one.co_consts if isinstance(method, CodeType)
        }
    return found


def _read(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else f"{text[:67]}…"
