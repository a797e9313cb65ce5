"""JavaScript gives eager's numbers: the table, a batch, sums over samples. Run by Node."""

import json
import shutil
import subprocess

import numpy as np
import pytest

from autograd_core import Value, compile
from autograd_core import functional as F
from autograd_core.table import TABLE

from .compiler_graphs import ROWS
from .test_compiler_native import points, same

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node on PATH")
RUN = """
const [program, arrays, sizes, samples] = JSON.parse(require('fs').readFileSync(0), (key, x) =>
    typeof x === 'string' && ['NaN', 'Infinity', '-Infinity'].includes(x) ? Number(x) : x);
const given = arrays.map(a => Float64Array.from(a)), made = sizes.map(n => new Float64Array(n));
eval(program)(samples)(...given, ...made, samples);
const text = x => Object.is(x, -0) ? '-0' : String(x);
console.log(JSON.stringify(made.map(array => [...array].map(text))));
"""


def run(program, arrays, sizes, samples=1):
    """Return the arrays that a printed program fills."""
    plain = [[x if np.isfinite(x) else str(x).replace("inf", "Infinity").replace("nan", "NaN")
              for x in np.ravel(array).tolist()] for array in arrays]  # fmt: skip
    text = json.dumps([f"({program})", plain, sizes, samples])
    done = subprocess.run([NODE, "-e", RUN], input=text, capture_output=True, text=True, check=True)
    return [np.array([*map(float, row)]) for row in json.loads(done.stdout)]


def whole(op):
    """Whether value and slope need no function of the caller, as erf does."""
    f = compile(lambda *x: F.call(op, *x))
    f.value_and_grad(*[0.5] * (op.arity or 2), wrt=0)
    try:
        return "m." not in f.javascript
    except RuntimeError:
        return False


@needs_node
def test_every_row_of_the_table_has_the_value_and_the_slope_of_eager():
    rows = [(op, op.arity or 2) for op in map(TABLE.__getitem__, ROWS) if whole(op)]
    assert len(rows) > 50
    ends = np.cumsum([0, *[arity for _, arity in rows]])
    x = np.hstack([points(op, arity) for op, arity in rows])

    def apply(x):
        return [F.call(op, *x[a:b]) for (op, _), a, b in zip(rows, ends, ends[1:])]

    values = compile(apply, batch=(0,))
    values(x)
    (found,) = run(values.javascript, [x], [len(x) * len(rows)], len(x))
    found = found.reshape(len(x), -1)
    total = compile(lambda x: sum(apply(x)), batch=(0,))
    total.value_and_grad(x)
    _, slopes = run(total.javascript, [x], [len(x), x.size], len(x))
    slopes = slopes.reshape(x.shape)
    for row, (op, _) in enumerate(rows):
        for sample in range(len(x)):
            operands = [Value(v) for v in x[sample, ends[row] : ends[row + 1]]]
            y = F.call(op, *operands)
            y.backward()
            where = f"{op.name} of {[v.data for v in operands]}"
            same(found[sample, row], y.data, where)
            for place, operand in enumerate(operands):
                same(slopes[sample, ends[row] + place], operand.grad, f"slope {place} of {where}")


@needs_node
def test_a_layer_over_a_batch_with_gradients_summed_over_samples():
    def loss(w, x, t):
        outputs = [sum(a * b for a, b in zip(row, x)).tanh() for row in w]
        return (sum(outputs) - t) ** 2

    rng = np.random.default_rng(0)
    w, x, t = rng.normal(size=(5, 3)), rng.normal(size=(7, 3)), rng.normal(size=7)
    f = compile(loss, batch=(None, 0, 0))
    value, slope = f.value_and_grad(w, x, t)
    outputs, found = run(f.javascript, [w, x, t], [7, 15], 7)
    np.testing.assert_allclose(outputs, value, rtol=1e-12)
    np.testing.assert_allclose(found, np.ravel(slope), rtol=1e-12)


def test_what_javascript_lacks_is_asked_of_the_caller_or_refused():
    f = compile(lambda x: x.gelu())
    f(1.0)
    assert "m.erfc(" in f.javascript
    g = compile(lambda x: F.digamma(x) + 1.0)
    g(1.0)
    with pytest.raises(RuntimeError, match="JavaScript has no polygamma"):
        _ = g.javascript


def test_a_program_that_decides_is_not_printed_since_other_arguments_want_another():
    f = compile(lambda x: x * 2.0 if x > 0.0 else -x)
    f(1.0)
    with pytest.raises(
        RuntimeError, match=r"no JavaScript for .*, which branches on its arguments"
    ):
        _ = f.javascript
    with pytest.raises(RuntimeError, match=r"no C for .*, which branches on its arguments"):
        _ = f.c_source


def test_names_of_arguments_are_no_words_of_javascript():
    f = compile(lambda function, let: function * let)
    f(1.0, 2.0)
    head = f.javascript.splitlines()[1]
    assert "(function," not in head
    assert " let," not in head
