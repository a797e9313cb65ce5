"""What play is given: histories of every kind, names, and labels that no page can show."""

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


def test_a_name_where_no_class_has_one_is_an_error_that_quotes_it():
    with pytest.raises(TypeError, match="'cat'"):
        play(nn.MLP(2, [1], rng=0), [1.0, 2.0], "cat")
