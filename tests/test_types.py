"""Types: signatures say what they take and give; where no type fits, an alias says why."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd_core", "nn", "viz")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
GENERIC = {"NDArray", "dtype", "integer", "ndarray"}  # NumPy's: [Any] is any dtype or any shape

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def annotations(tree: ast.Module | ast.ClassDef) -> Iterator[tuple[ast.FunctionDef, ast.expr]]:
    """Yield the annotations of functions and methods whose name has no leading underscore.

    Of an overloaded function they are those of its overloads: type checkers see nothing else.
    """
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    overloads = [f for f in functions if "overload" in map(ast.unparse, f.decorator_list)]
    overloaded = {function.name for function in overloads}
    for function in functions:
        hidden = function.name in overloaded and function not in overloads
        if hidden or function.name.startswith("_"):
            continue
        a = function.args
        arguments = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
        found = [argument.annotation for argument in arguments if argument] + [function.returns]
        yield from ((function, annotation) for annotation in found if annotation)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from annotations(node)


def holds_any(annotation: ast.AST) -> bool:
    """Return whether `Any` stands in an annotation, other than in a generic type of NumPy's."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return holds_any(ast.parse(annotation.value, mode="eval").body)
    if isinstance(annotation, ast.Name):
        return annotation.id == "Any"
    generic = ast.unparse(annotation.value) if isinstance(annotation, ast.Subscript) else ""
    return generic.rpartition(".")[2] not in GENERIC and any(
        map(holds_any, ast.iter_child_nodes(annotation))
    )


@every_file
def test_no_signature_says_any(path: Path) -> None:
    found = annotations(ast.parse(path.read_text()))
    assert [f"{f.name}, line {f.lineno}" for f, note in found if holds_any(note)] == []


@every_file
def test_an_alias_of_any_says_why(path: Path) -> None:
    text = path.read_text()
    lines = text.splitlines()
    aliases = [
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.AnnAssign)
        and ast.unparse(node.annotation) == "TypeAlias"
        and node.value
        and holds_any(node.value)
    ]
    unexplained = [
        ast.unparse(alias)
        for alias in aliases
        if "#" not in lines[alias.end_lineno - 1] and not lines[alias.lineno - 2].startswith("#")
    ]
    assert unexplained == []


def test_any_is_found_where_it_stands() -> None:
    source = """
@overload
def f(a: int) -> int: ...
def f(a: Any) -> Any: ...
class C:
    def g(self, b: "list[Any]", *c: object) -> npt.NDArray[Any]: ...
    def _h(self) -> Any: ...
"""
    found = annotations(ast.parse(source))
    assert [(f.name, ast.unparse(note)) for f, note in found if holds_any(note)] == [
        ("g", "'list[Any]'")
    ]
