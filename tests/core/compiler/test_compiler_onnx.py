"""ONNX graphs of array programs: onnxruntime gives the numbers of the interpreter."""

from itertools import product

import numpy as np
import pytest

import nn
from autograd_core import Value, compile
from autograd_core import functional as F
from autograd_core.compiler.arrays.interpret import interpret
from autograd_core.compiler.printers import NoCompiler, onnx_model
from autograd_core.table import TABLE

from .compiler_graphs import ROWS
from .generated import combinations
from .generated.build import program_of
from .generated.compare import Checker, verdict

pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")
reference = pytest.importorskip("onnx.reference")


def run(model, arguments):
    """Return the results of onnxruntime, or of ONNX's reference where that lacks a function."""
    given = dict(zip([one.name for one in model.graph.input], arguments))
    options = runtime.SessionOptions()
    options.log_severity_level = 4  # fatal only: a missing function is expected here
    options.intra_op_num_threads = 1
    try:
        session = runtime.InferenceSession(model.SerializeToString(), options)
    except runtime.capi.onnxruntime_pybind11_state.NotImplemented:
        with np.errstate(all="ignore"):
            return reference.ReferenceEvaluator(model).run(None, given)
    return session.run(None, given)


def assert_same(program):
    """Compare with the interpreter; return whether ONNX has all functions of the program."""
    samples = 3 if program.batch else 1
    rng = np.random.default_rng(len(program.instructions))
    arguments = [
        rng.normal(size=((samples,) if a.batched else ()) + a.shape) for a in program.arguments
    ]
    live = arguments[-1].tolist()
    try:
        shapes = [a.shape for a in program.arguments[:-1]]
        model = onnx_model("it", program, live, shapes, (len(program.outputs),), "float64")
    except NoCompiler:
        return False
    wanted, slopes = interpret(program, arguments, samples)
    got, *by = run(model, arguments[:-1])
    for one, other in zip([got, *by], [wanted if program.batch else wanted[0], *slopes]):
        assert one.shape == other.shape
        assert np.array_equal(np.isfinite(one), np.isfinite(other)), program
        finite = np.isfinite(other)
        largest = max(1.0, np.abs(other[finite]).max(initial=0.0))
        # (onnxruntime 1.32.0 has Erf in float32 alone)
        close = 1e-5 if any(step.name == "erf" for step in program.instructions) else 1e-9
        np.testing.assert_allclose(
            one[finite], other[finite], rtol=close, atol=0.01 * close * largest
        )
    return True


@pytest.mark.parametrize("name", ROWS)
def test_rows_of_the_table(programs, name):
    op = TABLE[name]
    row = np.linspace(0.3, 0.8, op.arity or 4)
    compile(lambda x: F.call(op, *x), batch=(0,), backend="numpy").value_and_grad(row[None])
    if not assert_same(programs[-1]):
        pytest.skip("ONNX has not all of its functions")


@pytest.mark.parametrize("first", range(50_000, 50_150, 25))
def test_generated_programs(programs, first):
    for seed in range(first, first + 25):
        verdict(program_of(seed, small=True), Checker)
    assert sum(map(assert_same, programs)) > 10


@pytest.mark.parametrize("shape", combinations.SHAPES)
def test_combinations_of_a_product_an_addition_and_a_use(programs, shape):
    for number, (added, use) in enumerate(product(combinations.ADDED, combinations.USES)):
        if number % 23 == 0:
            combinations.check(added, use, shape, number % 2)
    assert sum(map(assert_same, programs)) > 5


def test_a_network_with_its_gradients_and_any_number_of_samples(tmp_path):
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in ((16, 8), (16,), (3, 16), (3,))]

    def loss(w, b, v, c, x, target):
        h = [F.tanh(sum(p * q for p, q in zip(row, x)) + s) for row, s in zip(w, b)]
        z = [sum(p * q for p, q in zip(row, h)) + s for row, s in zip(v, c)]
        return nn.losses.get("cross_entropy")(z, target)

    f = compile(loss, batch=(None, None, None, None, 0, 0))
    for samples in (5, 64, 1):
        x, y = rng.normal(size=(samples, 8)), np.eye(3)[rng.integers(3, size=samples)]
        wanted, slopes = f.value_and_grad(*weights, x, y, wrt=(0, 1, 2, 3, 4))
        if samples == 5:
            model = f.to_onnx(tmp_path / "loss.onnx", wrt=(0, 1, 2, 3, 4))
            session = runtime.InferenceSession(tmp_path / "loss.onnx")
            names = [one.name for one in session.get_inputs()]
            assert names == ["w", "b", "v", "c", "x", "target"]
            assert session.get_inputs()[4].shape == ["samples", 8]
            assert [one.name for one in session.get_outputs()][:2] == ["value", "d_w"]
        value, *by = session.run(None, dict(zip(names, [*weights, x, y])))
        np.testing.assert_allclose(value, wanted, rtol=1e-14, atol=1e-14)
        for one, other in zip(by, slopes):  # sums in another order
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)
    assert len({node.op_type for node in model.graph.node}) > 8


def test_values_from_outside_and_nested_arguments():
    k = Value(3.0)

    def f(pair, s):
        return [pair["a"][0] * k, pair["b"] + s]

    compiled = compile(f)
    compiled({"a": [2.0], "b": 5.0}, 1.0)
    model = compiled.to_onnx(dtype="float32")
    found = run(model, [np.array([2.0, 5.0], "f"), np.array(1.0, "f")])
    assert found[0].tolist() == [6.0, 6.0]


def test_what_cannot_be_is_refused_by_name():
    for name in ("erfc", "lgamma", "log1p"):
        f = compile(lambda x, name=name: getattr(F, name)(x) * x)
        f(0.5)
        with pytest.raises(RuntimeError, match=f"there is no ONNX for .*ONNX has no {name}"):
            f.to_onnx()
    f = compile(lambda x: x if x > 0.0 else -x)
    f(1.0)
    with pytest.raises(RuntimeError, match="branches on its arguments"):
        f.to_onnx()
    with pytest.raises(ValueError, match="wants float64 or float32, got 'bfloat16'"):
        f.to_onnx(dtype="bfloat16")
