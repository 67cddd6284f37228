"""Find the rules of a module that can be removed: refusals, conditions, filters and calls.

A mutant is the code of one function without one rule. It takes the place of the function's code in the running
process, so that everybody who has imported the function gets the mutant.
"""

import ast
import gc
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

# Not `select_for_update`: SQLite has no such locks.
NARROWING_METHODS = {"filter", "exclude", "live", "visible", "pending", "active", "readable"}
OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
FunctionKey = tuple[str, int]
CachedFunction = type(cache(len))
PACKAGES = ("agenda", "council", "meetings")


@dataclass(frozen=True)
class Mutant:
    """A function without one rule. `rule` is what was removed or changed.

    `line` is that of the rule, `statement_line` that of the statement it is in, by which coverage knows it. `codes` are
    the original and the changed code of the function and of those around it, which may create it again.
    """

    file: Path
    line: int
    statement_line: int
    rule: str
    codes: tuple[tuple[CodeType, CodeType], ...]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.rule}"

    def replace_original(self) -> bool:
        """Put the mutant in the place of the function. Return False if the process has no such function."""
        KeptResults().forget()  # or the function before it would still answer, as with prepared queries
        functions = [found for found in gc.get_objects() if type(found) is FunctionType]  # which loads no lazy object
        found = [(each, code) for original, code in self.codes for each in functions if each.__code__ == original]
        for function, code in found:
            function.__code__ = code
        return bool(found)


class KeptResults:
    """What the site keeps from one test to the next: the results of its cached functions and cached properties."""

    def __init__(self) -> None:
        gc.unfreeze()  # tests/conftest.py hides what is loaded from `get_objects`
        objects = gc.get_objects()
        cached = [each for each in objects if type(each) is CachedFunction]
        self.functions = [each for each in cached if each.__module__.startswith(PACKAGES)]
        names = {kind: list_cached_properties(kind) for kind in {type(each) for each in objects}}
        self.properties = [(vars(each), name) for each in objects for name in names[type(each)]]

    def forget(self) -> None:
        for function in self.functions:
            function.cache_clear()
        for values, name in self.properties:
            values.pop(name, None)


def list_cached_properties(kind: type) -> list[str]:
    """Return the names of the cached properties of a class of the site."""
    if not str(kind.__module__).startswith(PACKAGES):
        return []
    return [name for base in kind.__mro__ for name, value in vars(base).items() if isinstance(value, cached_property)]


def list_mutants(file: Path) -> Iterator[Mutant]:
    """Yield the mutants of all functions of a module. A rule outside functions has none."""
    tree = ast.parse(file.read_text())
    originals = collect_codes(compile(tree, str(file), "exec"))
    statements = {node: found for found in ast.walk(tree) if isinstance(found, ast.stmt) for node in ast.walk(found)}
    for parent in list(ast.walk(tree)):
        for name, value in ast.iter_fields(parent):
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                for rule, changed in list_changes(child):
                    put_in_place(parent, name, index, ast.copy_location(deepcopy(changed), child))
                    codes = collect_codes(compile(ast.fix_missing_locations(tree), str(file), "exec"))
                    put_in_place(parent, name, index, child)
                    different = [key for key, code in codes.items() if key in originals and code != originals[key]]
                    pairs = tuple((originals[key], codes[key]) for key in different)
                    if pairs and all(original.co_freevars == code.co_freevars for original, code in pairs):
                        line = getattr(child, "iter", child).lineno
                        yield Mutant(file, line, statements[child].lineno, rule, pairs)


def put_in_place(parent: Any, name: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def list_changes(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield what can stand in place of a node, each with a description of what it does without."""
    match node:
        case ast.Raise():
            yield "does not refuse", ast.Pass()
        case ast.Expr(value=ast.Call(func=called)):
            yield f"does not call {shorten(called)}", ast.Pass()
        case ast.If(test=test, body=body, orelse=orelse):
            yield f"negates: {shorten(test)}", ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.IfExp(test=test, body=value, orelse=other):
            yield f"negates: {shorten(test)}", ast.IfExp(ast.UnaryOp(ast.Not(), test), value, other)
        case ast.Call(func=ast.Attribute(attr=method, value=base)) if method in NARROWING_METHODS:
            yield f"does not narrow by {method}", base
        case ast.BoolOp(values=values, op=op):
            for left_out in values:
                rest = [value for value in values if value is not left_out]
                yield f"leaves out: {shorten(left_out)}", rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.Compare(ops=[operator], left=left, comparators=comparators) if type(operator) in OPPOSITES:
            opposite = OPPOSITES[type(operator)]
            yield f"{opposite.__name__}: {shorten(node)}", ast.Compare(left, [opposite()], comparators)
        case ast.comprehension(ifs=[_condition, *_more]):
            everything = ast.comprehension(node.target, node.iter, [], node.is_async)
            yield f"does not filter: {shorten(node.ifs[0])}", everything


def shorten(node: ast.AST) -> str:
    return ast.unparse(node)[:70]


def collect_codes(code: CodeType) -> dict[FunctionKey, CodeType]:
    """Return the code of all functions in a module, outer ones first."""
    found: dict[FunctionKey, CodeType] = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if not constant.co_name.startswith("<") and not is_class_body(constant):
                found[constant.co_qualname, constant.co_firstlineno] = constant
            found |= collect_codes(constant)
    return found


def is_class_body(code: CodeType) -> bool:
    return "__module__" in code.co_names and "__qualname__" in code.co_names
