"""`python -m viz`: what it writes, and one clear line for bad input."""

import subprocess
import sys

import pytest

from viz.command_line import main

NEURON = ["tanh(w1*x1 + w2*x2 + b)", "w1=-3", "w2=1", "b=6.8813735870195432", "x1=2", "x2=0"]


def test_the_suffix_decides_the_format(tmp_path):
    target = tmp_path / "neuron.svg"
    assert main([*NEURON, "-o", str(target)]) == 0
    assert "data 0.7071" in target.read_text()
    assert main([*NEURON, "-o", str(tmp_path / "neuron.PNG")]) == 0
    assert (tmp_path / "neuron.PNG").read_bytes()[1:4] == b"PNG"


def test_without_output_it_prints_data_and_gradient_of_each_node(capsys):
    main(NEURON)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["v1", "x1", "2.0000", "-1.5000"] in rows


def test_an_expression_may_start_with_a_minus_sign(capsys):
    assert main(["-x*2", "x=3"]) == 0
    assert "= -6.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["__import__('os')"], "__import__"),
        (["x"], "no value for x"),
        (["x", "x=abc"], "x wants a number, got 'abc'"),
        (["x", "x"], "expected name=number"),
        (["x", "x=1", "x=2"], "x is given twice"),
        (["x", "x=1", "-o", "picture.bmp"], "'.bmp'"),
        (["x", "x=1", "-o", "/no/such/folder/x.svg"], "/no/such/folder/x.svg"),
        (["x", "x=1", "--theme", "blue"], "--theme"),
        (["x", "x=1", "--nonsense"], "--nonsense"),
        (["x +", "x=1"], "not an expression"),
        (["x", "x=1", "--engine", "none", "-o", "x.svg"], "'none' is not installed"),
        ([], "required: expression"),
    ],
)
def test_bad_input_is_one_line_on_stderr_and_status_2(arguments, said, capsys):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert said in err


def test_bad_input_leaves_an_existing_picture_as_it_was(tmp_path):
    target = tmp_path / "x.svg"
    target.write_text("before")
    assert main(["x", "x=1", "--engine", "none", "-o", str(target)]) == 2
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_the_module_is_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "viz", "__import__('os')"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith("autograd-viz: error: no function '__import__'")
