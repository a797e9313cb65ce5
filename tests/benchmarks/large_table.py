"""Large table: a million rows of 31 columns, read by `nn.data`, csv.reader alone, and pandas.

`python tests/benchmarks/large_table.py [ROWS]` makes the table in a temporary folder and prints
seconds, processor seconds, ratios to csv.reader in the same run, and the peak memory. pandas is
left out where it is not.
"""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from nn import data

_WRITTEN = 50_000  # rows at once


def lines(rows: int) -> Iterator[str]:
    """Yield numbers with and without gaps, categories, dates and classes."""
    rng = np.random.default_rng(0)
    yield ",".join([*(f"x{i}" for i in range(22)), "gap0", "gap1", "colour", "job", "town", "when",
                    "price", "flag", "k"])  # fmt: skip
    for start in range(0, rows, _WRITTEN):
        count = min(_WRITTEN, rows - start)
        columns = [[f"{v:.6f}" for v in rng.normal(size=count)] for _ in range(22)]
        for _ in range(2):
            columns.append(["" if v < 0.05 else f"{v:.3f}" for v in rng.random(count)])
        for name, kinds in (("c", 4), ("j", 12), ("t ", 60)):
            columns.append([f"{name}{i}" for i in rng.integers(0, kinds, count)])
        columns.append([str(np.datetime64("2023-01-01") + i) for i in rng.integers(0, 365, count)])
        columns.append([f"{v:.2f}" for v in 1000 * rng.random(count)])
        for kinds in (("False", "True"), ("no", "yes")):
            columns.append([kinds[i] for i in rng.integers(0, 2, count)])
        yield from map(",".join, zip(*columns, strict=True))


def by_csv(path: Path) -> int:
    """Read all cells as text and keep none."""
    with open(path, newline="") as file:
        return sum(1 for _ in csv.reader(file))


def main(rows: int) -> None:
    """Print a line for each reader."""
    readers: dict[str, Callable[[Path], object]] = {"csv.reader": by_csv, "nn": data.load_table}
    try:
        import pandas

        readers["pandas"] = pandas.read_csv
    except ImportError:
        pass
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        with open(path, "w") as file:
            file.writelines(f"{line}\n" for line in lines(rows))
        first = 0.0
        for name, read in readers.items():
            seconds, processor = time.perf_counter(), time.process_time()
            read(path)
            processor = time.process_time() - processor
            first = first or processor
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{name:12} {time.perf_counter() - seconds:6.1f} s, processor {processor:6.1f} s, "
                f"{processor / first:5.2f} of csv.reader, peak {peak:6.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
