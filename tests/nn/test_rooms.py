"""The rooms of nn: imports between them go one way, through doors; a neuron needs few files."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A room may import those on the lines above its own. A file at the top of nn is a room of one.
ORDER = """
basics moved
activations initializers losses optimizers
metrics callbacks interop
modules schedules data functional
layers backends optim utils
models training perceptron
logic
command_line
"""
LINE = {room: i for i, line in enumerate(ORDER.strip().splitlines()) for room in line.split()}
# Files that other rooms take without the door: types, and what is no name for users of the door.
SHOWN = {
    "callbacks.callback": "what a trained model looks like",
    "data.batches": "the order of rows",
    "data.tables": "a user's table, checked",
    "interop.class_losses": "what nn.functional calls",
    "interop.torch_losses": "what nn.functional calls",
    "losses.loss": "Loss and the types of what it takes",
    "metrics.class_numbers": "which class an output means",
    "metrics.metric": "the type Metric",
    "modules.saving": "files of models",
    "optimizers.optimizer": "Optimizer and its groups",
}
FILES = {
    ".".join(path.relative_to(ROOT / "nn").with_suffix("").parts).removesuffix("__init__"): path
    for path in (ROOT / "nn").rglob("*.py")
}
FILES = {name.removesuffix("."): path for name, path in FILES.items()}


@cache
def imported(name: str) -> frozenset[str]:
    """Return the files that one imports, wherever and whatever for; a door is its room's name."""
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text())):
        if isinstance(node, ast.ImportFrom):
            package, _, module = (node.module or "").partition(".")
            if package == "nn":
                for alias in node.names:
                    inner = f"{module}.{alias.name}".removeprefix(".")
                    found.add(inner if inner in FILES else module)
    return frozenset(found - {name})


def reached(name: str) -> set[str]:
    """Return the files that one imports, and those that they import."""
    seen: set[str] = set()
    waiting = [*imported(name)]
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            waiting += imported(file)
    return seen


@pytest.mark.parametrize("name", [name for name in FILES if name not in ("", "__main__")])
def test_imports_point_down_and_through_doors(name):
    room = name.split(".")[0]
    for other in imported(name):
        below = other.split(".")[0]
        if below == room:
            continue
        assert LINE[below] < LINE[room], f"{name} imports {other}, which is not above in ORDER"
        assert "." not in other or other in SHOWN, f"{name} imports {other} past the door"


@pytest.mark.parametrize("name", FILES)
def test_there_is_no_circle_of_imports(name):
    assert name not in reached(name)


def test_a_folder_has_at_most_a_dozen_files():
    assert {
        f: n for f, n in Counter(path.parent for path in FILES.values()).items() if n > 12
    } == {}


def test_every_file_of_data_types_that_a_room_shows_is_used():
    taken = {
        other
        for name in FILES
        for other in imported(name)
        if other.split(".")[0] != name.split(".")[0]
    }
    assert set(SHOWN) <= taken


@pytest.mark.parametrize("room", [room for room in LINE if (ROOT / "nn" / room).is_dir()])
def test_a_door_says_what_comes_in_what_goes_out_and_what_to_read_first(room):
    words = ast.get_docstring(ast.parse(FILES[room].read_text()))
    assert all(f"\n{what}: " in words for what in ("In", "Out", "Read first"))


def test_every_room_is_on_the_map():
    words = ast.get_docstring(ast.parse(FILES[""].read_text()))
    assert [room for room in LINE if room not in words] == ["moved"]


def test_a_neuron_stands_on_few_files_and_not_on_training():
    files = reached("layers.neuron")
    assert not {file.split(".")[0] for file in files} & {
        "training",
        "backends",
        "callbacks",
        "data",
    }
    assert len(files) < 30  # 49 of 74 when it inherited the loop
