"""Reading: a table file as people have it, cell by cell, and what its columns become.

In: the path of a file: packed or not, in whichever encoding, separator and way to write numbers.
Out: Cells, and a Recipe that turns them and further tables into inputs; or an error that names row,
column and cure. Files in order: marks (missing cells, numbers), text (bytes, lines, Cells),
first_line (names or a sample), cells (how they are read), columns (numbers, categories, ids),
dates, rows (which are taken), recipe, again, chunks (large files, some rows at a time), quick
(plain lines by NumPy), doubts (other meanings).
Read first: recipe.py.
"""

from nn.data.reading.again import Again, known_target, read_again, read_in_parts, recipe_of
from nn.data.reading.cells import read_cells
from nn.data.reading.chunks import LARGE, Gathered, blocks, in_chunks, large
from nn.data.reading.columns import RULES, Column, decimal_mark, numbers
from nn.data.reading.doubts import doubts, of_classes
from nn.data.reading.marks import unit_of
from nn.data.reading.recipe import Recipe, make_recipe
from nn.data.reading.rows import (
    by_rule,
    classes_of,
    inputs,
    names_of,
    said_of_gaps,
    with_target,
    without_target,
    without_total,
)
from nn.data.reading.text import Cells, TableError

__all__ = [
    "LARGE", "RULES", "Again", "Cells", "Column", "Gathered", "Recipe", "TableError", "blocks",
    "by_rule", "classes_of", "decimal_mark", "doubts", "in_chunks", "inputs", "known_target",
    "large", "make_recipe", "names_of", "numbers", "of_classes", "read_again",
    "read_cells", "read_in_parts", "recipe_of", "said_of_gaps", "unit_of", "with_target",
    "without_target", "without_total",
]  # fmt: skip
