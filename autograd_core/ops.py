"""ops: public name of table/ops.py, the rows of the table: `ops.TANH`."""

from autograd_core.table.ops import *  # noqa: F403  # a name per operation
