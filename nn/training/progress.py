"""Progress: a bar in terminals and notebooks, or a line per epoch."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any


def level(verbose: int | str) -> int:
    """Return how much to show: 0 nothing, 1 (or "auto") a bar, 2 lines.

    Raises:
        ValueError: If it is something else.

    >>> level("auto"), level(True), level(0)
    (1, 1, 0)
    """
    if verbose not in (0, 1, 2, "auto"):
        raise ValueError(f"verbose is 0 (nothing), 1 (a bar), 2 (lines) or 'auto', got {verbose!r}")
    return 1 if verbose == "auto" else int(verbose)


class Progress:
    """Shows how far training is: `verbose` 0 nothing, 1 a bar over all batches, 2 lines."""

    def __init__(self, verbose: int, first: int, epochs: int, steps: int) -> None:
        self.verbose, self.epochs = verbose, epochs
        total = (epochs - first) * steps
        self.bar = _bar(total) if verbose == 1 else None

    def batch(self) -> None:
        """Move on by one batch."""
        if self.bar is not None:
            self.bar.update()

    def epoch(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Show an epoch's numbers."""
        if self.bar is not None:
            self.bar.set_description(f"epoch {epoch + 1}/{self.epochs}", refresh=False)
            self.bar.set_postfix(
                {name: f"{number:.4f}" for name, number in logs.items()}, refresh=False
            )
        elif self.verbose:
            numbers = "  ".join(f"{name} {number:.4f}" for name, number in logs.items())
            print(f"epoch {epoch + 1}/{self.epochs}  {numbers}")

    def close(self) -> None:
        """Leave the bar as it is."""
        if self.bar is not None:
            self.bar.close()


def _bar(batches: int) -> Any:  # tqdm has no types
    with warnings.catch_warnings():  # without ipywidgets it falls back to text, with a warning
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm  # here: a sixth of the time of `import nn`
    return tqdm(total=batches, unit="batch", mininterval=0.2)
