"""JAX gives eager's numbers, of the whole table and generated programs, and transforms them."""

import os
import pickle
import subprocess
import sys
from collections import namedtuple
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from autograd_core import Value, compile, compile_graph, grad
from autograd_core import functional as F
from autograd_core.compiler.compiled import Compiled
from autograd_core.table import TABLE

from .compiler_graphs import ROWS
from .generated import combinations
from .generated.build import program_of
from .generated.compare import Checker, verdict
from .test_compiler_native import arguments, kink, layer, points

jax = pytest.importorskip("jax")
jnp = jax.numpy

# the accuracy of XLA (0.10.2, CPU): lgamma, gamma and digamma by Lanczos's formula, and the others
LESS = {"digamma": 1e-11}
CLOSE = 1e-12
ROOT = Path(__file__).parents[3]
SMALLEST = 2.3e-308  # XLA flushes smaller numbers to 0


@pytest.fixture(autouse=True)
def wide():
    with jax.enable_x64(True):
        yield


def same(got, want, what, close):
    """Assert that numbers are alike, nan and inf included."""
    if abs(want) < SMALLEST and want != 0.0:
        want = np.copysign(0.0, want)
    assert np.isnan(got) == np.isnan(want), (got, want, what)
    if not np.isnan(want):
        assert got == want or abs(got - want) <= close * abs(want) + 1e-300, (got, want, what)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_of_the_table(name):
    op = TABLE[name]
    arity = op.arity or 2
    f = compile(lambda x: F.call(op, *x), batch=(0,), backend="jax")
    x = points(op, arity)
    found, slopes = f.value_and_grad(x)
    assert "lines of JAX" in f.report
    for value, slope, row in zip(found, slopes, x):
        operands = [Value(v) for v in row]
        y = F.call(op, *operands)
        y.backward()
        close = LESS.get(name, CLOSE)
        same(value, y.data, (name, row), close)
        # (a sum of one -0.0 is 0.0 by itself)
        assert value != 0.0 or name == "dot" or np.signbit(value) == np.signbit(y.data), (name, row)
        for got, operand in zip(slope, operands):
            same(got, operand.grad, (name, row, "by"), close)


class JaxChecker(Checker):
    """Compares programs that JAX runs."""

    def compiled(self, function=None, **options):
        chosen = {"plan": self.program.plan, "backend": "jax"}
        return Compiled(function or self.function, **chosen, **options)


@pytest.mark.parametrize("first", range(40_000, 40_120, 10))
def test_generated_programs(first):
    for seed in range(first, first + 10):
        found = verdict(program_of(seed, small=True), JaxChecker)
        assert found.startswith(("ok", "large")), (seed, found)


@pytest.mark.parametrize("shape", combinations.SHAPES)
def test_combinations_of_a_product_an_addition_and_a_use(monkeypatch, shape):
    original = Compiled.__init__
    monkeypatch.setattr(
        Compiled, "__init__", lambda *a, **k: original(*a, **{**k, "backend": "jax"})
    )
    for number, (added, use) in enumerate(product(combinations.ADDED, combinations.USES)):
        if number % 23 == 0:
            combinations.check(added, use, shape, number % 2)


@pytest.mark.parametrize("rows", [slice(None), slice(1), slice(0), slice(None, None, -1)])
def test_batches_of_all_sizes(rows):
    x, w, b = arguments()
    numpy = compile(layer, batch=(0, None, None), backend="numpy")
    found = compile(layer, batch=(0, None, None), backend="jax")
    want, slopes = numpy.value_and_grad(x[rows], w, b, wrt=(0, 1, 2))
    value, got = found.value_and_grad(x[rows], w, b, wrt=(0, 1, 2))
    np.testing.assert_allclose(value, want, rtol=1e-13)
    for one, other in zip(got, slopes):
        np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-14)


def second(x):
    return sum(v * v for v in grad(lambda z: sum(F.exp(a) * a for a in z))(x))


def test_second_derivatives():
    got = compile(second, backend="jax").grad([0.5, -1.0])
    np.testing.assert_allclose(got, compile(second, backend="numpy").grad([0.5, -1.0]), rtol=1e-13)


def test_guards_pickling_and_live_leaves():
    w = Value(3.0)
    f = compile(kink, backend="jax")
    assert (f(2.0), f(-2.0), f.grad(2.0), f.grad(-2.0)) == (4.0, 2.0, 4.0, -1.0)
    assert pickle.loads(pickle.dumps(f))(3.0) == 9.0
    with pytest.raises(RuntimeError, match="branches on its arguments: `greater`"):
        f.to_jax()
    g = compile(lambda x: x * w, backend="jax")
    assert g(2.0) == 6.0
    w.data = 5.0
    assert (g(2.0), g.grad(2.0)) == (10.0, 5.0)
    x = Value(1.5)
    assert compile_graph(x * x, [x], backend="jax").value_and_grad(3.0) == (9.0, 6.0)


# ------------------------------------------------------------------ as a function of JAX


def energy(x, settings):
    return sum(F.relu(a) * a for a in x) * settings["k"] + F.tanh(settings["c"])


@pytest.fixture
def pure():
    """Return a compiled function, arguments for it, and the function of JAX."""
    f = compile(energy, backend="numpy")
    given = [0.5, -1.0, 0.0, 2.0], {"k": 2.0, "c": 0.3}
    f(*given)
    return f, given, f.to_jax()


def test_its_arguments_and_gradients_are_built_as_ours(pure):
    f, given, function = pure
    value, slopes = f.value_and_grad(*given, wrt=(0, 1))
    np.testing.assert_allclose(jax.jit(function)(*given), value, rtol=1e-15)
    array = jnp.array(given[0]), {name: jnp.array(v) for name, v in given[1].items()}
    both = jax.jit(f.to_jax(wrt=(0, 1)))
    for found in (both(*array)[1], jax.grad(function, (0, 1))(*array)):
        np.testing.assert_allclose(found[0], slopes[0], rtol=1e-15)
        assert {k: float(v) for k, v in found[1].items()} == pytest.approx(slopes[1], rel=1e-15)
    assert "def program(x, settings, live):" in function.__doc__


def test_vmap_jacobians_and_second_derivatives_are_jaxs_own(pure):
    f, (x, settings), function = pure
    many = jnp.stack([jnp.array(x), 2.0 * jnp.array(x)])
    found = jax.vmap(function, (0, None))(many, settings)
    np.testing.assert_allclose(found, [f(x, settings), f([2.0 * v for v in x], settings)])
    np.testing.assert_allclose(
        jax.jacfwd(function)(jnp.array(x), settings), f.grad(x, settings), rtol=1e-15
    )
    x = jnp.array([0.5, -1.0, 2.0, 1.0])  # at the kink it is JAX's derivative of our gradient
    want = np.diag([2.0 * settings["k"] * (v > 0.0) for v in x])
    np.testing.assert_allclose(jax.hessian(function)(x, settings), want, atol=1e-15)


def test_our_gradient_at_kinks_is_the_one_that_jax_takes():
    f = compile(lambda x: F.relu(x))
    f(0.0)
    assert float(jax.grad(f.to_jax())(0.0)) == f.grad(0.0) == 0.0  # of maximum(x, 0) JAX says 0.5


def test_batches_sharded_over_devices_and_exported():
    script = """
import jax, jax.numpy as jnp, numpy as np
from functools import partial
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P
from autograd_core import compile
from tests.core.compiler.test_compiler_native import arguments, layer
jax.config.update("jax_enable_x64", True)
x, w, b = arguments()
x = np.concatenate([x, x[:1]])
f = compile(layer, batch=(0, None, None), backend="numpy")
value, slopes = f.value_and_grad(x, w, b, wrt=(1, 2))
function = f.to_jax(wrt=(1, 2))
mesh = Mesh(np.array(jax.devices()), ("rows",))
placed = jax.device_put(x, NamedSharding(mesh, P("rows")))
step = jax.jit(function)
assert "all-reduce" in step.lower(placed, w, b).compile().as_text()
found, by = step(placed, w, b)
for one, other in zip([found, *by], [value, *slopes]):
    np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-14)
@partial(jax.shard_map, mesh=mesh, in_specs=(P("rows"), P(), P()), out_specs=P())
def total(x, w, b):
    return jax.lax.psum(function(x, w, b)[0].sum(), "rows")
np.testing.assert_allclose(total(placed, w, b), value.sum(), rtol=1e-13)
rows = jax.export.symbolic_shape("n, 5")
given = [jax.ShapeDtypeStruct(s, jnp.float64) for s in (rows, w.shape, b.shape)]
stored = jax.export.export(step)(*given).serialize()
again = jax.export.deserialize(stored)
for count in (8, 3):
    np.testing.assert_allclose(again.call(x[:count], w, b)[0], value[:count], rtol=1e-13)
print(len(jax.devices()), "devices")
"""
    flags = "--xla_force_host_platform_device_count=4"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"},
    )  # fmt: skip
    assert done.stdout == "4 devices\n", done.stderr


@pytest.mark.parametrize(("dtype", "close"), [("float32", 1e-6), ("bfloat16", 3e-2)])
def test_shorter_numbers(dtype, close):
    x, w, b = arguments()
    numpy = compile(layer, batch=(0, None, None), backend="numpy")
    short = compile(layer, batch=(0, None, None), backend="jax", dtype=dtype)
    want, slopes = numpy.value_and_grad(x, w, b, wrt=1)
    value, got = short.value_and_grad(x, w, b, wrt=1)
    assert 0.0 < np.abs(value - want).max() < close * np.abs(want).max()
    assert 0.0 < np.abs(got - slopes).max() < close * np.abs(slopes).max()
    with jax.enable_x64(False):
        narrow = short.to_jax(dtype=dtype)(x, w, b)
        assert str(narrow.dtype) == dtype
        with pytest.raises(RuntimeError, match="set to 32 bits, and this function was made for"):
            short.to_jax()(x, w, b)


def test_no_table_of_positions_where_a_view_will_do():
    def windows(x, w):
        rows = [sum(x[i + k] * w[k] for k in range(3)) for i in range(0, 18, 2)]
        turned = [F.tanh(v) for v in x[::-1]]
        return sum(F.tanh(v) for v in rows) + sum(a * b for a, b in zip(turned, x))

    rng = np.random.default_rng(1)
    x, w = rng.normal(size=20), rng.normal(size=3)
    f = compile(windows, backend="numpy")
    value, slopes = f.value_and_grad(x, w, wrt=(0, 1))
    function = f.to_jax(wrt=(0, 1))
    text = str(jax.make_jaxpr(function)(x, w))
    assert "gather" not in text
    assert "scatter" not in text
    found, by = function(x, w)
    np.testing.assert_allclose(found, value, rtol=1e-14)
    for one, other in zip(by, slopes):
        np.testing.assert_allclose(one, other, rtol=1e-13)


def mixed(w, x):
    """Rows of weights that each end with a bias; the last two rows are separate."""
    hidden = [(w[4 * i] * x[0] + w[4 * i + 1] * x[1] + w[4 * i + 2] * x[2] + w[4 * i + 3]).tanh()
              for i in range(5)]  # fmt: skip
    return hidden[0] * hidden[1] + sum(hidden) * w[20] + w[21]


def shifted(w, x):
    """Overlapping rows, which have no pieces."""
    return sum((w[i] * x[0] + w[i + 1] * x[1]).tanh() for i in range(21))


@pytest.mark.parametrize(("function", "least"), [(mixed, 3), (shifted, 1)])
def test_arguments_in_pieces(function, least):
    rng = np.random.default_rng(0)
    w, x = rng.normal(size=22), rng.normal(size=(6, 3))
    f = compile(function, batch=(None, 0))
    value, wanted = f.value_and_grad(w, x, wrt=0)
    pieces_of, (pieces,) = f.to_jax_in_pieces((0,))
    order = np.concatenate(pieces)
    found, (slopes,) = pieces_of(w[order], x)
    np.testing.assert_allclose(found, value, rtol=1e-14)
    np.testing.assert_allclose(slopes, np.array(wanted)[order], rtol=1e-13)
    assert sorted(order) == list(range(22))
    assert len(pieces) >= least
    assert (len(pieces) == 1) == (function is shifted)


def test_a_result_may_have_empty_parts():
    nothing = namedtuple("nothing", "")
    f = compile(lambda x: {"list": [], "named": nothing(), "x": x})
    f(1.5)
    assert f.to_jax()(1.5) == {"list": [], "named": nothing(), "x": 1.5}


def test_what_cannot_be_is_refused_by_name(pure):
    _, (x, settings), function = pure
    with pytest.raises(ValueError, match=r"wants the shape \(4,\) with which it was compiled"):
        function(jnp.ones(5), settings)
    with pytest.raises(ValueError, match="argument 1 of energy wants a"):
        function(x, {"k": 1.0})
    with pytest.raises(TypeError, match="energy takes 2 arguments, got 1"):
        function(x)
    f = compile(lambda x: F.call(TABLE["digamma"], x * x))
    slope = compile(lambda x: grad(grad(f))(x))
    assert slope(1.5) == pytest.approx(grad(grad(f))(1.5))
    with pytest.raises(RuntimeError, match="JAX has no polygamma2"):
        slope.to_jax()
    with pytest.raises(ValueError, match="dtype='float32' wants backend='jax', got 'numpy'"):
        compile(energy, backend="numpy", dtype="float32")
