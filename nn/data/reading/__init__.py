"""Reading: a table file as people have it, as arrays, or an error that names row, column and cure.

In: the path of a file: packed or not, in whichever encoding, separator and way to write numbers.
Out: a Dataset with its Recipe, which says what each column has become and does the same to others.
The order: text (bytes), cells (rows), first_line (names or a sample), marks (missing cells and
numbers), columns (numbers, categories or ids), recipe, loading, again (further tables).
Begin with `loading`.
"""

from nn.data.reading.again import Again, known_target, read_again, recipe_of
from nn.data.reading.cells import Cells, listed, read_cells
from nn.data.reading.columns import RULES
from nn.data.reading.dataset import Dataset
from nn.data.reading.loading import load_columns, load_csv, load_table
from nn.data.reading.recipe import Recipe
from nn.data.reading.text import TableError

__all__ = [
    "RULES",
    "Again",
    "Cells",
    "Dataset",
    "Recipe",
    "TableError",
    "known_target",
    "listed",
    "load_columns",
    "load_csv",
    "load_table",
    "read_again",
    "read_cells",
    "recipe_of",
]
