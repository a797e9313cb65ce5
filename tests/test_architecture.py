"""The house: rooms in order, imports one way and through doors, no circles, nothing too large."""

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# What stands in a folder, in order: a file may import what is before it in the line, no more. A
# room (a folder) is imported by its door, its `__init__.py`, or by the file in brackets that it
# shows beside it. Inside a room, files import one another, and never their own door.
HOUSE = {
    "": "autograd_core nn viz",
    "autograd_core": "files display table(ops) graph functional derivatives checking testing "
    "pytest_plugin compiler op ops value former",
    "autograd_core/checking": "differences report arrays rounding blame by_hand check taylor",
    "autograd_core/compiler": "capture(tree) structure arrays passes printers pipeline choice "
    "captured version checks entries printed eager compiled api",
    "autograd_core/compiler/printers": "names refusal definitions numpy python loops "
    "llvm(in_process) native jax onnx",
    "nn": "basics(structure) activations shrinks initializers regularizers constraints "
    "losses(loss) metrics(metric) optimizers(optimizer) callbacks(callback) schedules "
    "modules(statistics) saving layers(symbol) models "
    "logic data(tables) backends training estimators perceptron interop exchange functional optim "
    "utils moved tables reports command_line",
    "viz": "plain colors render expression steps layout scene drawing network plots player saving "
    "notebook command_line",
}
APART = {"nn", "viz"}  # these do not know each other
DOING = {  # what a door does besides showing names
    "nn/data": "__getattr__",  # says what to do instead of a name that is not there
    "nn/saving": "Module.saved_by",  # fills the slot
    "nn/training": "Trainable.trained_by",
}
NUMPY_IN_CORE = ("table", "graph", "compiler", "checking/arrays")  # the other rooms do without
MODULES_IN_A_ROOM = 12
LEVELS = {
    "autograd_core": 9,
    "nn": 9,
    "viz": 9,
}  # the longest chain of imports, counted in files

PACKAGES = HOUSE[""].split()
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ROOMS = sorted({path.parent for path in FILES})


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def imported(path: Path, for_checkers: bool = True) -> frozenset[str]:
    """Return the dotted names a file imports, anywhere in it; those for type checkers or not."""
    nodes = [*ast.walk(ast.parse(path.read_text()))]
    if not for_checkers:
        for block in [node for node in nodes if isinstance(node, ast.If)]:
            if ast.unparse(block.test) == "TYPE_CHECKING":
                inside = {node for item in block.body for node in ast.walk(item)}
                nodes = [node for node in nodes if node not in inside]
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


@cache
def shown(door: Path) -> frozenset[str]:
    """Return the names that a door lists."""
    for node in ast.parse(door.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(re.findall(r"\w+", ast.unparse(node.value)))
    return frozenset()


def file_of(name: str, importer: Path) -> Path | None:
    """Return our file that a dotted name comes from: a door, if that lists it, else a module."""
    path = ROOT.joinpath(*name.split("."))
    door = path.parent / "__init__.py"
    if door in FILES and path.parent not in importer.parents and path.name in shown(door):
        return door
    module, above = path.with_suffix(".py"), path.parent.with_suffix(".py")
    return next((f for f in (module, path / "__init__.py", above, door) if f in FILES), None)


def neighbours(path: Path) -> set[Path]:
    """Return our files that a file imports."""
    return {file for name in imported(path) if (file := file_of(name, path))} - {path}


def steps(path: Path) -> tuple[str, ...]:
    """Return the way to a file from the root: rooms, then its name; a door is its room."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def order_in(folder: str) -> dict[str, tuple[int, str]]:
    """Return the place of each thing in a folder and the file it shows; nothing inside a room."""
    found = re.findall(r"(\w+)(?:\((\w+)\))?", HOUSE.get(folder, ""))
    return {name: (place, file) for place, (name, file) in enumerate(found)}


def objection(mine: tuple[str, ...], other: tuple[str, ...]) -> str:
    """Return what is wrong with an import, nothing if it is right."""
    depth = 0
    while mine[depth : depth + 1] == other[depth : depth + 1] != ():
        depth += 1
    if depth == len(other):
        return "its own door"
    order = order_in("/".join(mine[:depth]))
    if depth == len(mine) or not order:  # a door looks behind itself; files of one room
        return ""
    here, there = mine[depth], other[depth]
    if here not in order or there not in order:
        return f"HOUSE has no place for {there if here in order else here}"
    if order[there][0] > order[here][0] or {here, there} == APART:
        return "out of order"
    room, inside = other[: depth + 1], other[depth + 1 :]
    if depth == 0:  # of another package every room may be entered
        room, inside = other[:2], other[2:]
    beside = order_in("/".join(room[:-1])).get(room[-1], (0, ""))[1]
    return "" if inside in ((), (beside,)) else "past the door"


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_go_one_way_and_through_doors(path: Path) -> None:
    if path.name == "__main__.py":  # the command lines put the packages together
        return
    found = {".".join(o): objection(steps(path), o) for o in map(steps, neighbours(path))}
    assert {other: wrong for other, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_imports_itself_by_a_detour(package: str) -> None:
    graph = {relative(p): set(map(relative, neighbours(p))) for p in FILES if package in p.parts}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def origin(name: str, importer: Path) -> Path | None:
    """Return the file that a name was made in, looked up through doors."""
    file = file_of(name, importer)
    if file and file.name == "__init__.py" and file.parent not in importer.parents:
        last = name.rpartition(".")[2]
        behind = [n for n in imported(file) if n.rpartition(".")[2] == last]
        return origin(behind[0], file) if behind else file
    return file


@cache
def level(path: Path) -> int:
    """Return 1 for a file that imports nothing of its package, else one more than what it does."""
    files = {origin(name, path) for name in imported(path)} - {path, None}
    package = steps(path)[0]
    return 1 + max((level(f) for f in files if f and steps(f)[0] == package), default=0)


@pytest.mark.parametrize("package", PACKAGES)
def test_chains_of_imports_are_short(package: str) -> None:
    files = [path for path in FILES if steps(path)[0] == package and "__" not in path.name]
    assert max(map(level, files)) <= LEVELS[package]


@pytest.mark.parametrize("room", ROOMS, ids=relative)
def test_a_room_is_small_and_its_door_says_what_it_is_for(room: Path) -> None:
    modules = [path for path in room.glob("*.py") if not path.stem.startswith("__")]
    assert len(modules) <= MODULES_IN_A_ROOM
    door = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
    if room.parent != ROOT:
        assert all(word in door for word in ("In: ", "Out: ", "Read first: "))


@pytest.mark.parametrize("room", [r for r in ROOMS if r.parent != ROOT], ids=relative)
def test_a_door_holds_no_code(room: Path) -> None:
    text, *body = ast.parse((room / "__init__.py").read_text()).body
    assert isinstance(text, ast.Expr)
    done = [node for node in body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    names = [
        node.name if isinstance(node, ast.FunctionDef) else ast.unparse(node).partition(" = ")[0]
        for node in done
    ]
    assert set(names) <= {"__all__", DOING.get(relative(room), "")}


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_nobody_imports_a_command_line(path: Path) -> None:
    assert not [name for name in imported(path) if "__main__" in name]


@pytest.mark.parametrize("path", sorted((ROOT / "autograd_core").rglob("*.py")), ids=relative)
def test_the_engine_stands_on_the_standard_library(path: Path) -> None:
    outside = {name.split(".")[0] for name in imported(path)} & {"numpy", "scipy", "matplotlib"}
    assert not outside or "/".join(steps(path)[1:]).startswith(NUMPY_IN_CORE)


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_the_first_line_says_the_job(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert first.startswith('"""'), f"{relative(path)} starts with {first!r}"


def makes_operations(path: Path) -> bool:
    """Return whether a file builds rows of the table: who builds an Op builds a derivative."""
    tree = ast.parse(path.read_text())
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograd_core")
        for alias in node.names
        if alias.name in ("Op", "row", "op", "table")
    }
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any(
        (isinstance(function, ast.Name) and function.id in names)
        or (isinstance(function, ast.Attribute) and ast.unparse(function.value) in names
            and function.attr in ("Op", "row"))
        for function in calls
    )  # fmt: skip


def test_every_derivative_is_in_the_table() -> None:
    makers = {relative(path) for path in FILES if makes_operations(path)}
    assert makers == {"autograd_core/table/ops.py", "autograd_core/derivatives/custom.py"}


def test_a_neuron_needs_few_files_and_none_of_training() -> None:
    neuron = ROOT / "nn/layers/neuron.py"
    found, waiting = {neuron}, [neuron]
    while waiting:
        path = waiting.pop()
        files = (
            {file_of(name, path) for name in imported(path, for_checkers=False)} - found - {None}
        )
        found |= files
        waiting += [file for file in files if steps(file)[0] == "nn"]
    ours = {relative(path) for path in found if steps(path)[0] == "nn"}
    assert {path.split("/")[1] for path in ours} == {
        "basics", "activations.py", "initializers", "modules", "layers",
    }  # fmt: skip
    assert len(ours) <= 21  # doors are counted; it was 49 when a module inherited the loop


def test_every_room_of_nn_is_on_its_map() -> None:
    words = ast.get_docstring(ast.parse((ROOT / "nn/__init__.py").read_text())) or ""
    assert [room for room in order_in("nn") if f" {room} " not in words] == ["moved"]


def test_every_room_is_on_the_map_of_the_readme() -> None:
    named = (ROOT / "README.md").read_text()
    rooms = [relative(r) for r in ROOMS if r.parent.parent == ROOT and r.name != "assets"]
    assert [room for room in rooms if f"`{room}/`" not in named] == []
