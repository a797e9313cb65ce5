"""Data: loads table files, generates points, and prepares tables for training.

In: table files, parameters of generated data, arrays and tables as users have them.
Out: tables `(samples, columns)` with targets: split, scaled, one-hot encoded, in batches.
Read first: prepare.py; tables.py checks the arguments of `fit`, the room reading parses files.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from typing import NoReturn

from nn.data.absent import instead
from nn.data.batches import minibatches
from nn.data.dataset import SHIPPED, Dataset, shipped_file
from nn.data.generated import make_blobs, make_circles, make_moons, make_spirals, make_xor
from nn.data.loading import load_columns, load_csv, load_table
from nn.data.prepare import Standardizer, encode_labels, one_hot, standardize, train_test_split
from nn.data.reading import (
    RULES,
    Recipe,
    TableError,
    known_target,
    read_again,
    read_in_parts,
    recipe_of,
)
from nn.data.scaler import StandardScaler
from nn.data.shipped import load_iris, load_pima
from nn.data.streams import Stream, is_stream, validation_rows

__all__ = [
    "RULES", "SHIPPED", "Dataset", "Recipe", "StandardScaler", "Standardizer", "Stream",
    "TableError", "encode_labels", "is_stream", "known_target", "load_columns", "load_csv",
    "load_iris", "load_pima", "load_table", "make_blobs", "make_circles", "make_moons",
    "make_spirals", "make_xor", "minibatches", "one_hot", "read_again", "read_in_parts",
    "recipe_of", "shipped_file", "standardize", "train_test_split", "validation_rows",
]  # fmt: skip


def __getattr__(name: str) -> NoReturn:
    """Raise the error for a name that is not here; it says what to use instead, if known."""
    raise AttributeError(instead(name))
