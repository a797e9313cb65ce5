"""Machine code gives eager's numbers: the whole table, generated programs, by LLVM and by C."""

import pickle
import shutil
import subprocess
import sys
import threading

import numpy as np
import pytest

from autograd_core import Value, compile, compile_graph, grad
from autograd_core import functional as F
from autograd_core.compiler import choice
from autograd_core.compiler.compiled import Compiled
from autograd_core.compiler.printers.llvm import in_process
from autograd_core.compiler.printers.native import c_compiler, can_compile
from autograd_core.table import TABLE

from .compiler_graphs import ROWS
from .generated.build import program_of
from .generated.compare import Checker, verdict

ENGINES = [
    pytest.param("llvm", marks=pytest.mark.skipif(not in_process.available(), reason="llvmlite")),
    pytest.param("c", marks=pytest.mark.skipif(not c_compiler.available(), reason="a C compiler")),
]
COMPILES = pytest.mark.skipif(not can_compile(), reason="neither llvmlite nor a C compiler")
EDGES = (0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e-300, 1e300, -745.2, 0.5)
NOT_IN_C = {"digamma", "lgamma", "polygamma", "gamma", "erfinv"}  # or their partials are not


@pytest.fixture(params=ENGINES)
def engine(request, monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRAD_CORE_CACHE", str(tmp_path))
    if request.param == "c":
        monkeypatch.setattr(in_process, "available", lambda: False)
    return request.param


def operations():
    """Return the rows that C's library has functions for, with their numbers of operands."""
    rows = [TABLE[name] for name in ROWS if name not in NOT_IN_C]
    return [(op, op.arity or 2) for op in rows]


def points(op, arity):
    """Return operands inside of the domain, and at the edges of everything."""
    rng = np.random.default_rng(len(op.name))
    inside = []
    for low, high in op.intervals(arity):
        inside.append(rng.uniform(max(low, -3.0), min(high, 3.0), 8))
    edges = [np.roll(EDGES, 3 * place) for place in range(arity)]
    return np.vstack([np.array(inside).T, np.array(edges).T])


def same(got, want, what):
    """Assert that numbers are alike to 1e-12, nan and inf and the signs of zeros included."""
    assert np.isnan(got) == np.isnan(want), what
    if not np.isnan(want):
        assert got == want or abs(got - want) <= 1e-12 * abs(want) + 1e-300, what


def test_every_row_of_the_table(engine):
    rows = operations()
    tables = [points(op, arity) for op, arity in rows]
    count = len(tables[0])
    ends = np.cumsum([0, *[arity for _, arity in rows]])

    def apply(x):
        return [F.call(op, *x[a:b]) for (op, _), a, b in zip(rows, ends, ends[1:])]

    x = np.hstack(tables)
    values = compile(apply, batch=(0,), backend="native")
    found = np.array(values(x))
    slopes = compile(lambda x: sum(apply(x)), batch=(0,), backend="native").value_and_grad(x)[1]
    assert "machine code by" in values.report
    for row, (op, _) in enumerate(rows):
        for sample in range(count):
            operands = [Value(v) for v in x[sample, ends[row] : ends[row + 1]]]
            y = F.call(op, *operands)
            y.backward()
            what = (op.name, [v.data for v in operands])
            same(found[row][sample], y.data, what)
            for place, operand in enumerate(operands):
                same(slopes[sample, ends[row] + place], operand.grad, (*what, place))


class NativeChecker(Checker):
    """Compares machine code with eager Values."""

    def compiled(self, function=None, **options):
        chosen = {"plan": self.program.plan, "backend": "native"}
        return Compiled(function or self.function, **chosen, **options)


LANES = in_process._lanes() if in_process.available() else ()


@pytest.mark.parametrize("lanes", [LANES[:count] for count in range(len(LANES) + 1)])
@pytest.mark.skipif(not in_process.available(), reason="llvmlite")
def test_functions_of_several_numbers_at_once_are_right_to_4_units(monkeypatch, lanes):
    monkeypatch.setattr(in_process, "_lanes", lambda: lanes)
    shifts = [0.0, 1.0, -0.5, 30.0, -30.0, 1e5, 800.0, -800.0]
    x = np.concatenate([np.linspace(-1.0, 1.0, 37) * s + s for s in shifts] + [EDGES])
    for name in ("exp", "log", "sin", "tanh", "erf", "expm1", "log1p", "arctan", "arccosh", "exp2"):
        function = getattr(F, name)
        found = np.array(compile(function, batch=(0,), backend="native")(x))
        wanted = np.array([function(v) for v in x.tolist()])
        assert np.array_equal(np.isfinite(found), np.isfinite(wanted)), name
        close = np.isfinite(wanted)
        assert np.array_equal(found[~close], wanted[~close], equal_nan=True), name
        far = np.abs(found[close] - wanted[close]) / np.spacing(np.abs(wanted[close]))
        assert far.max() <= 5.0, name  # 4 units of libmvec, 1 of `function`


def test_a_long_text_is_compiled_as_it_is_and_a_longer_one_not_at_all(engine, monkeypatch):
    here = in_process if engine == "llvm" else c_compiler
    f = compile(chained, backend="native")
    wanted = compile(chained, backend="numpy").value_and_grad(np.arange(30.0), 0.3)
    monkeypatch.setattr(here, "_LONGEST_OPTIMIZED", 100)
    found = f.value_and_grad(np.arange(30.0), 0.3)
    np.testing.assert_allclose(np.hstack(found), np.hstack(wanted), rtol=1e-13)
    assert "machine code by" in f.report
    monkeypatch.setattr(here, "_LONGEST", 100)
    f = compile(chained, backend="native")
    found = f.value_and_grad(np.arange(30.0), 0.3)
    np.testing.assert_allclose(np.hstack(found), np.hstack(wanted), rtol=1e-13)
    instead = "run by LLVM step by step" if engine == "llvm" else "this length needs llvmlite"
    assert instead in f.report
    x, w, b = arguments()
    batch = compile(layer, batch=(0, None, None), backend="native")
    other = compile(layer, batch=(0, None, None), backend="numpy")
    found, wanted = (g.value_and_grad(x, w, b, wrt=(1, 2)) for g in (batch, other))
    np.testing.assert_array_equal(found[1][0], wanted[1][0])  # NumPy's, since it does more at once
    assert "are more than the 100 to compile" in batch.report


def chained(x, y):
    for i in range(len(x)):
        y = (x[i] * y).sin() + x[-i] * 0.5
    return y


@pytest.fixture
def hasty(monkeypatch):
    """Compile without the optimizer, in a tenth of the time."""
    llvm = pytest.importorskip("llvmlite.binding")
    options, machine = llvm.create_pipeline_tuning_options, llvm.Target.create_target_machine
    monkeypatch.setattr(llvm, "create_pipeline_tuning_options", lambda speed_level: options(0))
    monkeypatch.setattr(
        llvm.Target, "create_target_machine", lambda self, **kw: machine(self, **{**kw, "opt": 0})
    )


@pytest.mark.parametrize("first", range(30_000, 30_100, 10))
def test_generated_programs(hasty, first):
    for seed in range(first, first + 10):
        found = verdict(program_of(seed, small=True), NativeChecker)
        assert found.startswith(("ok", "large")), (seed, found)


@pytest.mark.parametrize("seed", range(30_200, 30_206))
def test_generated_programs_with_each_engine(engine, seed):
    found = verdict(program_of(seed, small=True), NativeChecker)
    assert found.startswith(("ok", "large")), found


def layer(x, w, b):
    h = [F.tanh(sum(w[i][j] * x[j] for j in range(len(x))) + b[i]) for i in range(len(b))]
    return sum(v * v for v in h) * 0.5


def arguments(seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(7, 5)), rng.normal(size=(4, 5)), rng.normal(size=4)


def test_second_derivatives_batches_of_all_sizes_and_float32(engine):
    x, w, b = arguments()
    numpy = compile(layer, batch=(0, None, None), backend="numpy")
    native = compile(layer, batch=(0, None, None), backend="native")
    for rows in (x, x[:1], x[:0], np.vstack([x] * 200), x.astype(np.float32), x[::-1]):
        want = numpy.value_and_grad(rows, w, b, wrt=(0, 1, 2))
        found = native.value_and_grad(rows, w, b, wrt=(0, 1, 2))
        np.testing.assert_allclose(found[0], want[0], rtol=1e-12)
        for one, other in zip(found[1], want[1]):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)

    def second(x):
        return sum(v * v for v in grad(lambda z: sum(F.exp(a) * a for a in z))(x))

    got = compile(second, backend="native").grad([0.5, -1.0])
    np.testing.assert_allclose(got, compile(second, backend="numpy").grad([0.5, -1.0]), rtol=1e-12)


def test_guards_pickling_threads_and_live_leaves(engine):
    w = Value(3.0)
    f = compile(kink, backend="native")
    assert (f(2.0), f(-2.0), f.grad(2.0), f.grad(-2.0)) == (4.0, 2.0, 4.0, -1.0)
    again = pickle.loads(pickle.dumps(f))
    assert again(3.0) == 9.0
    g = compile(lambda x: x * w, backend="native")
    assert g(2.0) == 6.0
    w.data = 5.0
    assert (g(2.0), g.grad(2.0)) == (10.0, 5.0)
    x = Value(1.5)
    graph = compile_graph(x * x, [x], backend="native")
    assert graph.value_and_grad(3.0) == (9.0, 6.0)
    found, h = [], compile(layer, backend="native")
    x, weights, b = arguments()
    threads = [
        threading.Thread(target=lambda i=i: found.append((i, h(x[i], weights, b))))
        for i in range(7)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(found) == pytest.approx({i: float(h(x[i], weights, b)) for i in range(7)})


def kink(x):
    return x * x if x > 0 else -x


@COMPILES
def test_bound_calls_refuse_what_they_were_not_bound_with():
    f = compile(lambda x, y: F.exp(x) * y, backend="native")
    call = f.bind(1.0, 2.0, wrt=(0, 1))
    assert call(0.0, 3.0) == (3.0, (3.0, 1.0))
    g = compile(layer, backend="native").bind(*[a[0] if i == 0 else a for i, a in enumerate(arguments())], wrt=0)  # noqa: E501  # fmt: skip
    x, w, b = arguments()
    for wrong in (
        (x, w, b),
        (x[0].astype(np.float32), w, b),
        (x[0].tolist(), w, b),
        (x[0], w.T, b),
    ):
        with pytest.raises(TypeError, match="like those it was bound with"):
            g(*wrong)
    if in_process.available():
        for wrong in ((1, 2.0), (1.0,), (1.0, "a"), (None, 1.0)):
            with pytest.raises(TypeError, match="like those it was bound with"):
                call(*wrong)


@pytest.mark.skipif(not in_process.available(), reason="llvmlite")
def test_it_is_compiled_once_for_each_kind_of_answer(monkeypatch):
    made, original = [], in_process.compiled
    monkeypatch.setattr(in_process, "compiled", lambda *a, **k: made.append(a) or original(*a, **k))
    f = compile(lambda x: F.exp(x) * x, backend="native")
    for _ in range(3):
        assert f.bind(0.0, wrt=(0,))(0.0) == (0.0, (1.0,))
    assert len(made) == 2  # one returns the gradient by itself, one in a tuple


@COMPILES
def test_often_called_functions_become_machine_code_with_the_same_numbers(monkeypatch):
    monkeypatch.setattr(choice, "_COMPILE_START", 0.0)
    monkeypatch.setattr(choice, "_COMPILE_INSTRUCTION", 0.0)
    f = compile(lambda x, y: F.exp(x) * y)
    call = f.bind(1.0, 2.0, wrt=0)
    found = {call(0.5, 2.0) for _ in range(20)} | {f.value_and_grad(0.5, 2.0) for _ in range(20)}
    assert len(found) == 1
    assert "machine code by" in f.report
    wide = compile(lambda x, w: sum(sum(a * b for a, b in zip(x, r)) for r in w))
    for _ in range(20):
        wide(np.ones(300), np.ones((300, 300)))
    assert "machine code by" not in wide.report  # BLAS is faster at this product


@COMPILES
def test_threads_with_one_bound_call_go_over_to_machine_code_and_count_no_more(monkeypatch):
    from autograd_core.compiler import version

    monkeypatch.setattr(version, "calls_until_native", lambda *_: 200)
    call = compile(lambda x, y: F.exp(x) * y + F.sin(x * y)).bind(1.0, 2.0, wrt=(0, 1))
    found = []
    work = [threading.Thread(target=lambda: found.extend(call(0.5, 2.0) for _ in range(100)))
            for _ in range(8)]  # fmt: skip
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(found) == 800
    values, slopes = np.array([value for value, _ in found]), np.array([s for _, s in found])
    np.testing.assert_allclose(values, np.exp(0.5) * 2.0 + np.sin(1.0), rtol=1e-14)
    wanted = [np.exp(0.5) * 2.0 + 2.0 * np.cos(1.0), np.exp(0.5) + 0.5 * np.cos(1.0)]
    np.testing.assert_allclose(slopes, np.tile(wanted, (800, 1)), rtol=1e-14)
    assert getattr(call.func, "__name__", "") != "count"


def test_what_c_has_no_function_for_stays_with_numpy():
    f = compile(lambda x: F.lgamma(x), backend="native")
    assert f.grad(3.0) == pytest.approx(1.5 - 0.57721566490153286, rel=1e-12)
    assert "no machine code: C's library has no polygamma" in f.report
    with pytest.raises(
        ValueError, match="backend wants one of auto, numpy, native, jax, got 'cuda'"
    ):
        compile(kink, backend="cuda")


# ------------------------------------------------------------------ a C compiler


@pytest.fixture
def only_c(monkeypatch, tmp_path):
    """Make a C compiler the only one, with an empty cache; return the folder of the cache."""
    if not c_compiler.available():
        pytest.skip("a C compiler")
    monkeypatch.setattr(in_process, "available", lambda: False)
    cache = tmp_path / "a home with spaces" / "cache"
    monkeypatch.setenv("AUTOGRAD_CORE_CACHE", str(cache))
    c_compiler._library.cache_clear()
    yield cache
    c_compiler._library.cache_clear()
    c_compiler._version.cache_clear()
    c_compiler.available.cache_clear()


def square(x):
    return sum(v * v for v in x)


def test_the_cache_is_private_and_a_damaged_entry_is_made_anew(only_c):
    def run():
        c_compiler._library.cache_clear()
        return compile(square, backend="native")(np.arange(4.0))

    assert run() == 14.0
    (entry,) = only_c.iterdir()
    assert only_c.stat().st_mode & 0o777 == 0o700
    content = entry.read_bytes()
    for damaged in (content[:1000], b"", content[:-70] + b"x" * 70):
        entry.unlink()  # what is loaded is in use
        entry.write_bytes(damaged)
        assert run() == 14.0
        assert len(entry.read_bytes()) > 1000


@pytest.mark.parametrize("how", ["fails", "is garbage", "hangs", "is missing"])
def test_a_compiler_that_fails_costs_one_warning(only_c, monkeypatch, tmp_path, how):
    script = tmp_path / "cc"
    text = {"fails": "echo something is wrong >&2; exit 1", "is garbage": "echo x > /dev/null",
            "hangs": "exec sleep 60", "is missing": ""}[how]  # fmt: skip
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o755)
    monkeypatch.setenv("CC", str(script if text else tmp_path / "none"))
    monkeypatch.setattr(c_compiler, "_TIMEOUT", 0.5)
    monkeypatch.setenv("AUTOGRAD_CORE_VERIFY", "")
    c_compiler._version.cache_clear()
    c_compiler.available.cache_clear()
    f = compile(square, backend="native")
    if text:
        with pytest.warns(RuntimeWarning, match="no machine code, so NumPy runs it") as said:
            assert f(np.arange(4.0)) == 14.0
        assert len(said) == 1
    else:
        assert f(np.arange(4.0)) == 14.0
    assert f(np.arange(4.0)) == 14.0
    assert "no machine code: " in f.report


@pytest.mark.parametrize("folder", ["", "/proc/nowhere"])
def test_without_a_cache_it_compiles_each_time(only_c, monkeypatch, folder):
    monkeypatch.setenv("AUTOGRAD_CORE_CACHE", folder)
    assert compile(square, backend="native")(np.arange(4.0)) == 14.0


def test_a_user_without_a_home_has_no_cache(only_c, monkeypatch):
    def none():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("AUTOGRAD_CORE_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(c_compiler.Path, "home", none)
    f = compile(square, backend="native")
    assert f(np.arange(4.0)) == 14.0
    assert "machine code by a C compiler" in f.report


def test_eight_processes_at_once_share_a_cache(only_c):
    script = (
        "import numpy as np\n"
        "from autograd_core import compile\n"
        "from autograd_core.compiler.printers.llvm import in_process\n"
        "in_process.available = lambda: False\n"
        "f = compile(lambda x: sum(v * v for v in x), backend='native')\n"
        "assert f(np.arange(4.0)) == 14.0 and 'a C compiler' in f.report, f.report\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(8)]
    assert [process.wait(timeout=120) for process in running] == [0] * 8
    assert len(list(only_c.iterdir())) == 1


@pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler")
def test_the_c_file_compiles_by_itself(tmp_path):
    f = compile(layer, batch=(0, None, None), backend="numpy")
    x, w, b = arguments()
    f.value_and_grad(x, w, b, wrt=(0, 1, 2))
    path = tmp_path / "layer.c"
    path.write_text(f.c_source)
    flags = ["-std=c99", "-Wall", "-Werror", "-Wno-unknown-pragmas", "-DEXAMPLE"]
    subprocess.run(["cc", *flags, str(path), "-o", str(tmp_path / "a.out"), "-lm"], check=True)
    printed = subprocess.run(
        [str(tmp_path / "a.out")], capture_output=True, text=True, check=True
    ).stdout
    found = dict(line.split(" = ") for line in printed.splitlines())
    half = [np.full((1, 5), 0.5), np.full((4, 5), 0.5), np.full(4, 0.5)]
    value, (dx, _, db) = f.value_and_grad(*half, wrt=(0, 1, 2))
    assert float(found["outputs[0]"]) == pytest.approx(float(value[0]), rel=1e-15)
    assert float(found["d_x[2]"]) == pytest.approx(dx[0, 2], rel=1e-14)
    assert float(found["d_b[3]"]) == pytest.approx(db[3], rel=1e-14)
