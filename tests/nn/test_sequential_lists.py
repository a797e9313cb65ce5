"""Sequential as a list of layers: insert, extend, item assignment and deletion, as in PyTorch."""

import numpy as np
import pytest

import nn

X = np.random.default_rng(0).normal(size=(6, 2))


def model():
    return nn.Sequential(nn.Dense(3, "tanh", input_dim=2, rng=0), nn.Dense(1, rng=1))


def kinds(made):
    return [type(layer).__name__ for layer in made]


def test_layers_are_inserted_and_appended():
    made = model()
    assert made.insert(1, nn.Dropout(0.5)) is made
    made.insert(-1, nn.ReLU())
    made.extend([nn.Dense(2, rng=2), nn.Softmax()])
    assert kinds(made) == ["Dense", "Dropout", "ReLU", "Dense", "Dense", "Softmax"]
    assert made.predict(X).shape == (6, 2)
    assert made.layers[4].nin == 1
    assert made.layers[3].neurons[0].w[0].label.startswith("layers[3]")


def test_a_layer_is_replaced_and_trained():
    made = model()
    made.compile("sgd", "mse")
    made.fit(X, X[:, 0], verbose=0)
    made[-1] = nn.Dense(1, rng=5)  # as one does with a pretrained model's head
    before = made[-1].get_weights()[0]
    made.fit(X, X[:, 0], verbose=0)
    assert (made[-1].get_weights()[0] != before).all()
    assert len(made.parameters()) == 13


def test_layers_are_taken_out():
    made = model()
    del made[1]
    assert kinds(made) == ["Dense"]
    assert made.predict(X).shape == (6, 3)


@pytest.mark.parametrize("wrong", [
    lambda made: made.insert(9, nn.ReLU()),
    lambda made: made.insert(-3, nn.ReLU()),
    lambda made: made.__setitem__(2, nn.ReLU()),
])  # fmt: skip
def test_a_place_that_is_not_there_is_an_error(wrong):
    with pytest.raises(IndexError):
        wrong(model())


@pytest.mark.parametrize("wrong", [
    lambda made: made.insert(0, len),
    lambda made: made.extend([nn.ReLU(), 3]),
    lambda made: made.__setitem__(0, "relu"),
])  # fmt: skip
def test_what_is_no_module_is_refused_and_changes_nothing(wrong):
    made = model()
    with pytest.raises(TypeError, match="Sequential takes modules"):
        wrong(made)
    assert kinds(made) == ["Dense", "Dense"]


@pytest.mark.parametrize("name", ["LabelEncoder", "KFold", "DataLoader"])
def test_what_other_packages_have_is_answered(name):
    with pytest.raises(AttributeError, match=f"nn.data has no {name}: .* as it is"):
        getattr(nn.data, name)


def test_tables_of_pandas_are_split_as_such():
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    table = pd.DataFrame({"a": range(8), "b": list("xyxyxyxy")}, index=list("abcdefgh"))
    train, test, left, right = nn.data.train_test_split(table, table["a"], seed=0)
    assert list(train.columns) == ["a", "b"]
    assert (train["a"] == left).all()
    assert sorted([*train.index, *test.index]) == list("abcdefgh")
    assert right.name == "a"


def test_pop_takes_the_number_of_a_layer_as_in_pytorch():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    assert isinstance(model.pop(1), nn.Tanh)
    assert isinstance(model.pop(-1), nn.Linear)
    assert len(model) == 1
