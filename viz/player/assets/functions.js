// Elementary functions on numbers, under the names the rules of the table use. No derivatives.
const sigmoid = a => a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a));
const larger = (a, b) => a >= b || a !== a ? a : b;
const smaller = (a, b) => a <= b || a !== a ? a : b;
const toEven = a => {
  const low = Math.floor(a), over = a - low;
  const whole = over < 0.5 || (over === 0.5 && low % 2 === 0) ? low : low + 1;
  return whole === 0 ? (a < 0 || Object.is(a, -0) ? -0 : 0) : whole;
};
const remainder = (a, b) => {
  if (b === 0) return NaN;
  const rest = a % b;
  return rest === 0 ? (b < 0 ? -0 : 0) : (rest < 0) !== (b < 0) ? rest + b : rest;
};
const floorDivide = (a, b) => {
  if (b === 0 || !Number.isFinite(a)) return b === 0 ? a / b : NaN;
  const quotient = (a - remainder(a, b)) / b;
  return quotient === 0 ? quotient : toEven(quotient);
};
const logaddexp = (a, b) => a === b ? a + Math.LN2
  : larger(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
const power = (a, b) => a === 1 || b === 0 ? 1  // as in C; JavaScript's own 1 ** Infinity is NaN
  : a === -1 && Math.abs(b) === Infinity ? 1 : Math.pow(a, b);

const m = {
  power, remainder, floor_divide: floorDivide, abs: Math.abs, sign: a => a > 0 ? 1 : a < 0 ? -1 : 0,
  exp: Math.exp, exp2: a => Math.pow(2, a), expm1: Math.expm1,
  log: Math.log, log2: Math.log2, log10: Math.log10, log1p: Math.log1p, logaddexp,
  sqrt: Math.sqrt, cbrt: Math.cbrt, hypot: Math.hypot, divide: (a, b) => a / b,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh,
  arcsin: Math.asin, arccos: Math.acos, arctan: Math.atan, arctan2: Math.atan2,
  arcsinh: Math.asinh, arccosh: Math.acosh, arctanh: Math.atanh,
  sigmoid, maximum: larger, minimum: smaller,
  floor: Math.floor, ceil: Math.ceil, round: toEven,
};
