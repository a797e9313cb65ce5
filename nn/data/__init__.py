"""Data: small tables, generated points, CSV files, and what prepares them for training.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from nn.data.batches import minibatches
from nn.data.blobs import make_blobs
from nn.data.generated import make_circles, make_moons, make_spirals, make_xor
from nn.data.prepare import (
    Standardizer,
    encode_labels,
    one_hot,
    standardize,
    train_test_split,
)
from nn.data.reading import Dataset, TableError, load_columns, load_csv
from nn.data.scaler import StandardScaler
from nn.data.shipped import load_iris, load_pima

__all__ = [
    "Dataset",
    "StandardScaler",
    "Standardizer",
    "TableError",
    "encode_labels",
    "load_columns",
    "load_csv",
    "load_iris",
    "load_pima",
    "make_blobs",
    "make_circles",
    "make_moons",
    "make_spirals",
    "make_xor",
    "minibatches",
    "one_hot",
    "standardize",
    "train_test_split",
]
