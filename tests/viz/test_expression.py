"""Formulas as text: what becomes a graph, and what is refused."""

import math

import pytest

from autograd_core.table import TABLE
from viz.expression import ExpressionError, parse


def value(text, **variables):
    root, _ = parse(text, variables)
    return root.data


def test_micrograds_neuron_has_its_published_gradients():
    # https://github.com/karpathy/micrograd, the lecture's neuron: o = 0.7071, d o / d w1 = 1
    numbers = {"w1": -3.0, "w2": 1.0, "b": 6.8813735870195432, "x1": 2.0, "x2": 0.0}
    root, leaves = parse("tanh(w1*x1 + w2*x2 + b)", numbers)
    root.backward()
    assert root.data == pytest.approx(math.sqrt(0.5), rel=1e-15)
    gradients = {name: round(leaf.grad, 6) for name, leaf in leaves.items()}
    assert gradients == {"w1": 1.0, "w2": 0.0, "b": 0.5, "x1": -1.5, "x2": 0.5}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-x**2", -9.0),
        ("+x - 1", 2.0),
        ("7 // x % 2", 0.0),
        ("2**x / 4", 2.0),
        ("maximum(x, 5) * 2", 10.0),
        ("x > 2", 1.0),
        ("2**-1 * x", 1.5),
        ("x * 1/0", math.inf),
        ("0**-1 + x", math.inf),
    ],
)
def test_operators_mean_what_they_mean_in_python(text, expected):
    assert value(text, x=3.0) == expected


@pytest.mark.parametrize("name", [name for name, op in TABLE.items() if op.arity == 1])
def test_every_function_of_the_table_can_be_called(name):
    root, _ = parse(f"{name}(x)", {"x": 0.5})
    assert root.op is TABLE[name]


def test_a_label_is_the_variables_name():
    root, _ = parse("a * b", {"a": 1.0, "b": 2.0})
    assert [parent.label for parent in root.parents] == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "x.__class__",
        "(lambda: x)()",
        "[x for x in y]",
        "x if x else x",
        "x and x",
        "0 < x < 1",
        "'text' + x",
        "1j * x",
        "True * x",
        "x := 3",
        "tanh(*x)",
        "tanh(a=x)",
        "eval(x)",
        "math.tanh(x)",
        "x = 1",
        "x; x",
        "",
        "  ",
        "x\0",
        "f'{x}'",
    ],
)
def test_anything_but_names_numbers_and_the_table_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text, {"x": 1.0})


@pytest.mark.parametrize(
    "text",
    ["x" + "+x" * 20_000, "(" * 5_000 + "x" + ")" * 5_000, "-" * 50_000 + "x", "x" * 200_000],
)
def test_a_huge_or_deep_expression_is_a_clear_error(text):
    with pytest.raises(ExpressionError, match=r"nested|characters"):
        parse(text, {"x": 1.0})


def test_missing_variables_are_named():
    with pytest.raises(ExpressionError, match=r"no value for b, c; add b=1\.0 c=1\.0"):
        parse("a + b + c", {"a": 1.0})


def test_unused_variables_are_named():
    with pytest.raises(ExpressionError, match="does not use z; leave them out"):
        parse("x", {"x": 1.0, "z": 1.0})


def test_a_misspelt_function_is_met_with_a_suggestion():
    with pytest.raises(ExpressionError, match="did you mean tan or tanh"):
        parse("tahn(x)", {"x": 1.0})


def test_a_wrong_number_of_operands_names_the_function():
    with pytest.raises(ExpressionError, match="tanh"):
        parse("tanh(x, x)", {"x": 1.0})
