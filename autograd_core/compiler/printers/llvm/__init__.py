"""llvm: machine code made in this process by LLVM (llvmlite, the extra `native`).

In: a `LoopProgram` and where its variables are, or the words of a machine's program. Out: functions
that Python calls as its own.
Read first: `in_process.py`. `functions.py` is how LLVM calls the elementary functions; with them
`module.py` writes loops, and `machine.py` a machine for numbers one by one, whose programs
`words.py` makes. `calling.py` is how Python calls all that without a layer between.
"""

from autograd_core.compiler.printers.llvm import in_process
from autograd_core.compiler.printers.llvm.words import Words, words_of

__all__ = ["Words", "in_process", "words_of"]
