"""Progress: a bar in terminals and notebooks, or a line per epoch."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

_NUMBERS_WIDTH = (
    36  # columns for the numbers, of 80; epoch, percentage, times and bar take the rest
)


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

    def batches(self, count: int) -> None:
        """Advance the bar by a number of batches."""
        if self.bar is not None:
            self.bar.update(count)

    def epoch(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Show an epoch's numbers."""
        if self.bar is not None:
            self.bar.set_description(f"epoch {epoch + 1}/{self.epochs}", refresh=False)
            self.bar.set_postfix_str(_shortened(logs), refresh=False)
        elif self.verbose:
            numbers = "  ".join(f"{name} {number:.4f}" for name, number in logs.items())
            print(f"epoch {epoch + 1}/{self.epochs}  {numbers}")

    def close(self) -> None:
        """Leave the bar as it is."""
        if self.bar is not None:
            self.bar.close()


def _shortened(logs: Mapping[str, float]) -> str:
    """Return an epoch's numbers, losses first, as many as fit into a terminal of 80 columns."""
    losses = [name for name in ("loss", "val_loss") if name in logs]
    shown, room = [], _NUMBERS_WIDTH
    for name in (*losses, *(name for name in logs if name not in losses)):
        text = f"{name}={logs[name]:.4g}"
        room -= len(text) + 2
        if room >= 0:
            shown.append(text)
    return ", ".join(shown)


def _bar(batches: int) -> Any:  # tqdm has no types
    with warnings.catch_warnings():  # tqdm warns if ipywidgets or threads are missing
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm  # here, as it takes a sixth of the time of `import nn`

        return tqdm(
            total=batches,
            mininterval=0.2,
            bar_format="{desc}{percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}",
        )
