"""The notebooks as they are committed: what a reader can count on in each of them."""

import ast
import importlib
import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = [
    "00_five_minute_tour",
    "01_a_number_that_remembers",
    "02_the_chain_rule",
    "03_is_it_right",
    "04_a_neuron_that_decides",
    "05_from_neurons_to_an_mlp",
    "06_gradient_descent",
    "07_load_define_compile_fit_evaluate",
    "08_test_your_own_gradients",
    "09_higher_derivatives",
    "10_from_scalars_to_arrays",
    "11_coming_from_and_going_to",
]
PACKAGES = ("autograd_core", "nn", "viz")
LARGEST = 1_000_000  # bytes; GitHub shows no larger notebook
MOST_WORDS = 2_000  # ten minutes at 200 words a minute
DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,[\w+/=]*")
PLACE_OR_TIME = re.compile(
    r"(?<![\w.])/(?:home|root|tmp|work|Users|opt|usr|var)/|[A-Z]:\\\\|\b0x[0-9a-f]{6,}"
    r"|\b20\d\d-\d\d-\d\d|\b\d\d:\d\d:\d\d\b"
)
ANSWER = re.compile(
    r"<details>\s*<summary>Answer</summary>\n\n(.+?)\n\n</details>", flags=re.DOTALL
)
FUNCTIONS = "## Functions used here"

notebooks = pytest.mark.parametrize("name", NAMES)


def read(name):
    return json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))


def source(cell):
    return "".join(cell["source"])


def cells(name, kind):
    return [cell for cell in read(name)["cells"] if cell["cell_type"] == kind]


def prose(name):
    return [source(cell) for cell in cells(name, "markdown")]


def code(name):
    """The Python of a notebook as one program, without IPython's magics."""
    lines = "\n".join(source(cell) for cell in cells(name, "code")).split("\n")
    return ast.parse("\n".join(line for line in lines if not line.startswith(("%", "!"))))


def resolve(path):
    """Import what a dotted path names."""
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(path)


def dotted(node):
    """Return `a.b.c` for such an expression, else None."""
    if isinstance(node, ast.Name):
        return node.id
    inner = dotted(node.value) if isinstance(node, ast.Attribute) else None
    return inner and f"{inner}.{node.attr}"


def used(tree):
    """Return the names of our packages that a program imports, or reads from an import."""
    imported, found = {}, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in PACKAGES:
            for alias in node.names:
                imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in PACKAGES:
                    imported[alias.asname or alias.name] = alias.name
    for node in ast.walk(tree):
        path = dotted(node) if isinstance(node, ast.Name | ast.Attribute) else None
        head, _, rest = (path or "").partition(".")
        if head in imported:
            found.add(f"{imported[head]}.{rest}".rstrip("."))
    return found


def listed(name):
    (cell,) = [text for text in prose(name) if text.startswith(FUNCTIONS)]
    return re.findall(rf"`((?:{'|'.join(PACKAGES)})(?:\.\w+)+)`", cell)


def is_module(path):
    return type(resolve(path)).__name__ == "module"


def test_every_notebook_has_its_place_in_the_order():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NAMES)


@notebooks
def test_it_opens_with_what_the_reader_will_be_able_to_do(name):
    first = prose(name)[0]
    assert read(name)["cells"][0]["cell_type"] == "markdown"
    assert first.startswith("# ")
    assert "you will be able to" in first
    assert len(re.findall(r"^- ", first, flags=re.MULTILINE)) >= 2


@notebooks
def test_it_ends_with_three_exercises_and_their_hidden_answers(name):
    everything = read(name)["cells"]
    start = next(i for i, cell in enumerate(everything) if source(cell).startswith("## Exercises"))
    end = everything[start:]
    assert {cell["cell_type"] for cell in end} == {"markdown"}
    assert sum(len(ANSWER.findall(source(cell))) for cell in end) == 3


@notebooks
def test_it_takes_ten_minutes_to_read(name):
    words = sum(len(ANSWER.sub("", text).split()) for text in prose(name))
    assert words <= MOST_WORDS


@notebooks
def test_every_cell_has_run_once_in_order_and_without_error(name):
    code_cells = cells(name, "code")
    counts = [cell["execution_count"] for cell in code_cells]
    assert counts == list(range(1, len(counts) + 1))
    outputs = [output for cell in code_cells for output in cell["outputs"]]
    assert [output["ename"] for output in outputs if output["output_type"] == "error"] == []
    assert [text for cell in code_cells if not (text := source(cell)).strip()] == []


@notebooks
def test_it_shows_pictures_and_asserts_numbers(name):
    outputs = [output for cell in cells(name, "code") for output in cell["outputs"]]
    assert any(kind.startswith("image/") for o in outputs for kind in o.get("data", {}))
    assert any(isinstance(node, ast.Assert) for node in ast.walk(code(name)))


@notebooks
def test_it_is_small(name):
    assert (FOLDER / f"{name}.ipynb").stat().st_size < LARGEST


@notebooks
def test_no_output_holds_a_path_or_a_time(name):
    for cell in cells(name, "code"):
        for output in cell["outputs"]:
            for text in [output.get("text", []), *output.get("data", {}).values()]:
                shown = DATA_URI.sub("", "".join(text))
                found = PLACE_OR_TIME.search(shown)
                assert not found, (cell["id"], shown[max(0, found.start() - 60) :][:160])


@notebooks
def test_it_stores_nothing_that_changes_from_run_to_run(name):
    notebook = read(name)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    assert [cell["id"] for cell in notebook["cells"]] == [
        f"cell-{number:02d}" for number in range(len(notebook["cells"]))
    ]
    assert [cell["metadata"] for cell in notebook["cells"] if cell["metadata"]] == []


@notebooks
def test_the_functions_it_lists_are_there_and_used(name):
    spoken = {node.attr for node in ast.walk(code(name)) if isinstance(node, ast.Attribute)}
    spoken |= {path.rsplit(".", 1)[-1] for path in used(code(name))}
    for path in listed(name):
        resolve(path)
        assert path.rsplit(".", 1)[-1] in spoken, f"{path} is listed but not used"


@notebooks
def test_the_functions_it_uses_are_listed(name):
    """Of `nn.data.load_iris()` the function must be listed, of `nn.MLP` the class."""
    found = listed(name)
    for path in used(code(name)):
        if not is_module(path):
            assert any(path == p or path.startswith(f"{p}.") for p in found), f"list {path}"


@notebooks
def test_it_links_to_its_neighbours(name):
    place, last = NAMES.index(name), prose(name)[-1]
    for neighbour in NAMES[max(0, place - 1) : place] + NAMES[place + 1 : place + 2]:
        assert f"({neighbour}.ipynb)" in last
    linked = {link for text in prose(name) for link in re.findall(r"\((\w+)\.ipynb\)", text)}
    assert linked <= set(NAMES)


@pytest.mark.slow
@notebooks
def test_the_hidden_answers_run(name):
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient").NotebookClient
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    answers = [answer for text in prose(name) for answer in ANSWER.findall(text)]
    for answer in answers:
        for block in re.findall(r"```python\n(.+?)```", answer, flags=re.DOTALL):
            notebook.cells.append(nbformat.v4.new_code_cell(block))
    client(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
