"""Former paths: keeps the module paths of version 0.1.0 working, for its pickles and imports."""

import sys
from importlib import import_module

_FORMER = {  # autograd_core.NAME is now autograd_core.ROOM.NAME
    "table": ("error_functions", "memory", "special", "symbolic", "text"),
    "graph": (
        "adjoints", "anomaly", "copying", "modes", "operators", "protocols", "recording", "ufuncs"
    ),
    "derivatives": ("custom", "derive", "jacobians", "trees"),
    "checking": ("blame", "check", "differences", "report", "rounding", "taylor"),
}  # fmt: skip


def keep() -> None:
    """Make every module importable under its former path too.

    >>> from autograd_core.kinds import FLOAT
    >>> FLOAT.__module__
    'autograd_core.table.floats'
    """
    for name in ("op", "ops", "value"):  # these have files here
        import_module(f"autograd_core.{name}")
    found = {n: f"autograd_core.{room}.{n}" for room, names in _FORMER.items() for n in names}
    found["kinds"] = "autograd_core.table"  # FLOAT and ARRAY are in two files now
    for name, path in found.items():
        sys.modules[f"autograd_core.{name}"] = import_module(path)
        setattr(sys.modules["autograd_core"], name, sys.modules[path])
    sys.modules["autograd_core.table.kinds"] = sys.modules["autograd_core.kinds"]
