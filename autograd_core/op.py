"""op: public name of table/op.py, what a row of the table is."""

from autograd_core.table import FAMILIES, REAL, TABLE, Interval, Op, Rule, find, row

__all__ = ["FAMILIES", "REAL", "TABLE", "Interval", "Op", "Rule", "find", "row"]
