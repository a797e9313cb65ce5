"""Write the code of the README and of the notebooks into a folder, for type checkers to read.

`python tests/typed_examples.py FOLDER` and there `mypy` and `pyright`: both find their options.
"""

import doctest
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Type checkers say that sum() may be 0, as of nothing; the examples add up something.
PRELUDE = """\
from collections.abc import Iterable
from typing import TypeVar
_T = TypeVar("_T")
def sum(items: Iterable[_T]) -> _T: ...  # type: ignore[empty-body]
"""
# Functions of a reader's own have no types, and a cell may use a name again for something else.
MYPY = """\
[mypy]
strict = true
allow_untyped_defs = true
allow_untyped_calls = true
local_partial_types = true
allow_redefinition_new = true
files = .
"""
PYRIGHT = {
    "typeCheckingMode": "standard",
    "analyzeUnannotatedFunctions": False,
    "reportPossiblyUnboundVariable": False,  # after a loop
    "reportUnusedExpression": False,  # the last line of a cell shows it
    "reportReturnType": False,  # of the `sum` above
}


def readme(text: str) -> str:
    """Return the README's Python that runs: prompts without their output, and whole tests."""
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    parser = doctest.DocTestParser()
    shown = ["".join(part.source for part in parser.get_examples(block)) for block in blocks]
    tests = [block for block in blocks if "import pytest" in block]
    return "\n".join([*shown, *tests])


def notebook(text: str) -> str:
    """Return the code cells of a notebook."""
    cells = json.loads(text)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def write(folder: Path) -> None:
    """Write one file for the README and one for each notebook, and the checkers' options."""
    code = {"readme": readme((ROOT / "README.md").read_text())}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        code[f"notebook_{path.stem}"] = notebook(path.read_text())
    for name, source in code.items():
        (folder / f"{name}.py").write_text(f"{PRELUDE}\n{source}\n")
    shutil.copy(ROOT / "tests" / "typed_models.py", folder)
    (folder / "mypy.ini").write_text(MYPY)
    (folder / "pyrightconfig.json").write_text(json.dumps(PYRIGHT))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
