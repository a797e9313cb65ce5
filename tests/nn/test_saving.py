"""Files of models: what is no model file is a clear error; weights alone go in and out."""

import json

import numpy as np
import pytest

import nn

GOOD = {"format": "autograd-core model", "version": 1, "model": {}, "notes": {}}


@pytest.mark.parametrize("header", [
    {**GOOD, "version": "new"}, {name: GOOD[name] for name in ("format", "version")}, [1], "text",
])  # fmt: skip
def test_a_header_that_is_none_is_a_clear_error(header, tmp_path):
    np.savez(tmp_path / "m.npz", header=np.array(json.dumps(header)))
    with pytest.raises(ValueError, match="is not a model file, or it is damaged"):
        nn.load(tmp_path / "m.npz")


class Line(nn.Module):
    def __init__(self):
        self.slope, self.offset = nn.Value(2.0), nn.Value(1.0)

    def forward(self, x):
        return self.slope * x[0] + self.offset


def test_weights_alone_are_saved_of_a_model_without_config(tmp_path):
    before, after = Line(), Line()
    before.slope.data = 5.0
    before.save_weights(tmp_path / "w.npz")
    after.load_weights(tmp_path / "w.npz")
    assert after([3.0]).data == 16.0
    with pytest.raises(ValueError, match="holds weights alone"):
        nn.load(tmp_path / "w.npz")


def test_weights_come_from_a_whole_model_too_and_have_to_fit(tmp_path):
    nn.MLP(2, [3, 1], init="ones").save(tmp_path / "m.npz")
    model = nn.MLP(2, [3, 1])
    model.load_weights(tmp_path / "m.npz")
    assert model([1.0, 1.0]).data == 6.0
    with pytest.raises(ValueError, match="does not fit Line"):
        Line().load_weights(tmp_path / "m.npz")


def test_a_class_of_one_s_own_may_have_the_name_of_one_of_nn(tmp_path):
    class MLP(nn.Module):
        def __init__(self, slope=2.0):
            self.slope = nn.Value(slope)

        def forward(self, x):
            return self.slope * x[0]

        def config(self):
            return {}

    mine, theirs = MLP(5.0), nn.MLP(2, [3, 1], rng=0)
    for model in (mine, theirs):
        model.save(tmp_path / "m.npz")
        twin = nn.load(tmp_path / "m.npz")
        assert type(twin) is type(model)
        assert twin([1.0, 2.0]).data == model([1.0, 2.0]).data
