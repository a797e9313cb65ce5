"""llvm: machine code made in this process by LLVM (llvmlite, the extra `native`).

In: a `LoopProgram` and the memory of its variables, or `Steps`. Out: functions that Python calls
like its own built-in ones, or `Words`.
Read first: `in_process.py`. `functions.py` writes calls of elementary functions as LLVM IR; with it
`module.py` writes loops, and `machine.py` a virtual machine for programs of single numbers, whose
bytecode `words.py` makes. `calling.py` and `objects.py` let Python call all that directly.
"""

from autograd_core.compiler.printers.llvm import in_process
from autograd_core.compiler.printers.llvm.words import Words, words_of

__all__ = ["Words", "in_process", "words_of"]
