"""Recipe: how the columns of a table become inputs; made from one table, applied to all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from autograd_core.files import JSON
from nn.basics import Floats, listed
from nn.data.reading.columns import Column, columns_of, decimal_mark, numbers
from nn.data.reading.text import Cells, TableError


@dataclass(frozen=True)
class Recipe:
    """How a table becomes the inputs of a model.

    Attributes:
        columns: The columns that become inputs.
        decimal: The decimal mark if numbers can be read both ways.
        header: The names of all columns of the table it was made from.
        target: The name of the target; "" if there is none.
        unit: The unit of the target's numbers, as `Column.unit`; None if they are classes, or it is
            not known.

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
        """Return the recipe whose inputs have these names, such as `a`, `colour=red`, `a=?`.

        Args:
            titles: The names of the inputs.
            header: The names of the columns.

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
        """Return a table's inputs, nan where a number is missing, and notes.

        Args:
            cells: The table.
            strict: Whether missing cells and unknown categories are errors; else an unknown
                category is 0 in the inputs of all known ones.

        Raises:
            TableError: If a column is missing, or a cell is no number.
        """
        cells = self.with_header(cells)
        places = [cells.column(c.name) for c in self.columns if c.kinds is None and not c.date]
        decimal = decimal_mark(cells, places, self.decimal)
        made, notes = list[Floats](), list[str]()
        for column in self.columns:
            place = cells.column(column.name)
            if column.kinds is None:
                found = numbers(cells, place, column, decimal, strict)
            else:
                found = _category_indices(cells, place, column.kinds, strict)
            made.append(column.inputs(found))
            notes += _note(cells, place, column, found)
        return np.column_stack(made), notes

    def filled(self, x: Floats) -> Floats:
        """Return inputs with missing numbers replaced by the recipe's `fill`."""
        fills = [fill for column in self.columns for fill in column.fills]
        return np.where(np.isnan(x), fills, x)

    def filling(self, x: Floats) -> Recipe:
        """Return the recipe with the means of these inputs as `fill` of its columns."""
        gaps = np.isnan(x)
        means = np.where(gaps, 0.0, x).sum(axis=0) / np.maximum((~gaps).sum(axis=0), 1)
        place, columns = 0, []
        for column in self.columns:
            columns.append(replace(column, fill=float(means[place])))
            place += len(column.titles)
        return replace(self, columns=tuple(columns))

    def to_json(self) -> dict[str, JSON]:
        """Return a dict that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, made: Mapping[str, JSON]) -> Recipe:
        """Return the recipe that `to_json` has written."""
        columns = []
        for column in made["columns"]:
            given: dict[str, JSON] = {
                k: (*v,) if isinstance(v, list) else v for k, v in column.items()
            }
            columns.append(Column(**given))
        others = made["decimal"], tuple(made["header"]), made["target"], made.get("unit")
        return cls(tuple(columns), *others)

    def with_header(self, cells: Cells) -> Cells:
        """Return a table; one without names with those of the recipe's table.

        Raises:
            TableError: If a table without names has another number of columns.
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
    """Return the recipe for these columns.

    Args:
        cells: The table.
        places: The indices of the columns.
        target: The name of the target column.
        rule: How missing cells are treated, one of `columns.RULES`.
        as_text: Names of columns that hold categories, even if they are numbers.
        decimal: The decimal mark if numbers can be read both ways; "" to guess.

    Raises:
        TableError: If a column is neither of numbers nor of categories.
    """
    columns, decimal = columns_of(cells, places, rule, as_text, decimal)
    return Recipe(tuple(columns), decimal, tuple(cells.header), target)


def _category_indices(cells: Cells, place: int, known: Sequence[str], strict: bool) -> Floats:
    """Return the index of each row's category, that of `?` if missing, -1 if unknown."""
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
    return ["?" if is_gap else text for text, is_gap in zip(cells.texts(place), gaps, strict=True)]


def _note(cells: Cells, place: int, column: Column, found: Floats) -> list[str]:
    """Return a note about cells of a later table that are missing or of an unknown category."""
    gaps = np.isnan(found) if column.kinds is None else found < 0.0
    count = f"column {column.name!r}: {np.count_nonzero(gaps)} of {len(gaps)} cells"
    if not gaps.any() or (column.kinds is None and np.isnan(column.fill)):
        return []
    if column.kinds is None:
        return [
            f"{count} are missing; the mean of the training rows stands there, {column.fill:.6g}"
        ]
    first = _categories(cells, place)[int(gaps.argmax())]
    return [
        f"{count} are none of the categories the model knows, as {first!r}; they count as none of "
        "them"
    ]
