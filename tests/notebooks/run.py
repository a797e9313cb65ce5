"""Run: execute notebooks in place and store them the way they are committed.

    python tests/notebooks/run.py [notebooks/05_from_neurons_to_an_mlp.ipynb ...]

Without names, all of them. What changes from run to run or from machine to machine (times, Python's
version, random ids) is left out, so that a difference in git is a difference in the notebook.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

os.environ["AUTOGRAD_VIZ_ENGINE"] = "builtin"  # whatever layout engine is installed here
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def executed(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Return the notebook after a run from top to bottom in a new kernel."""
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    return client.execute()


def clean(notebook: nbformat.NotebookNode) -> None:
    """Leave out what changes from run to run, and number the cells."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict({})


def main(names: list[str]) -> None:
    """Execute the notebooks and write them back, each one only if no cell has failed."""
    for path in [Path(name) for name in names] or sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = executed(nbformat.read(path, as_version=4), path.parent)
        clean(notebook)
        nbformat.write(notebook, path)
        print(f"{path.name}: {path.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
