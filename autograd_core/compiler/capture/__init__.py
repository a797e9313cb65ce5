"""capture: run the user's function once on Values, and keep the graph it built.

In: a function, and arguments as they come. Out: a `Trace`, the graph in order with its inputs and
the decisions it depends on; and `Arguments`, which takes calls apart: numbers, structure, samples.
Read first: `capture.py`. `tree.py`, which others may use too, takes nested lists, dicts and arrays
apart; `filling.py` makes them again.
"""

from autograd_core.compiler.capture.arguments import (
    Arguments,
    Call,
    as_positions,
    first_sample,
    signature,
)
from autograd_core.compiler.capture.capture import (
    capture,
    capture_graph,
    run_again,
)
from autograd_core.compiler.capture.filling import fill, fill_argument, filler
from autograd_core.compiler.capture.reads import watched_reads
from autograd_core.compiler.capture.trace import Again, Trace
from autograd_core.compiler.capture.tree import Flat, HoldsValues, Tree

__all__ = [
    "Again", "Arguments", "Call", "Flat", "HoldsValues", "Trace", "Tree", "as_positions", "capture",
    "capture_graph", "fill", "fill_argument", "filler", "first_sample", "run_again", "signature",
    "watched_reads",
]  # fmt: skip
