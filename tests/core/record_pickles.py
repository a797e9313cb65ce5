"""Records what version 0.1.0 pickled: run with that version, into pickles_0_1_0.json.

Its modules stood where former.py says. test_copying.py holds that what it wrote still loads.
"""

import base64
import functools
import json
import pickle
from typing import Any

from autograd_core.differences import Estimate
from autograd_core.kinds import FLOAT

from autograd_core import Value, derive, functional, gradcheck, modes, ops, taylor_test
from autograd_core.testing import Expression


def examples() -> dict[str, Any]:
    """Return one object of each kind that names a module when it is pickled."""
    x, w = Value(0.5, "x"), Value(-2.0, "w")
    y = ((w * x).tanh() ** 3.0 + x.clip(0.0, 1.0)).logsumexp(w, 1.0) + x.digamma()
    y.backward()
    return {
        "graph": y,
        "row": ops.TANH,
        "row with a constant": ops.power_constant(2.5),
        "report": gradcheck(lambda a: a * a, 3.0),
        "taylor": taylor_test(lambda a: a.exp(), 0.5),
        "estimate": Estimate(1.0, 0.0, 1.0, 1.0, "smooth"),
        "expression": Expression(ops.ADD, (Expression(None, (), "x"), 1.0)),
        "function": functional.exp,
        "written function": functional.norm,
        "grad": functools.partial(derive.grad, argnums=0),
        "mode": modes.no_grad,
        "kind": FLOAT,
    }


if __name__ == "__main__":
    pickled = {name: pickle.dumps(example) for name, example in examples().items()}
    written = {name: base64.b64encode(data).decode() for name, data in pickled.items()}
    print(json.dumps(written, indent=1))
