"""C names: the functions of C's library, and the names that C reserves."""

from autograd_core.compiler.printers.definitions import DEFINITIONS

C_LIBRARY = {
    **{name: name for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt",
       "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf", "erfc", "lgamma", "cbrt", "hypot",
       "floor", "ceil")},
    "abs": "fabs", "round": "rint", "power": "pow", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "arctan2": "atan2",
}  # fmt: skip
RENAMED = {"remainder": "remainder_"}  # C's remainder rounds the quotient to the nearest integer
RESERVED = frozenset((
    *C_LIBRARY.values(), *DEFINITIONS, *RENAMED.values(), "program", "samples", "main",
    "auto", "break", "case", "char",
    "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for",
    "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed",
    "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile",
    "while", "fmod", "copysign", "INFINITY", "NAN", "malloc", "free", "printf", "y0", "y1", "yn",
    "j0", "j1", "jn", "gamma", "missing",
    # of C23 and of GNU C, which compilers speak if not told otherwise
    "alignas", "alignof", "asm", "bool", "constexpr", "false", "linux", "nullptr", "static_assert",
    "thread_local", "true", "typeof", "typeof_unqual", "unix",
    # macros of math.h, stdlib.h and stdio.h
    "BUFSIZ", "EOF", "EXIT_FAILURE", "EXIT_SUCCESS", "FILENAME_MAX", "FOPEN_MAX", "HUGE_VAL",
    "MB_CUR_MAX", "NULL", "RAND_MAX", "SEEK_CUR", "SEEK_END", "SEEK_SET", "TMP_MAX", "errno",
    "math_errhandling", "stderr", "stdin", "stdout",
    "BIG_ENDIAN", "BYTE_ORDER", "LITTLE_ENDIAN",
    *[f"M_{name}" for name in ("1_PI", "2_PI", "2_SQRTPI", "E", "LN10", "LN2", "LOG10E", "LOG2E",
      "PI", "PI_2", "PI_4", "SQRT1_2", "SQRT2")],
    *[f"FP_{name}" for name in ("ILOGB0", "ILOGBNAN", "INFINITE", "NAN", "NORMAL", "SUBNORMAL",
      "ZERO")],
))  # fmt: skip
