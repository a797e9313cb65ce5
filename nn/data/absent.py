"""Absent: names of scikit-learn and PyTorch that are not in `nn.data`, and what to use instead."""

from __future__ import annotations

_FROM_SKLEARN = "scikit-learn's own works as it is: from sklearn.{} import {}"
_INSTEAD = {
    **{
        name: _FROM_SKLEARN.format("preprocessing", name)
        for name in ("LabelEncoder", "OneHotEncoder", "MinMaxScaler", "LabelBinarizer")
    },
    **{
        name: _FROM_SKLEARN.format("model_selection", name)
        for name in ("KFold", "StratifiedKFold", "cross_val_score", "GridSearchCV")
    },
    "DataLoader": "fit takes PyTorch's as it is, and whatever else gives batches (x, y)",
}


def instead(name: str) -> str:
    """Return the error message for a name that `nn.data` does not have.

    >>> instead("KFold")[:62]
    "nn.data has no KFold: scikit-learn's own works as it is: from "
    """
    if name in _INSTEAD:
        return f"nn.data has no {name}: {_INSTEAD[name]}"
    return f"module 'nn.data' has no attribute {name!r}"  # as Python words it
