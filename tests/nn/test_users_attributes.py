"""What a user calls an attribute is the user's; parts are found wherever they are kept."""

import collections
import copy
import pickle

import numpy as np
import pytest

import nn
from nn.modules import Module

NAMES = [
    "loss", "optimizer", "path", "history", "config", "table", "holders", "summary_rows",
    "weight_holders", "trained_by_me", "_trainer", "_predictor", "metrics_names", "input_sizes",
]  # fmt: skip
X, Y = [[0.5, -1.0], [2.0, 0.25]], [1.0, 2.0]


class Net(Module):
    def __init__(self):
        self.fc = nn.Linear(2, 1, rng=0)

    def forward(self, x):
        return self.fc(x)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("thing", [3, "data.csv", {"a": 1}, []], ids=repr)
def test_an_attribute_of_any_name_is_kept_and_all_works(name, thing, tmp_path):
    def trained(model):
        model.compile("adam", "mse", metrics=["mae"])
        stop = nn.callbacks.ReduceLROnPlateau(monitor="loss", patience=1)
        model.fit(X, Y, epochs=3, verbose=0, seed=1, callbacks=[stop])
        model.summary(print_fn=str)
        model.save(tmp_path / "m.npz")
        model.load_state_dict(copy.deepcopy(model).state_dict())
        assert len(pickle.loads(pickle.dumps(model)).parameters()) == 3
        assert model.evaluate(X, Y)[0] > 0.0
        return model.predict(X)

    model = Net()
    setattr(model, name, thing)
    np.testing.assert_array_equal(trained(model), trained(Net()))
    assert getattr(model, name) is thing


def test_without_such_an_attribute_the_names_are_those_of_keras():
    model = Net()
    assert model.fc.path == "fc"
    assert model.history is None
    with pytest.raises(ValueError, match="compile this Net first"):
        model.loss  # noqa: B018 - reading it is the point
    model.compile("sgd", "mse")
    history = model.fit(X, Y, verbose=0)
    assert model.history is history
    assert isinstance(model.optimizer, nn.optimizers.Optimizer)
    assert model.loss.name == "mse"


def test_a_copy_trains_by_itself():
    model = Net()
    model.compile("sgd", "mse")
    twin = copy.deepcopy(model)
    before = model.get_weights()
    twin.fit(X, Y, verbose=0)
    for mine, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, old)
    assert twin.history is not None
    assert model.history is None


def part():
    return nn.Linear(1, 1, rng=0)


HOLDERS = {
    "deque": lambda: collections.deque([part(), part()]),
    "UserList": lambda: collections.UserList([part(), part()]),
    "UserDict": lambda: collections.UserDict(a=part(), b=part()),
    "OrderedDict": lambda: collections.OrderedDict(a=part(), b=part()),
    "tuple in a deque": lambda: collections.deque([(part(), part())]),
}


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("name", ["parts", "_parts_of_mine", "__hidden"])
def test_parts_are_found_trained_saved_and_counted(holder, name):
    class Kept(nn.Module):
        def __init__(self):
            setattr(self, name, HOLDERS[holder]())

        def forward(self, x):
            held = getattr(self, name)
            held = [*held.values()] if hasattr(held, "values") else [*held]
            held = [*held[0]] if len(held) == 1 else held
            return held[1](held[0](x))

    model = Kept()
    assert model.count_params() == 4
    assert len(model.state_dict()) == 4
    assert all(key.startswith(f"{name}[") for key in model.state_dict())
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.fit([[1.0], [2.0]], [3.0, 5.0], verbose=0)
    assert all((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
    wanted = [model([x]).data for x in (1.0, 2.0)]
    np.testing.assert_allclose(model.predict([[1.0], [2.0]])[:, 0], wanted, rtol=1e-12)


def test_a_private_part_that_is_replaced_is_seen():
    class Private(nn.Module):
        def __init__(self):
            self._fc = nn.Linear(1, 1, rng=0)

        def forward(self, x):
            return self._fc(x)

    model = Private()
    model.predict([[1.0]])
    model._fc = nn.Linear(1, 1, rng=5)
    assert model.predict([[1.0]])[0, 0] == pytest.approx(model([1.0]).data, rel=1e-12)


def test_a_set_of_one_is_found_and_of_several_refused():
    class OfSet(nn.Module):
        def __init__(self, count):
            self.parts = {part() for _ in range(count)}
            self.words = {"a", "b"}

    assert OfSet(1).count_params() == 2
    with pytest.raises(ValueError, match=r"a set of 2 parts has no order .* use a list or a dict"):
        OfSet(2)
