"""C names: what C's library calls the functions, those that are written out, and C's own words."""

C_LIBRARY = {
    **{name: name for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt",
       "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf", "erfc", "lgamma", "cbrt", "hypot",
       "floor", "ceil")},
    "abs": "fabs", "round": "rint", "power": "pow", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "arctan2": "atan2",
}  # fmt: skip
OWN = {
    "maximum": "double a, double b) { return a > b || a != a ? a : b; }",
    "minimum": "double a, double b) { return a < b || a != a ? a : b; }",
    "sign": "double a) { return (double)((a > 0.0) - (a < 0.0)); }",
    "sigmoid": "double a) {\n    const double small = exp(-fabs(a));\n"
    "    return (a >= 0.0 ? 1.0 : small) / (1.0 + small);\n}",
    "logaddexp": "double a, double b) {\n"
    "    if (a == b) return a + 0.69314718055994530942;\n"
    "    return (a > b || a != a ? a : b) + log1p(exp(-fabs(a - b)));\n}",
    "remainder_": "double a, double b) {\n    const double rest = fmod(a, b);\n"
    "    if (rest == 0.0) return copysign(0.0, b);\n"
    "    return (b < 0.0) != (rest < 0.0) ? rest + b : rest;\n}",
    "floor_divide": "double a, double b) {\n    if (b == 0.0) return a / b;\n"
    "    const double rest = fmod(a, b);\n    double turns = (a - rest) / b;\n"
    "    if (rest != 0.0 && (b < 0.0) != (rest < 0.0)) turns -= 1.0;\n"
    "    if (turns == 0.0) return copysign(0.0, a / b);\n"
    "    const double whole = floor(turns);\n"
    "    return turns - whole > 0.5 ? whole + 1.0 : whole;\n}",
}
RENAMED = {"remainder": "remainder_"}  # the one of C's library rounds to the nearest
RESERVED = frozenset((
    *C_LIBRARY.values(), *OWN, "program", "samples", "main", "auto", "break", "case", "char",
    "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for",
    "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed",
    "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile",
    "while", "fmod", "copysign", "INFINITY", "NAN", "malloc", "free", "printf", "y0", "y1", "yn",
    "j0", "j1", "jn", "gamma", "small", "rest", "turns", "whole",
))  # fmt: skip
