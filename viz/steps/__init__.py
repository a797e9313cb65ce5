"""Steps: a graph of Values as plain data, and the arithmetic of both passes.

In: a Value. Out: a `Trace` of nodes and steps, which can write each step as text.
Read first: `nodes.py`. `passes.py` is the trace itself, `tracing.py` takes it, `chain_rule.py`
writes the arithmetic, `modules.py` reads from labels which neuron or layer a node belongs to,
`order.py` sorts nodes layer by layer, and `names.py` reads names from the caller's variables.
"""

from viz.steps.chain_rule import formula, write_name
from viz.steps.modules import Part, label_parts
from viz.steps.names import names_of_caller
from viz.steps.nodes import BackwardStep, ForwardStep, Node
from viz.steps.passes import Trace
from viz.steps.tracing import ACCUMULATED, NOT_RUN, OTHER_OUTPUT, STALE, in_reading_order, trace

__all__ = [
    "ACCUMULATED", "NOT_RUN", "OTHER_OUTPUT", "STALE", "BackwardStep", "ForwardStep", "Node",
    "Part", "Trace", "formula", "in_reading_order", "label_parts", "names_of_caller", "trace",
    "write_name",
]  # fmt: skip
