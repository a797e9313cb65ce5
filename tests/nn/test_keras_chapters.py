"""What chapters on Keras try by name is there: they loop over optimizers, weights, activations."""

import pytest

import nn
from nn.layers import Dense
from nn.models import Sequential

OPTIMIZERS = ["SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam"]
WEIGHTS = ["uniform", "lecun_uniform", "normal", "zero", "glorot_normal", "glorot_uniform",
           "he_normal", "he_uniform"]  # fmt: skip
ACTIVATIONS = ["softmax", "softplus", "softsign", "relu", "tanh", "sigmoid", "hard_sigmoid",
               "linear"]  # fmt: skip


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_lowers_the_loss(optimizer):
    model = Sequential([Dense(1, input_dim=1, kernel_initializer="one")])
    model.compile(loss="mse", optimizer=optimizer)
    history = model.fit([[1.0], [2.0]], [0.0, 0.0], epochs=20, verbose=0, seed=0)
    assert history["loss"][-1] < history["loss"][0]


@pytest.mark.filterwarnings("ignore:layers.*is dead")  # relu with weights of zero is, and says so
@pytest.mark.parametrize("init_mode", WEIGHTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_layer_is_made_and_trained(init_mode, activation):
    model = Sequential()
    model.add(Dense(3, input_dim=2, kernel_initializer=init_mode, activation=activation))
    model.add(Dense(1, kernel_initializer=init_mode, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    assert model.fit([[0.0, 1.0], [1.0, 0.0]], [0, 1], verbose=0).history["accuracy"]


@pytest.mark.parametrize(
    ("at", "value", "slope"),
    [(-4.0, 0.0, 0.0), (-1.0, 1 / 3, 1 / 6), (0.7, 37 / 60, 1 / 6), (3.5, 1.0, 0.0)],
)
def test_the_hard_sigmoid_is_that_of_keras_3_and_pytorch(at, value, slope):
    # PyTorch 2.13.0: 0, 0.3333333333333333, 0.6166666666666667, 1; Keras 3.15.1 the same
    x = nn.Value(at)
    y = nn.functional.hardsigmoid(x)
    y.backward()
    assert (y.data, x.grad) == pytest.approx((value, slope), rel=1e-15)


def test_a_model_is_built_by_keras_shape_before_it_has_seen_a_sample():
    model = Sequential(layers=[Dense(4), Dense(5)], name="deferred")
    model.build((None, 3))
    assert model.count_params() == 41  # as Keras says: 16 + 25
