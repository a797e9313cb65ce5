"""What play is given: histories of every kind, names, and labels that no page can show."""

import re

import numpy as np
import pytest

import nn
from autograd_core import Value
from viz.player import play


@pytest.mark.parametrize("label", ["\x00\x1b", "\ud800", "</title>", "é"])
def test_any_label_gives_a_page_that_can_be_saved(label, tmp_path):
    assert play(Value(1.0, label)).save(tmp_path / "player.html").read_bytes()


@pytest.mark.parametrize("history", [{}, {"loss": []}, nn.History()])
def test_an_empty_history_is_an_error_that_says_so(history):
    with pytest.raises(ValueError, match="fit the model for at least one epoch"):
        play(history)


def test_a_history_may_be_arrays():
    assert play({"loss": np.array([1.0, 0.5])}).stills


def test_the_picture_of_a_training_has_the_names_of_all_curves_inside():
    (picture,) = play({name: [1.0, 0.5] for name in ("a", "val_a", "b", "val_b")}).stills
    width = int(re.search(r'width="(\d+)"', picture)[1])
    places = {name: int(x) for x, name in re.findall(r'<text x="(\d+)"[^>]*>(\w+)</text>', picture)}
    assert {"a", "val_a", "b", "val_b"} <= {*places}
    assert places["val_b"] < width - 80  # room for 14 letters


def test_a_name_where_no_class_has_one_is_an_error_that_quotes_it():
    with pytest.raises(TypeError, match="'cat'"):
        play(nn.MLP(2, [1], rng=0), [1.0, 2.0], "cat")
