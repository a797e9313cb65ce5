"""Command line: `python -m autograd_core` prints the table of operations as Markdown."""

from autograd_core.table import TABLE, markdown, polygamma_constant, power_constant

if __name__ == "__main__":
    print(markdown([*TABLE.values(), power_constant(3.0), polygamma_constant(1.0)]), end="")
