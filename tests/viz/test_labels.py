"""Which labels are paths in a model, and which module they name."""

import pytest

from viz.steps.modules import module_of


@pytest.mark.parametrize(
    ("label", "module"),
    [
        ("layers[0].neurons[1].w[2]", "layers[0].neurons[1]"),
        ("layers[0].kernel[1][2]", "layers[0]"),
        ("blocks[3].scale", "blocks[3]"),
        ("w[2]", None),
        ("model.w", None),  # one of several is what a box is drawn for
        ("layers[0][1].w", None),
        ("layers[0].2", None),
        ("layers[x].w", None),
        ("layers[0]. w", None),
        ("", None),
    ],
)
def test_a_leaf_belongs_to_the_module_before_its_own_name(label, module):
    assert module_of(label, leaf=True) == module


@pytest.mark.parametrize(
    ("label", "named"),
    [("layers[0].neurons[1]", True), ("layers[0]", False), ("layers[0].out", False), ("y", False)],
)
def test_a_result_names_its_own_module_if_every_part_is_one_of_several(label, named):
    assert module_of(label, leaf=False) == (label if named else None)
