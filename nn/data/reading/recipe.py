"""Recipe: what each column of a table becomes; made from one table, followed for all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from nn.basics import Floats, listed
from nn.data.reading.columns import Column, columns_of, decimal_mark, numbers
from nn.data.reading.text import Cells, TableError


@dataclass(frozen=True)
class Recipe:
    """How a table becomes the inputs of a model.

    Attributes:
        columns: The columns it is made from.
        decimal: The decimal mark where numbers may be read both ways.
        header: The names of all columns of the table it was made for.
        target: The name of its target; "" if there is none.
        unit: What the numbers of the target have before or behind them, as `Column.unit`; None if
            it is of classes, or that is not known.

    >>> recipe = Recipe((Column("height", fill=20.0), Column("leaf", ("broad", "needle"))))
    >>> recipe.titles
    ['height', 'leaf=broad', 'leaf=needle']
    """

    columns: tuple[Column, ...]
    decimal: str = "."
    header: tuple[str, ...] = ()
    target: str = ""
    unit: str | None = None

    @property
    def titles(self) -> list[str]:
        """The names of the inputs."""
        return [title for column in self.columns for title in column.titles]

    @property
    def sources(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    @classmethod
    def of_titles(cls, titles: Sequence[str], header: Sequence[str]) -> Recipe:
        """Return the recipe that gives inputs of these names: `a`, `colour=red`, `a=?`.

        Raises:
            TableError: If a column is missing.
        """
        kinds: dict[str, list[str]] = {}
        whole = [title for title in titles if title in header]
        for title in dict.fromkeys(titles):
            fitting = [name for name in header if title == name or title.startswith(f"{name}=")]
            source = max(fitting, key=len, default=title)
            kinds.setdefault(source, [])
            if source != title:
                kinds[source].append(title[len(source) + 1 :])
        return cls(
            tuple(
                Column(name, marked=bool(found))
                if name in whole
                else Column(name, tuple(found) or None)
                for name, found in kinds.items()
            ),
            header=tuple(header),
        )

    def follow(self, cells: Cells, *, strict: bool = False) -> tuple[Floats, list[str]]:
        """Return a table's inputs, nan where a number is missing, and what there is to say.

        Args:
            cells: The table.
            strict: Whether missing cells and unknown categories are errors; else a category that
                is not known counts as none of them.

        Raises:
            TableError: If a column is missing, or a cell is no number.
        """
        cells = self.placed(cells)
        places = [cells.column(c.name) for c in self.columns if c.kinds is None and not c.date]
        decimal = decimal_mark(cells, places, self.decimal)
        made, notes = list[Floats](), list[str]()
        for column in self.columns:
            place = cells.column(column.name)
            if column.kinds is None:
                found = numbers(cells, place, column, decimal, strict)
            else:
                found = _places(cells, place, column.kinds, strict)
            made.append(column.inputs(found))
            notes += _said(cells, place, column, found)
        return np.column_stack(made), notes

    def filled(self, x: Floats) -> Floats:
        """Return inputs with what the recipe says where a number is missing."""
        fills = [fill for column in self.columns for fill in column.fills]
        return np.where(np.isnan(x), fills, x)

    def filling(self, x: Floats) -> Recipe:
        """Return the recipe that puts the means of these inputs where a number is missing."""
        gone = np.isnan(x)
        means = np.where(gone, 0.0, x).sum(axis=0) / np.maximum((~gone).sum(axis=0), 1)
        place, columns = 0, []
        for column in self.columns:
            columns.append(replace(column, fill=float(means[place])))
            place += len(column.titles)
        return replace(self, columns=tuple(columns))

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> Recipe:
        """Return the recipe that `to_json` has written."""
        columns = []
        for column in made["columns"]:
            given: dict[str, Any] = {
                k: (*v,) if isinstance(v, list) else v for k, v in column.items()
            }
            columns.append(Column(**given))
        others = made["decimal"], tuple(made["header"]), made["target"], made.get("unit")
        return cls(tuple(columns), *others)

    def placed(self, cells: Cells) -> Cells:
        """Return a table without names under those of the table that the recipe was made for.

        Raises:
            TableError: If it has another number of columns.
        """
        if cells.named or not self.header or set(self.sources) <= set(cells.header):
            return cells
        inputs = [name for name in self.header if name != self.target]
        for header in (self.header, inputs, self.sources):
            if len(header) == len(cells.header):
                note = (
                    f"{cells.name} has no line of names; its columns are taken for {listed(header)}"
                )
                return replace(cells, header=list(header), notes=(*cells.notes, note))
        raise TableError(
            f"{cells.name} has no line of names and {len(cells.header)} columns; wanted the "
            f"{len(self.header)} of the table the model was trained on, or those without the "
            "target: add a line of names"
        )


def make_recipe(
    cells: Cells,
    places: Sequence[int],
    target: str,
    rule: str,
    as_text: Sequence[str],
    decimal: str = "",
) -> Recipe:
    """Return what the columns at these places become.

    Args:
        cells: The table.
        places: The places of the columns.
        target: The name of the target column.
        rule: What a missing cell becomes, one of `columns.RULES`.
        as_text: The names of columns of categories, even if they are numbers.
        decimal: The decimal mark where numbers may be read both ways; "" looks at the table.

    Raises:
        TableError: If a column is neither of numbers nor of categories.
    """
    columns, decimal = columns_of(cells, places, rule, as_text, decimal)
    return Recipe(tuple(columns), decimal, tuple(cells.header), target)


def _places(cells: Cells, place: int, known: Sequence[str], strict: bool) -> Floats:
    """Return the place of each row's category, `?` where it is missing; -1 of an unknown one."""
    place_of = {kind: float(i) for i, kind in enumerate(known)}
    texts = _categories(cells, place)
    found = np.array([place_of.get(text, -1.0) for text in texts])
    if strict and (found < 0.0).any():
        row = int((found < 0.0).argmax())
        raise TableError(
            f"{cells.where(row, place)}: {texts[row]!r} is not one of the known categories "
            f"{', '.join(known)}; drop the row"
        )
    return found


def _categories(cells: Cells, place: int) -> list[str]:
    gaps = cells.gaps(place).tolist()
    return ["?" if gone else text for text, gone in zip(cells.texts(place), gaps, strict=True)]


def _said(cells: Cells, place: int, column: Column, found: Floats) -> list[str]:
    """Return a word about cells of a further table that are missing, or of no known category."""
    gone = np.isnan(found) if column.kinds is None else found < 0.0
    count = f"column {column.name!r}: {np.count_nonzero(gone)} of {len(gone)} cells"
    if not gone.any() or (column.kinds is None and np.isnan(column.fill)):
        return []
    if column.kinds is None:
        return [
            f"{count} are missing; the mean of the training rows stands there, {column.fill:.6g}"
        ]
    first = _categories(cells, place)[int(gone.argmax())]
    return [
        f"{count} are none of the categories the model knows, as {first!r}; they count as none of "
        "them"
    ]
