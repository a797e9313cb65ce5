"""Functions that take plain numbers out of Values give the same compiled as eagerly."""

import copy
import pickle
import threading

import numpy as np
import pytest

from autograd_core import Value, compile, compile_graph, grad, no_grad
from autograd_core.functional import sin, stop_gradient, where
from autograd_core.graph import Node


def under_no_grad(z):
    with no_grad():
        scale = z[0] * z[0] + 1.0
    return z[1] * scale


def after_backward(z):
    square = z[0] * z[0]
    square.backward()
    return z[1] * z[0].grad


def inner_derivative(z):
    return grad(lambda t: t * t * z[0])(3.0) * z[1]


FOLLOWED = {
    "detach": (lambda z: z[0].detach() * z[1] + z[0], [1.0, 5.0]),
    "stop_gradient": (lambda z: stop_gradient(z[0]) * z[1] + z[0], [1.0, 5.0]),
    "straight-through": (lambda z: z[0] + (z[0].round() - z[0]).detach() + z[1], [1.0, 1.0]),
    "no_grad": (under_no_grad, [0.0, 26.0]),
    "a derivative inside": (inner_derivative, [12.0, 30.0]),
    "a comparison": (lambda z: z[1] * (1.0 if z[0] > 2.0 else -1.0), [0.0, 1.0]),
}  # gradients at (5, 2), by hand
READ = {
    "data": (lambda z: z[0].data * z[1], [0.0, 5.0]),
    "item": (lambda z: z[0].item() * z[1], [0.0, 5.0]),
    "a decision by data": (lambda z: z[1] if z[0].data > 2.0 else z[0], [0.0, 1.0]),
    "argmax of data": (lambda z: z[int(np.argmax([v.data for v in z]))] ** 2, [10.0, 0.0]),
    "max by key": (lambda z: max(z, key=lambda v: v.data) ** 2, [10.0, 0.0]),
    "a format": (lambda z: float(f"{z[0]:.3f}") * z[1], [0.0, 5.0]),
    "repr": (lambda z: float(repr(z[0]).split("=")[1].split(",")[0]) * z[1], [0.0, 5.0]),
    "deepcopy": (lambda z: copy.deepcopy(z[0]) * z[1], [0.0, 5.0]),
    "backward": (after_backward, [0.0, 10.0]),
    "a new Value": (lambda z: Value(z[0].data) * z[1], [0.0, 5.0]),
    "data of a result": (lambda z: (z[0] * 2.0).data * z[1], [0.0, 10.0]),
}
POINT = [5.0, 2.0]


def compiled(function):
    """Return the function, compiled and called with other numbers before."""
    program = compile(function)
    with pytest.warns(RuntimeWarning, match=r"takes plain numbers out of .*reads\.py:\d+"):
        program([1.0, 2.0])
    return program


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_can_be_recorded_is_in_the_program(name):
    function, slope = FOLLOWED[name]
    program = compile(function)
    program([1.0, 2.0])
    wanted = function(list(map(Value, POINT))).data
    assert program(POINT) == wanted
    assert program.value_and_grad(POINT) == (wanted, slope)
    assert "def run" in program.source


@pytest.mark.parametrize("name", READ)
def test_a_function_that_reads_gives_what_it_gives_on_values(name):
    function, slope = READ[name]
    program = compiled(function)
    wanted = function(list(map(Value, POINT))).data
    assert program(POINT) == wanted
    assert program.value_and_grad(POINT) == (wanted, slope)
    assert program.grad(POINT) == slope
    call = program.bind(POINT, wrt=0)
    assert call([1.0, 2.0])[0] == function([Value(1.0), Value(2.0)]).data


@pytest.mark.parametrize("name", READ)
def test_each_sample_of_a_batch_reads_its_own(name):
    function, slope = READ[name]
    program = compile(function, batch=(0,))
    rows = np.array([[1.0, 2.0], POINT, [3.0, 0.5]])
    with pytest.warns(RuntimeWarning):
        values, slopes = program.value_and_grad(rows)
    assert values.tolist() == [function(list(map(Value, row))).data for row in rows]
    assert slopes[1].tolist() == slope
    assert program(rows[:0]).shape == (0,)


def test_shared_arguments_get_the_sum_over_the_batch():
    program = compile(lambda w, x: w * x.data, batch=(None, 0))
    with pytest.warns(RuntimeWarning):
        _, slope = program.value_and_grad(2.0, np.array([1.0, 3.0, 5.0]))
    assert slope == 9.0


def test_the_report_and_the_source_say_why():
    program = compiled(READ["data"][0])
    assert "takes plain numbers out" in program.report
    assert program.source.startswith("# runs on Values at each call")


def test_the_warning_comes_once():
    program = compiled(READ["data"][0])
    program([7.0, 2.0])  # warnings are errors here
    program.grad([7.0, 2.0])


def test_structures_statics_aux_and_known_leaves():
    weight = Value(3.0)
    program = compile(
        lambda ws, x, scale: (weight * x["a"].data * scale, {"twice": x["a"] * 2.0}),
        inputs={0: [weight]},
        static="scale",
    )
    with pytest.warns(RuntimeWarning):
        program([3.0], {"a": 1.0}, 10.0)
    found = program.value_and_grad([4.0], {"a": 5.0}, 10.0, has_aux=True)
    assert found == ((200.0, {"twice": 10.0}), [50.0])


def test_a_result_that_is_built_otherwise_is_refused():
    program = compile(lambda z: z[: int(z[0].data)])
    with pytest.warns(RuntimeWarning):
        program([1.0, 2.0])
    with pytest.raises(RuntimeError, match="call it without compile"):
        program([2.0, 2.0])


def test_inside_a_derivative_the_function_itself_runs():
    program = compiled(READ["data"][0])
    assert grad(lambda z: program(z))(POINT) == [0.0, 5.0]
    outer = compile(lambda z: program(z) * z[0])
    with pytest.warns(RuntimeWarning):
        assert outer(POINT) == 50.0
    assert outer([1.0, 3.0]) == 3.0


def read_at_the_top(x):
    return x.data * x


def test_it_pickles():
    program = compile(read_at_the_top)
    with pytest.warns(RuntimeWarning):
        program(2.0)
    again = pickle.loads(pickle.dumps(program))
    with pytest.warns(RuntimeWarning):
        assert again.value_and_grad(3.0) == (9.0, 3.0)


def test_values_are_as_before_and_other_threads_read_as_they_like():
    numbers, done = [], threading.Event()
    other = Value(4.0)

    def read():
        while not done.is_set():
            numbers.append(other.data)

    def slow(x):
        for _ in range(2000):
            x = sin(x)
        return x

    thread = threading.Thread(target=read)
    thread.start()
    compile(slow)(1.0)
    done.set()
    thread.join()
    assert set(numbers) == {4.0}
    assert type(Node.data).__name__ == "member_descriptor"


def test_a_graph_that_exists_holds_its_leaves():
    x = Value(2.0)
    program = compile_graph(where(x > 1.0, x, x * 2.0) * x.detach(), [x])
    assert program.value_and_grad(3.0) == (6.0, 2.0)  # detached before: a leaf of its own
