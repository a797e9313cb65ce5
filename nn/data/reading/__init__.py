"""Reading: parses table files, and converts their columns to inputs of a model.

In: the path of a file, compressed or not, of any common encoding, separator and number format.
Out: Cells, and a Recipe that turns them and later tables into inputs; or an error that names the
row, the column and the cure. Files: marks (missing cells, numbers), text (bytes, lines, Cells),
first_line (names or a sample), cells (the parser), columns (numbers or categories), dates, rows
(which rows and columns are used), recipe, again (later tables), chunks (large files, some rows at a
time), quick (plain lines by NumPy), doubts (columns that may have another meaning).
Read first: recipe.py.
"""

from nn.data.reading.again import Again, known_target, read_again, read_in_parts, recipe_of
from nn.data.reading.cells import read_cells
from nn.data.reading.chunks import LARGE, Gathered, blocks, in_chunks, large
from nn.data.reading.columns import RULES, Column, decimal_mark, numbers
from nn.data.reading.doubts import class_doubts, doubts
from nn.data.reading.marks import unit_of
from nn.data.reading.recipe import Recipe, make_recipe
from nn.data.reading.rows import (
    apply_missing_rule,
    classes_of,
    gaps_note,
    inputs,
    names_of,
    with_target,
    without_target_note,
    without_total,
)
from nn.data.reading.text import Cells, TableError

__all__ = [
    "LARGE", "RULES", "Again", "Cells", "Column", "Gathered", "Recipe", "TableError",
    "apply_missing_rule", "blocks", "class_doubts", "classes_of", "decimal_mark", "doubts",
    "gaps_note", "in_chunks", "inputs", "known_target", "large", "make_recipe", "names_of",
    "numbers", "read_again", "read_cells", "read_in_parts", "recipe_of", "unit_of", "with_target",
    "without_target_note", "without_total",
]  # fmt: skip
