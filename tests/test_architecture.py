"""Imports point down: inside a package to a smaller number, never nn <-> viz, never out of core."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd_core", "nn", "viz")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# A module of the engine may import those on lower lines, and the ones before it on its own.
CORE_LEVELS = [
    ["op", "graph", "special", "memory", "error_functions", "symbolic", "files"],
    ["ops", "kinds", "text", "copying"],
    ["modes"],
    ["recording"],
    ["operators", "adjoints", "ufuncs", "protocols"],
    ["value", "trees"],
    ["functional", "anomaly"],
    ["custom", "derive", "jacobians", "differences", "operations"],
    ["report", "rounding"],
    ["blame"],
    ["check"],
    ["taylor", "testing"],
    ["pytest_plugin"],
]
NUMPY_IN_CORE = {"kinds", "memory", "error_functions", "ufuncs", "compiler"}


def imported(path: Path) -> list[str]:
    """Return the dotted names a file imports at run time (not those under TYPE_CHECKING)."""
    tree = ast.parse(path.read_text())
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    names = []
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_packages_do_not_reach_across(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    allowed = {"autograd_core", package}
    if path.name == "__main__.py":  # the command lines put the packages together
        allowed = set(PACKAGES)
    across = {name for name in imported(path) if name.split(".")[0] in set(PACKAGES) - allowed}
    assert not across


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_nobody_imports_a_command_line(path: Path) -> None:
    assert not [name for name in imported(path) if "__main__" in name]


@pytest.mark.parametrize("path", sorted((ROOT / "autograd_core").glob("*.py")), ids=relative)
def test_inside_the_engine_imports_point_down(path: Path) -> None:
    if path.stem in ("__init__", "__main__"):
        return
    order = [name for level in CORE_LEVELS for name in level]
    place = {name: i for i, name in enumerate(order)}
    assert path.stem in place, f"give {path.stem} its place in CORE_LEVELS"
    for name in imported(path):
        package, _, module = name.partition(".")
        if package == "autograd_core":
            below = module.split(".")[0]
            assert below in place, f"{path.stem} imports {name} through the front door"
            assert place[below] < place[path.stem], f"{path.stem} imports {below}, above it"


@pytest.mark.parametrize("path", sorted((ROOT / "autograd_core").rglob("*.py")), ids=relative)
def test_the_engine_stands_on_the_standard_library(path: Path) -> None:
    outside = {name.split(".")[0] for name in imported(path)} & {"numpy", "scipy", "matplotlib"}
    part = path.relative_to(ROOT).parts[1].removesuffix(".py")
    assert not outside or part in NUMPY_IN_CORE


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_the_first_line_says_the_job(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert first.startswith('"""'), f"{relative(path)} starts with {first!r}"


def test_every_derivative_is_in_the_table() -> None:
    # who builds an Op builds a derivative: only the table and its row format may
    makers = {
        relative(path) for path in FILES for name in imported(path) if name.endswith(".op.row")
    }
    assert makers <= {"autograd_core/ops.py", "autograd_core/custom.py"}
