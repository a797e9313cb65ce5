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
    "j0", "j1", "jn", "gamma",
))  # fmt: skip
