"""Plots: what is in the figures."""

import math
import subprocess
import sys

import numpy as np
import pytest

import viz
from autograd_core import Value
from autograd_core.table import TABLE
from viz.plots.functions import ACTIVATIONS

HISTORY = {"loss": [1.0, 0.5], "val_loss": [1.1, 0.7], "accuracy": [0.6, 0.9]}


class Neuron:
    def __init__(self, w, b):
        self.w, self.b = [Value(number) for number in w], Value(b)


class Layer:
    def __init__(self, *neurons):
        self.neurons = [Neuron(*neuron) for neuron in neurons]


class Model:
    def __init__(self, *layers):
        self.layers = layers


# walkthrough B2
WORKED = Model(Layer(([1.0, 1.0], 0.0), ([-1.0, 1.0], 0.0)), Layer(([2.0, -1.0], 0.0)))


def sse(w):
    """Walkthrough B8: one weight, data (1, 2), (2, 4), (3, 6)."""
    return sum((w * x - y) ** 2 for x, y in [(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)])


def curve(axes, label):
    return next(line for line in axes.lines if line.get_label() == label)


# history


def test_history_has_a_panel_per_quantity_with_training_and_validation():
    loss, accuracy = viz.plot_history(HISTORY).axes
    assert [list(line.get_ydata()) for line in loss.lines] == [[1.0, 0.5], [1.1, 0.7]]
    assert [text.get_text() for text in loss.get_legend().get_texts()] == ["training", "validation"]
    assert accuracy.get_ylabel() == "accuracy"


def test_history_takes_what_fit_returns():
    class History:
        history = HISTORY

    assert len(viz.plot_history(History()).axes) == 2


def test_epochs_are_counted_from_one():
    assert list(viz.plot_history(HISTORY).axes[0].lines[0].get_xdata()) == [1, 2]


def test_a_loss_that_falls_by_decades_is_drawn_on_a_logarithmic_axis():
    assert viz.plot_history({"loss": [1.0, 1e-3]}).axes[0].get_yscale() == "log"
    assert viz.plot_history({"loss": [1.0, 0.5]}).axes[0].get_yscale() == "linear"


def test_a_history_may_be_arrays():
    curves = {"loss": np.array([1.0, 0.5]), "val_loss": np.array([1.0, 0.75])}
    (axes,) = viz.plot_history(curves).axes
    assert [line.get_ydata().tolist() for line in axes.lines] == [[1.0, 0.5], [1.0, 0.75]]


def test_an_empty_history_is_an_error():
    with pytest.raises(ValueError, match="the history is empty"):
        viz.plot_history({"loss": []})


# activations


def test_every_activation_has_a_panel_with_its_derivative():
    figure = viz.plot_activations()
    assert [axes.get_title(loc="left") for axes in figure.axes] == list(ACTIVATIONS)
    assert all(curve(axes, "derivative") for axes in figure.axes)


def test_the_curves_of_tanh_are_tanh_and_one_minus_its_square():
    axes = viz.plot_activation("tanh").axes[0]
    xs = curve(axes, "tanh(x)").get_xdata()
    tanh = np.tanh(xs)
    assert curve(axes, "tanh(x)").get_ydata() == pytest.approx(tanh, rel=1e-12)
    assert curve(axes, "derivative").get_ydata() == pytest.approx(1.0 - tanh**2, rel=1e-9)


def test_a_step_is_drawn_with_a_gap_instead_of_a_slope():
    ys = curve(viz.plot_activation("step").axes[0], "step(x)").get_ydata()
    assert sum(map(math.isnan, ys)) == 1


def test_any_function_of_the_table_with_one_operand_can_be_plotted():
    for name, op in TABLE.items():
        if op.arity is not None and op.arity - len(op.defaults) == 1:
            viz.plot_activation(name)


@pytest.mark.parametrize("name", ["nobody", "add", "total"])
def test_a_function_that_is_no_curve_is_an_error(name):
    with pytest.raises(ValueError, match=name):
        viz.plot_activation(name)


# descent


def test_the_points_of_descent_are_those_of_the_worked_example():
    path = viz.plot_descent(sse, 0.0, rate=0.01, steps=1).axes[0].lines[1]
    assert path.get_xdata() == pytest.approx([0.0, 0.56])
    assert path.get_ydata() == pytest.approx([56.0, 29.0304])


@pytest.mark.parametrize(("rate", "climbs"), [(0.99 / 14, False), (1.01 / 14, True)])
def test_descent_diverges_for_a_rate_above_one_fourteenth(rate, climbs):
    heights = viz.plot_descent(sse, 0.0, rate=rate).axes[0].lines[1].get_ydata()
    assert (heights[-1] > heights[0]) == climbs


@pytest.mark.parametrize("rate", [0.01, 0.07, 0.075])
def test_the_two_labels_of_a_descent_do_not_cover_each_other(rate):
    figure = viz.plot_descent(sse, 0.0, rate=rate)
    figure.draw_without_rendering()
    boxes = [label.get_bbox_patch().get_window_extent() for label in figure.axes[0].texts]
    assert not boxes[0].overlaps(boxes[1])


def test_descent_that_overflows_is_drawn_as_far_as_it_is_finite():
    path = viz.plot_descent(lambda w: (w * w).exp(), 3.0, rate=1.0, steps=5).axes[0].lines[1]
    assert len(path.get_xdata()) == 1


# weights and gradients


def test_a_negative_number_of_steps_is_an_error():
    with pytest.raises(ValueError, match="0 steps or more"):
        viz.plot_descent(lambda w: w * w, 1.0, steps=-1)


def test_an_axis_without_an_end_is_an_error():
    with pytest.raises(ValueError, match="finite low < high"):
        viz.plot_activation("tanh", low=-math.inf)


def test_weights_are_a_heat_map_per_layer_with_the_bias_last():
    first, second = [axes.images[0] for axes in viz.plot_weights(WORKED).axes if axes.images]
    assert first.get_array().tolist() == [[1.0, 1.0, 0.0], [-1.0, 1.0, 0.0]]
    assert second.get_array().tolist() == [[2.0, -1.0, 0.0]]
    assert first.get_clim() == second.get_clim() == (-2.0, 2.0)


def test_gradients_are_a_histogram_per_layer_that_counts_the_zeros():
    for neuron in WORKED.layers[0].neurons:
        for w in neuron.w:
            w.grad = 0.5
    first, second = viz.plot_gradients(WORKED).axes
    assert first.get_title(loc="left") == "layers[0]: 6 gradients, 2 are 0"
    assert sum(patch.get_height() for patch in second.patches) == 3


def test_gradients_that_are_not_finite_are_counted():
    model = Model(Layer(([1.0], 0.0)))
    model.layers[0].neurons[0].b.grad = math.nan
    assert "1 not finite" in viz.plot_gradients(model).axes[0].get_title(loc="left")


def test_parameters_are_counted_in_whole_numbers():
    model = Model(Layer(([1.0, 2.0, 3.0], 0.0)))
    for k, w in enumerate(model.layers[0].neurons[0].w):
        w.grad = 0.1 * k
    ticks = viz.plot_gradients(model).axes[0].get_yticks()
    assert [tick for tick in ticks if tick != round(tick)] == []


# decision boundary

POINTS, LABELS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]


def boundary_points(figure):
    (contour,) = [c for c in figure.axes[0].collections if hasattr(c, "levels")]
    return np.concatenate([path.vertices for path in contour.get_paths()])


def test_the_boundary_is_where_the_score_is_zero():
    figure = viz.plot_decision_boundary(lambda p: Value(p[0]) - 0.25, POINTS, [-1, -1, 1, 1])
    assert boundary_points(figure)[:, 0] == pytest.approx(0.25)


def test_probabilities_are_cut_at_one_half():
    class Probabilities:
        def predict(self, X):
            return np.clip(X[:, :1] - 0.25, 0.0, 1.0)

    figure = viz.plot_decision_boundary(Probabilities(), POINTS, [0, 0, 1, 1])
    assert boundary_points(figure)[:, 0] == pytest.approx(0.75)


def test_every_class_has_its_samples_and_its_marker():
    axes = viz.plot_decision_boundary(lambda p: [p[0], p[1], 0.3], POINTS, [0, 1, 2, 2]).axes[0]
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["class 0", "class 1", "class 2"]


def test_hard_answers_of_a_table_leave_no_staircase():
    class Hard:
        def predict(self, X):
            return (X[:, 0] + 0.3 * X[:, 1] > 0.5).astype(int)

    line = boundary_points(viz.plot_decision_boundary(Hard(), POINTS, LABELS))
    # half the width of a cell at most; 0.013 on the grid of 60 points a side
    assert abs(line @ [1.0, 0.3] - 0.5).max() < 0.004


def test_classes_are_told_apart_between_the_points_of_the_grid():
    figure = viz.plot_decision_boundary(
        lambda p: [p[0], 0.3], [[0.0, 0.0], [1.0, 1.0]], [0, 1], resolution=5
    )
    row = figure.axes[0].images[0].get_array()[0]
    second = [not np.array_equal(color, row[-1]) for color in row]  # class 0 is on the right
    assert len(row) == 17
    assert sum(second) == 6  # up to 0.3, of the steps of 0.0775 from -0.12 on; on the grid 5 or 9


def test_the_legend_of_a_boundary_covers_no_sample():
    axes = viz.plot_decision_boundary(lambda p: p[0] - 0.5, POINTS, LABELS, title="t").axes[0]
    axes.figure.draw_without_rendering()
    legend = axes.get_legend().get_window_extent()
    assert not legend.overlaps(axes.get_window_extent())
    assert legend.x0 > axes.title.get_window_extent().x1


def test_a_constant_model_has_no_boundary():
    viz.plot_decision_boundary(lambda p: 1.0, POINTS, LABELS)


def test_labels_may_be_one_hot():
    axes = viz.plot_decision_boundary(lambda p: p, POINTS, np.eye(2)[LABELS]).axes[0]
    assert len(axes.get_legend().get_texts()) == 2


@pytest.mark.parametrize(
    ("X", "y", "said"),
    [([[1.0, 2.0, 3.0]], [1], "two columns"), (POINTS, [1, 2], "one label"), ([], [], "two")],
)
def test_samples_of_the_wrong_shape_are_an_error(X, y, said):
    with pytest.raises(ValueError, match=said):
        viz.plot_decision_boundary(lambda p: 0.0, X, y)


@pytest.mark.parametrize(
    ("X", "y", "said"),
    [
        ([[0.0, 1.0], [math.nan, 0.0]], [0, 1], r"X\[1, 0\] is nan"),
        ([[0.0, 1.0], [math.inf, 0.0]], [0, 1], r"X\[1, 0\] is inf"),
        ([[0.0, 1.0], [1.0, 0.0]], [0.0, math.nan], r"y\[1\] is nan"),
    ],
)
def test_samples_that_are_not_finite_are_an_error_that_says_where(X, y, said):
    with pytest.raises(ValueError, match=said):
        viz.plot_decision_boundary(lambda p: p[0], X, y)


def test_a_grid_of_one_point_is_an_error():
    with pytest.raises(ValueError, match="at least 2 points"):
        viz.plot_decision_boundary(lambda p: p[0], [[0, 1], [1, 0]], [0, 1], resolution=1)


@pytest.mark.parametrize("answer", [[math.nan, 1.0], [math.nan, math.nan]])
def test_a_model_that_has_diverged_decides_nothing(answer):
    figure = viz.plot_decision_boundary(lambda p: answer, [[0, 1], [1, 0]], [0, 1])
    assert not figure.axes[0].images[0].get_array()[..., 3].any()  # nothing is seen of it


def test_scores_that_are_not_finite_leave_the_scale_to_the_others():
    def model(p):
        return math.nan if p[0] > 0.9 else p[0] - p[1]

    figure = viz.plot_decision_boundary(model, [[0, 1], [1, 0]], [0, 1])
    assert math.isfinite(figure.axes[0].collections[0].norm.vmax)


def test_names_of_classes_may_stand_in_a_column():
    figure = viz.plot_decision_boundary(lambda p: p[0], [[0, 1], [1, 0]], [["cat"], ["dog"]])
    texts = figure.axes[0].get_legend().get_texts()
    assert [text.get_text() for text in texts] == ["cat", "dog"]


def test_a_model_that_cannot_be_called_is_an_error():
    with pytest.raises(TypeError, match="predict"):
        viz.plot_decision_boundary(3.0, POINTS, LABELS)


# all of them


def test_a_figure_shows_itself_in_a_notebook():
    picture = viz.plot_history(HISTORY)._repr_png_()
    assert picture[:4] == b"\x89PNG"
    assert picture[25] == 3  # a palette: half of the bytes


def test_importing_viz_does_not_import_matplotlib():
    code = "import sys, viz; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_plotting_opens_no_window_and_needs_no_pyplot():
    code = "import sys, viz; viz.plot_history({'loss': [1.0]})._repr_png_()"
    code += "; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_without_matplotlib_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'pip install "autograd-core\[plots\]"'):
        viz.plot_history(HISTORY)


# themes

PLOTS = {
    "activation": lambda theme: viz.plot_activation("tanh", theme=theme),
    "activations": lambda theme: viz.plot_activations(["relu", "tanh"], theme=theme),
    "descent": lambda theme: viz.plot_descent(sse, 3.0, theme=theme),
    "history": lambda theme: viz.plot_history(HISTORY, title="A run", theme=theme),
    "weights": lambda theme: viz.plot_weights(WORKED, title="Weights", theme=theme),
    "gradients": lambda theme: viz.plot_gradients(WORKED, theme=theme),
    "boundary": lambda theme: viz.plot_decision_boundary(
        lambda p: p[0] - p[1], [[0, 1], [1, 0]], [0, 1], title="Two", theme=theme
    ),
}


def luminance(colour):  # of WCAG 2.2
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PLOTS)
def test_texts_of_a_plot_can_be_read_in_both_themes(name, theme):
    from matplotlib.colors import to_rgba
    from matplotlib.text import Text

    figure = PLOTS[name](theme)
    figure.canvas.draw()
    ground = luminance(figure.get_facecolor())
    assert (ground < 0.1) == (theme == "dark")
    assert all(abs(luminance(a.get_facecolor()) - ground) < 0.02 for a in figure.axes)
    for text in figure.findobj(Text):
        if not text.get_text() or to_rgba(text.get_color())[:3] == (1.0, 1.0, 1.0):
            continue
        lower, upper = sorted([luminance(to_rgba(text.get_color())), ground])
        assert (upper + 0.05) / (lower + 0.05) >= 3.5, text.get_text()


def test_a_theme_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="theme"):
        viz.plot_activation("tanh", theme="blue")
