"""Plots: what is in the figures."""

import subprocess
import sys

import pytest

from viz import plot_history

HISTORY = {"loss": [1.0, 0.5], "val_loss": [1.1, 0.7], "accuracy": [0.6, 0.9]}


def test_history_has_a_panel_per_quantity_with_training_and_validation():
    loss, accuracy = plot_history(HISTORY).axes
    assert [list(line.get_ydata()) for line in loss.lines] == [[1.0, 0.5], [1.1, 0.7]]
    assert [text.get_text() for text in loss.get_legend().get_texts()] == ["training", "validation"]
    assert accuracy.get_ylabel() == "accuracy"


def test_history_takes_what_fit_returns():
    class History:
        history = HISTORY

    assert len(plot_history(History()).axes) == 2


def test_epochs_are_counted_from_one():
    assert list(plot_history(HISTORY).axes[0].lines[0].get_xdata()) == [1, 2]


def test_a_loss_that_falls_by_decades_is_drawn_on_a_logarithmic_axis():
    assert plot_history({"loss": [1.0, 1e-3]}).axes[0].get_yscale() == "log"
    assert plot_history({"loss": [1.0, 0.5]}).axes[0].get_yscale() == "linear"


def test_an_empty_history_is_an_error():
    with pytest.raises(ValueError, match="the history is empty"):
        plot_history({"loss": []})


def test_a_figure_shows_itself_in_a_notebook():
    assert plot_history(HISTORY)._repr_png_()[:4] == b"\x89PNG"


def test_importing_viz_does_not_import_matplotlib():
    code = "import sys, viz; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_without_matplotlib_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'pip install "autograd-core\[plots\]"'):
        plot_history(HISTORY)
