"""Losses, metrics, weights, callbacks, optimizers, schedules: together as in keras 3.15.1.

Found so: losses that are sums, metrics of a softmax, names of metrics.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import nn

from .small_trainings import CASES, LOSSES, trained

RECORD = json.loads((Path(__file__).parent / "keras_trainings_3_15_1.json").read_text())


@pytest.mark.parametrize("case", range(CASES), ids=lambda case: f"{case} {LOSSES[case % 15]}")
def test_a_training_is_kerass(case):
    found = trained(nn, case)
    wanted = RECORD[case]
    assert {*found} == {*wanted}
    for name, numbers in wanted.items():
        for mine, theirs in zip(pieces(found[name]), pieces(numbers), strict=True):
            # Keras adds up metrics in 32 bits and adds 1e-7 to what it divides by
            np.testing.assert_allclose(mine, theirs, rtol=2e-5, atol=2e-6, err_msg=name)


def pieces(numbers):
    several = isinstance(numbers, list) and isinstance(numbers[0], list)
    return [part for one in numbers for part in pieces(one)] if several else [numbers]
