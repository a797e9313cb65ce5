"""Steps: a graph of Values as plain data, and the arithmetic of both passes.

In: a Value. Out: a `Trace` of nodes and steps, which says in words what each step does.
Read first: `nodes.py`. `passes.py` is the trace itself, `tracing.py` takes it, `chain_rule.py`
writes the arithmetic, `modules.py` reads labels that are paths in a model, and from them tells
which neuron or layer a node belongs to, `order.py` puts layer after layer, and `names.py` finds
what a user calls his Values.
"""

from viz.steps.chain_rule import formula, write_name
from viz.steps.modules import Part, label_parts
from viz.steps.names import names_of_caller
from viz.steps.nodes import BackwardStep, ForwardStep, Node
from viz.steps.passes import Trace
from viz.steps.tracing import ACCUMULATED, NOT_RUN, OTHER_OUTPUT, STALE, reading, trace

__all__ = [
    "ACCUMULATED", "NOT_RUN", "OTHER_OUTPUT", "STALE", "BackwardStep", "ForwardStep", "Node",
    "Part", "Trace", "formula", "label_parts", "names_of_caller", "reading", "trace", "write_name",
]  # fmt: skip
