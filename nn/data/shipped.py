"""Shipped: the tables that ship with the package, iris and Pima."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from nn.basics import Floats
from nn.data.dataset import SHIPPED, Dataset, shipped_file
from nn.data.loading import load_csv

XY: TypeAlias = tuple[Floats, NDArray[np.intp] | Floats]


@overload
def load_iris(*, return_X_y: Literal[False] = False, as_frame: bool = False) -> Dataset: ...
@overload
def load_iris(*, return_X_y: Literal[True], as_frame: bool = False) -> XY: ...
def load_iris(*, return_X_y: bool = False, as_frame: bool = False) -> Dataset | XY:
    """Return 150 irises: 4 lengths in cm, 3 species (Fisher 1936; UCI repository).

    Args:
        return_X_y: Whether to return `(x, y)` rather than the table with its names.
        as_frame: Whether x is a pandas DataFrame and y a Series, as in scikit-learn.

    Raises:
        ImportError: If `as_frame` is True and there is no pandas.

    >>> x, y = load_iris()
    >>> x.shape, sorted(set(y.tolist()))
    ((150, 4), [0, 1, 2])
    """
    return _shipped("iris", return_X_y, as_frame)


@overload
def load_pima(*, return_X_y: Literal[False] = False, as_frame: bool = False) -> Dataset: ...
@overload
def load_pima(*, return_X_y: Literal[True], as_frame: bool = False) -> XY: ...
def load_pima(*, return_X_y: bool = False, as_frame: bool = False) -> Dataset | XY:
    """Return 768 Pima women: 8 measurements, and whether diabetes was found within 5 years.

    National Institute of Diabetes and Digestive and Kidney Diseases; UCI repository. A 0 in
    glucose, blood pressure, skin thickness, insulin or bmi stands for a missing number.

    Args:
        return_X_y: Whether to return `(x, y)` rather than the table with its names.
        as_frame: As in `load_iris`.

    >>> load_pima().x.shape
    (768, 8)
    """
    return _shipped("pima", return_X_y, as_frame)


def _shipped(name: str, pair: bool, as_frame: bool) -> Dataset | XY:
    target = SHIPPED[name]
    table = load_csv(shipped_file(name), target=target, header=True)
    if as_frame:
        try:
            pandas = import_module("pandas")
        except ImportError:
            raise ImportError("as_frame=True needs pandas: pip install pandas") from None
        x = pandas.DataFrame(table.x, columns=table.feature_names)
        table = replace(table, x=x, y=pandas.Series(table.y, name=target))
    return (table.x, table.y) if pair else table
