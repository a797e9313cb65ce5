"""The names and the nesting of arguments do not change the results."""

import keyword
import math
import re
import shutil
import subprocess
import threading
from collections import OrderedDict, defaultdict

import numpy as np
import pytest

from autograd_core import Value, compile, compile_graph
from autograd_core.functional import sin, tanh

from .compiler_graphs import random
from .test_compiler_javascript import NODE, run

PAIRS = ["x x_1", "x x_", "v1 v1_1", "ones_40 index1", "t1 c1", "B run", "outputs gradients",
         "x x_in", "view take", "tanh sin", "float bool", "self args", "d_x x",
         "nan inf"]  # fmt: skip


@pytest.mark.parametrize("names", PAIRS)
@pytest.mark.parametrize("batch", [None, (0, None)])
def test_what_arguments_are_called_does_not_matter(names, batch):
    one, other = names.split()
    scope = {"tanh_": tanh, "sin_": sin}
    exec(f"def f({one}, {other}):\n    return sum(tanh_({one}[i] * {one}[i + 1]) * {other}[i] + "
         f"sin_({other}[i] * {one}[i + 2]) for i in range(40))", scope)  # fmt: skip
    x, y = random(2, 42), random(40, seed=1)
    compiled = compile(scope["f"], batch=batch)
    value, (by_x, by_y) = compiled.value_and_grad(x if batch else x[0], y, wrt=(0, 1))
    for row in range(2 if batch else 1):
        a, b = [Value(t) for t in x[row]], [Value(t) for t in y]
        result = scope["f"](a, b)
        assert np.ravel(value)[row] == pytest.approx(result.data, rel=1e-12)
        result.backward()
        np.testing.assert_allclose(np.reshape(by_x, (-1, 42))[row], [t.grad for t in a], rtol=1e-12)
    if not batch:
        np.testing.assert_allclose(by_y, [t.grad for t in b], rtol=1e-12)


def of_two(name):
    """Return a compiled function of `name` and y, and its arguments, once it has run."""
    source = (
        f"lambda {name}, y: sum((v_ * y).exp() for v_ in {name}) + y.maximum(3.0) + "
        f"sum({name}[i_].logaddexp(y) for i_ in (3, 1, 4, 0))"
    )
    compiled = compile(eval(source), batch=(0, 0))
    arguments = random(3, 5), random(3, seed=1)
    return compiled, arguments, compiled.value_and_grad(*arguments, wrt=(0, 1))


def words(text):
    """Return the identifiers in a source, as far as they are names of arguments in Python."""
    found = {word for word in re.findall(r"[A-Za-z_]\w*", text) if not keyword.iskeyword(word)}
    return sorted(found - {"y", "v_", "i_", "sum"})


@pytest.mark.skipif(NODE is None, reason="no node on PATH")
def test_an_argument_may_have_any_name_that_javascript_prints():
    (value, (by_x, by_y)), arguments = of_two("x")[2], of_two("x")[1]
    for name in words(of_two("x")[0].javascript):
        compiled, _, _ = of_two(name)
        found = run(compiled.javascript, arguments, [3, 15, 3], 3)
        for one, other in zip(found, (value, by_x, by_y)):
            np.testing.assert_allclose(one, np.ravel(other), rtol=1e-12, err_msg=name)


@pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler")
def test_an_argument_may_have_any_name_that_c_prints(tmp_path):
    names = [*words(of_two("x")[0].c_source), "M_PI", "NULL", "linux", "bool", "typeof", "errno"]
    for name in names:
        (tmp_path / f"{name}.c").write_text(of_two(name)[0].c_source)
    files = [str(path) for path in tmp_path.iterdir()]
    subprocess.run(["cc", "-w", "-fsyntax-only", *files], check=True)


@pytest.mark.parametrize("keys", [(1, 1.0), (1, True), (0.0, -0.0), ((1,), (1.0,)),
                                  (frozenset({0.0}), frozenset({-0.0})), (2, 2 + 0j)])  # fmt: skip
def test_static_arguments_that_are_equal_but_not_the_same_have_graphs_of_their_own(keys):
    compiled = compile(lambda x, key: x * (2.0 if repr(key) == repr(keys[0]) else 3.0), static=1)
    assert [compiled(1.0, key) for key in keys] == [2.0, 3.0]


@pytest.mark.parametrize("keys", [(1, True), (1.0, 1), (0.0, -0.0)])
def test_keys_of_dicts_are_told_apart(keys):
    compiled = compile(lambda x: next(iter(x.values())) * len(repr(next(iter(x)))))
    assert [compiled({key: 1.0}) for key in keys] == [len(repr(key)) for key in keys]


def test_graphs_of_static_arguments_are_dropped_at_last():
    compiled = compile(lambda x, n: x * float(n), static=1)
    for n in range(600):
        assert compiled(2.0, n) == 2.0 * n
    assert len(compiled._versions) < 300


@pytest.mark.parametrize("shape", [(2, 3), (3, 2, 2), (1, 4)])
def test_object_arrays_keep_their_shape(shape):
    numbers = random(*shape)
    compiled = compile(lambda x: sum(sin(v) * (i + 1.0) for i, v in enumerate(x.flat)))
    value, slopes = compiled.value_and_grad(numbers.astype(object))
    weights = np.arange(1.0, numbers.size + 1.0).reshape(shape)
    assert value == pytest.approx((np.sin(numbers) * weights).sum(), rel=1e-13)
    np.testing.assert_allclose(slopes, np.cos(numbers) * weights, rtol=1e-13)


def test_many_threads_may_make_the_first_call():
    compiled = compile(lambda x: sum(sin(v) for v in x) if x[0] > 0.0 else x[1] * 2.0)
    found, barrier = [], threading.Barrier(16)

    def call():
        barrier.wait()
        found.append(compiled([1.0, 2.0, 3.0]))

    threads = [threading.Thread(target=call) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [pytest.approx(math.sin(1.0) + math.sin(2.0) + math.sin(3.0))] * 16


def test_values_from_outside_are_read_as_they_are():
    w = Value(2.0)
    made, deep = w * 3.0, (w * 3.0).tanh() + 1.0
    compiled = compile(lambda x: x * made + deep)
    first = compiled(1.0)
    w.data = 10.0  # numbers computed from it stay, as they do eagerly
    assert compiled(1.0) == first == made.data + deep.data
    made.data, deep.data = 100.0, 1.0
    assert compiled.value_and_grad(2.0) == (201.0, 100.0)
    graph = compile_graph(w * 2.0)  # but a compiled graph is computed from its leaves
    w.data = 7.0
    assert graph() == 14.0


@pytest.mark.parametrize("call", [lambda f: f(1.0), lambda f: f(x=1.0), lambda f: f(1.0, y=3.0)])
def test_a_default_that_can_be_given_by_name_only_stays(call):
    compiled = compile(lambda x, y=3.0, *, k=2.0: x * y * k)
    assert call(compiled) == 6.0
    with pytest.raises(TypeError, match="by name only"):
        compiled(1.0, k=5.0)


def test_other_kinds_of_dicts_and_arrays_without_dimensions():
    numbers = OrderedDict(b=2.0, a=3.0)
    compiled = compile(lambda x: OrderedDict(first=x["b"] * x["a"], second=[x["a"]]))
    assert compiled(numbers) == OrderedDict(first=6.0, second=[3.0])
    by = compile(lambda x: x["b"] * x["a"]).grad(numbers)
    assert by == OrderedDict(b=3.0, a=2.0)
    assert type(by) is OrderedDict
    assert compile(lambda x: x["a"] * 2.0)(defaultdict(list, a=4.0)) == 8.0
    assert compile(lambda x: np.array(x * 2.0, dtype=object)).value_and_grad(3.0) == (6.0, 2.0)
