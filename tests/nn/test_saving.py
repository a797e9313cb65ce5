"""A model file whose header is not one is a clear error, whatever is wrong with it."""

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
