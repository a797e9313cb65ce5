"""Classes that are text, and tables with named columns, in fit, evaluate and predict."""

import numpy as np
import pytest

import nn
from nn.data import make_moons

from .test_data import Frame

X, Y = make_moons(40, noise=0.1, random_state=0)
TEXT = np.where(Y == 1, "yes", "no")


def model():
    made = nn.MLP(2, [4, 1], output="sigmoid", rng=0)
    made.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return made


@pytest.mark.parametrize("as_given", [list, np.array, lambda t: np.array(t, object)])
def test_text_trains_as_its_numbers_in_sorted_order_do(as_given):
    of_text, of_numbers = model(), model()
    text, options = as_given(TEXT), {"epochs": 3, "verbose": 0, "seed": 0}
    of_text.fit(X, text, validation_data=(X, text), **options)
    of_numbers.fit(X, Y, validation_data=(X, Y), **options)
    assert of_text.evaluate(X, text) == of_numbers.evaluate(X, Y)
    np.testing.assert_array_equal(of_text.predict(X), of_numbers.predict(X))


def test_one_class_alone_keeps_its_number_and_a_strange_one_is_refused():
    of_text, of_numbers = model(), model()
    of_text.fit(X, TEXT, verbose=0, seed=0)
    of_numbers.fit(X, Y, verbose=0, seed=0)
    only = Y == 1
    assert of_text.evaluate(X[only], TEXT[only]) == of_numbers.evaluate(X[only], Y[only])
    with pytest.raises(ValueError, match="y has the class 'perhaps', the model was fitted with no"):
        of_text.evaluate(X[:2], ["no", "perhaps"])


def test_numbers_written_as_text_are_numbers():
    one, other = model(), model()
    one.fit(X, [str(label) for label in Y], verbose=0, seed=0)
    other.fit(X, Y, verbose=0, seed=0)
    np.testing.assert_array_equal(one.predict(X), other.predict(X))


def test_the_accuracy_of_text():
    assert nn.metrics.accuracy_score(["a", "b", "b"], ["a", "b", "a"]) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="2 targets and 1 predictions"):
        nn.metrics.accuracy_score(["a", "b"], ["a"])


def test_a_table_of_other_columns_than_those_of_fit_is_refused():
    fitted, turned = Frame(a=X[:, 0], b=X[:, 1]), Frame(b=X[:, 1], a=X[:, 0])
    trained = model()
    trained.fit(fitted, Y, verbose=0)
    np.testing.assert_array_equal(trained.predict(fitted), trained.predict(X))
    for call in (
        lambda: trained.predict(turned),
        lambda: trained.evaluate(turned, Y),
        lambda: trained.train_on_batch(turned, Y),
        lambda: trained.fit(fitted, Y, validation_data=(turned, Y), verbose=0),
    ):
        with pytest.raises(ValueError, match=r"x has the columns b, a; wanted a, b in this order"):
            call()


def test_pictures_take_names_of_classes_and_of_losses():
    viz = pytest.importorskip("viz")
    pytest.importorskip("matplotlib")
    figure = viz.plot_decision_boundary(model(), X, TEXT)
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["no", "yes"]
    page = viz.play(model(), [1.0, 2.0], 1, loss="binary_crossentropy")
    assert page.trace.root.data == pytest.approx(
        -np.log(model().predict([[1.0, 2.0]])[0, 0]), rel=1e-9
    )
    with pytest.raises(TypeError, match="knows no loss by its name"):
        viz.play(lambda x: x[0], [1.0], 1, loss="mse")
