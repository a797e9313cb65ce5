"""capture: run the user's function once on Values, and keep the graph it built.

In: a function, and the arguments of a call. Out: a `Trace`, the graph in topological order with its
inputs and the branches it depends on; and `Arguments`, which splits the arguments of a call into
numbers and structures. Read first: `capture.py`. `tree.py`, which other rooms may import too,
flattens nested lists, dicts and arrays; `filling.py` rebuilds them. `reads.py` notices plain
numbers taken out of Values.
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
    rerun_of,
)
from autograd_core.compiler.capture.filling import fill, fill_argument, filler
from autograd_core.compiler.capture.reads import watched_reads
from autograd_core.compiler.capture.trace import Rerun, Trace
from autograd_core.compiler.capture.tree import Flat, Function, HoldsValues, Nested, Tree

__all__ = [
    "Arguments", "Call", "Flat", "Function", "HoldsValues", "Nested", "Rerun", "Trace", "Tree",
    "as_positions", "capture", "capture_graph", "fill", "fill_argument", "filler", "first_sample",
    "rerun_of", "signature", "watched_reads",
]  # fmt: skip
