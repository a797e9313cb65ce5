"""Load: reads a table by its built-in name or its path."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from nn.basics import Config, Floats
from nn.data import (
    SHIPPED,
    Dataset,
    load_csv,
    load_table,
    make_circles,
    make_moons,
    make_spirals,
    make_xor,
    shipped_file,
)
from nn.tables.task import UserError


def _shipped(name: str, seed: int) -> Dataset:
    return load_csv(shipped_file(name), target=SHIPPED[name], header=True)


def _generated(make: Callable[..., tuple[Floats, object]]) -> Callable[[int], Dataset]:
    def load(seed: int) -> Dataset:
        x, y = make(200, seed=seed)
        return Dataset(x, np.asarray(y), ["x1", "x2"], "class", ["0", "1"])

    return load


BUILT_IN: dict[str, Callable[[int], Dataset]] = {
    **{name: partial(_shipped, name) for name in SHIPPED},
    "moons": _generated(make_moons),
    "circles": _generated(make_circles),
    "spirals": _generated(make_spirals),
    "xor": _generated(make_xor),
}


def load(name: str, seed: int = 0, options: Config | None = None) -> Dataset:
    """Return a table by its built-in name or its path, with nan where a number is missing.

    Args:
        name: The name or the path.
        seed: For generated tables.
        options: Arguments of `load_table`.

    Raises:
        UserError: If there is no such table.
        TableError: If it cannot be read.
    """
    given = {option: value for option, value in (options or {}).items() if value not in (None, [])}
    path = Path(name)
    if name in BUILT_IN and not path.is_file():
        given.pop("folder", None)
        if given.pop("regression", False):
            raise UserError(f"the target of {name} is a class; --regression is for numbers")
        target = given.pop("target", None)
        if given:
            raise UserError(f"--{next(iter(given))} is for CSV files; {name} is used as a whole")
        dataset = BUILT_IN[name](seed)
        if target not in (None, dataset.target_name):
            raise UserError(
                f"{name} has the target column {dataset.target_name!r}, not {target!r}; its other "
                f"columns are {', '.join(dataset.feature_names)}"
            )
        return dataset
    if not path.exists() and name != "-":
        raise UserError(f"no file {name}, and no built-in table; those are {', '.join(BUILT_IN)}")
    return load_table(path, **given)
