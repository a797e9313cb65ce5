"""Results: what a program of loops writes for its caller, and the mark of a loop over samples."""

from typing import NamedTuple

SAMPLES = -1
"""The number of times that a loop over the samples of a batch runs, which is known at the call."""


class Results(NamedTuple):
    """What the nests write for the caller.

    Attributes:
        outputs: The variable with all outputs in a row, of each sample.
        gradients: A variable for each gradient, in the order of its argument.
    """

    outputs: int
    gradients: tuple[int, ...]
