"""The arithmetic of a step, as text and as LaTeX."""

import pytest

from autograd_core import Value, ops
from autograd_core.functional import dot, log_softmax, logsumexp, softmax
from autograd_core.table import TABLE, Op
from viz.steps import trace
from viz.steps.chain_rule import LATEX_NOTATION, LONGEST_FORMULA, PLAIN, fill, formula


def one_step(make, *numbers):
    """The forward text of an operation on a, b, ..., and the local text of each operand."""
    leaves = [Value(number, label) for number, label in zip(numbers, "abcdefghijklmnop")]
    root = make(*leaves)
    root.label = "y"
    taken = trace(root)
    return taken.text(taken.forward[-1]), [taken.local(step) for step in taken.backward]


@pytest.mark.parametrize(
    ("make", "numbers", "forward", "local"),
    [
        (lambda a, b: a * b, (2, -3), "y = a * b = 2 * -3 = -6",
         ["dy/da = b = -3", "dy/db = a = 2"]),
        (lambda a, b: a - b, (2, -3), "y = a - b = 2 - -3 = 5", ["dy/da = 1", "dy/db = -1"]),
        (lambda a: a**2, (-3,), "y = a**2 = (-3)**2 = 9", ["dy/da = 2 * a = 2 * -3 = -6"]),
        (lambda a: -a, (-3,), "y = -a = -(-3) = 3", ["dy/da = -1"]),
        (lambda a: a.tanh(), (0,), "y = tanh(a) = tanh(0) = 0",
         ["dy/da = 1 - y * y = 1 - 0 * 0 = 1"]),
        (lambda a: a.relu(), (-3,), "y = maximum(a, 0) = maximum(-3, 0) = 0",
         ["dy/da = 1 - (a <= 0) = 1 - (-3 <= 0) = 0"]),
        (lambda a, b: a / b, (1, 4), "y = a / b = 1 / 4 = 0.25",
         ["dy/da = 1 / b = 1 / 4 = 0.25", "dy/db = -(y / b) = -(0.25 / 4) = -0.0625"]),
        (lambda a: a.exp(), (0,), "y = exp(a) = exp(0) = 1", ["dy/da = y = 1"]),
    ],
)  # fmt: skip
def test_a_step_shows_the_formula_then_the_numbers(make, numbers, forward, local):
    assert one_step(make, *numbers) == (forward, local)


def test_a_dot_product_is_written_out():
    forward, _ = one_step(lambda a, b, c, d: dot([a, b], [c, d]), 1, 2, 3, 4)
    assert forward == "y = a * c + b * d = 1 * 3 + 2 * 4 = 11"


def test_an_operation_with_a_long_formula_goes_by_its_name():
    forward, local = one_step(lambda a, b: log_softmax([a, b])[0], 0, 0)
    assert forward == "y = log_softmax(a, a, b) = log_softmax(0, 0, 0) = -0.693147"
    assert local[1] == "dy/da = -softmax(a) = -softmax(0) = -0.5"


def test_softmax_is_said_in_a_word():
    forward, local = one_step(lambda a, b: softmax([a, b])[0], 0, 0)
    assert forward == "y = softmax(a) = softmax(0) = 0.5"
    assert local[1] == "dy/da = -y * softmax(a) = -0.5 * softmax(0) = -0.25"
    assert (
        one_step(lambda a, b: logsumexp([a, b]), 0, 0)[1][0]
        == "dy/da = softmax(a) = softmax(0) = 0.5"
    )


def test_many_operands_are_not_all_listed():
    xs = [Value(1.0, f"x{i}") for i in range(200)]
    taken = trace(dot(xs, xs))
    assert "x4, ..., x199" in taken.text(taken.forward[0])


def test_a_label_that_is_no_name_is_in_brackets():
    x = Value(2.0, "any | text\nin two lines")
    y = x * 3.0
    y.label = "y"
    taken = trace(y)
    assert taken.text(taken.forward[0]).startswith("y = (any | text in two lines) * v1 = ")
    assert "dy/d(any | text in two lines) +=" in taken.text(taken.backward[0])


def test_a_label_is_never_taken_for_a_template():
    x = Value(2.0, r"{0} %s \1 <script>")
    taken = trace(x * 3.0)
    assert r"({0} %s \1 <script>)" in taken.text(taken.forward[0])


def test_latex_of_a_forward_and_a_backward_step():
    x = Value(-3.0, "x1")
    y = x**2
    y.label = "y"
    taken = trace(y)
    assert taken.latex(taken.forward[0]) == (r"y = {x_{1}}^{2} = {\left(-3\right)}^{2} = 9")
    assert taken.latex(taken.backward[0]) == (
        r"\frac{\partial y}{\partial x_{1}} += \frac{\partial y}{\partial y} \cdot "
        r"\frac{\partial y}{\partial x_{1}} = 1 \cdot -6 = -6   (0 \to -6)"
    )


def test_latex_escapes_a_label_and_writes_powers_of_ten():
    x = Value(1e-7, "50% of_it")
    taken = trace(x * 2.0)
    latex = taken.latex(taken.forward[0])
    assert r"\text{50\% of\_it}" in latex
    assert r"1 \times 10^{-7}" in latex


@pytest.mark.parametrize("notation", ["plain", "latex"])
@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_row_of_the_table_can_be_written(name, notation):
    op = TABLE[name]
    arguments = {} if notation == "plain" else {"notation": LATEX_NOTATION}
    operands = op.arity or 4
    written = formula(op, operands, **arguments)
    assert len(written.partials) == operands
    names = [f"x{i}" for i in range(operands)]
    for template in (written.value, *written.partials):
        filled = fill(template, names, "y", **arguments)
        assert not any(mark in filled for mark in "\1\2\3\4")
        assert filled.count("(") == filled.count(")")


def test_the_formula_of_a_row_is_short():
    assert len(formula(ops.GELU, 1).value) <= LONGEST_FORMULA
    assert formula(ops.SOFTPLUS, 1, LATEX_NOTATION).value.startswith(r"\operatorname{softplus}")


@pytest.mark.parametrize("notation", [PLAIN, LATEX_NOTATION])
def test_a_formula_whose_text_would_double_sixty_times_is_called_by_its_name(notation):
    def value(m, a):
        for _ in range(60):
            a = m.divide(a, 2.0) + a * a
        return a

    op = Op("doubling", value, lambda m, y, a: (value(m, y) - a,), symbol="doubling")
    written = formula(op, 1, notation)
    assert "doubling" in written.value
    assert written.partials == ("",)
