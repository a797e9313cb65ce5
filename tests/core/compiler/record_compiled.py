"""Record pickles of compiled functions in compiled.json; run with the version that pickles them.

test_compiler_calls.py tests that they still run.
"""

import base64
import json
import pickle
import zlib

import numpy as np

from autograd_core import compile
from autograd_core.functional import dot, exp, sin, tanh, total


def chain(x):
    s = x[0]
    for i in range(520):  # too long for one function of straight-line code
        s = sin(s * x[i % 3]) + x[i * 7 % 3]
    return s


FUNCTIONS = {
    "straight-line code": (lambda a, b: exp(a) * b, (0.5, 3.0), {}),
    "texts of straight-line code": (lambda x: chain(x), ([0.1, 0.2, 0.3],), {}),
    "arrays": (
        lambda x, w: total([tanh(dot(row, x)) for row in w]),
        (np.linspace(0.0, 1.0, 10).reshape(2, 5), np.linspace(-1.0, 1.0, 35).reshape(7, 5)),
        {"batch": (0, None)},
    ),
}
FUNCTIONS["machine code"] = (*FUNCTIONS["arrays"][:2], {"batch": (0, None), "backend": "native"})


if __name__ == "__main__":
    written = {}
    for name, (function, arguments, options) in FUNCTIONS.items():
        compiled = compile(function, **options)  # a lambda is not pickled, only its graph is
        compiled.value_and_grad(*arguments)
        written[name] = base64.b64encode(zlib.compress(pickle.dumps(compiled), 9)).decode()
    print(json.dumps(written, indent=1))
