"""Results: the variables that a caller gets, and the count that marks a loop over samples."""

from typing import NamedTuple

SAMPLES = -1
"""The count of a loop over the samples of a batch: the number of samples is known at the call."""


class Results(NamedTuple):
    """The variables that the caller gets.

    Attributes:
        outputs: The variable that holds all outputs, one after the other, for each sample.
        gradients: The variable of each gradient, in the order of the program's gradients.
    """

    outputs: int
    gradients: tuple[int, ...]
