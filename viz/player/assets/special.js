// Special functions, added to those of functions.js in pages that use them.
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

const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510,
  43867 / 798, -174611 / 330, 854513 / 138, -236364091 / 2730];

// erf: the series with positive terms near 0, a continued fraction beyond (DLMF 7.6.2, 7.9.1).
function erfSeries(x) {
  let term = x, sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= 2 * x * x / (2 * n + 1);
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}
function erfcFraction(x) {
  let tail = 0;
  for (let n = Math.ceil(40 + 160 / x); n > 0; n--) tail = n / 2 / (x + tail);
  const high = Math.fround(x);  // x * x without its rounding error, which exp would magnify
  return Math.exp(-high * high) * Math.exp((high - x) * (high + x)) / Math.sqrt(Math.PI) / (x + tail);
}
const erfc = x => x !== x ? NaN : x < 0.5 ? (x < -1 ? 2 - erfc(-x) : 1 - erfSeries(x))
  : x < 27.5 ? erfcFraction(x) : 0;
const erf = x => Math.abs(x) < 1 ? erfSeries(x) || x : x !== x ? NaN : Math.sign(x) * (1 - erfc(Math.abs(x)));

function lgamma(x) {
  if (x !== x) return NaN;
  if (Math.abs(x) === Infinity || (x <= 0 && x === Math.floor(x))) return Infinity;
  if (x < 0) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * (x % 2)))) - lgamma(1 - x);
  let product = 1;
  for (; x < 15; x++) product *= x;
  const series = BERNOULLI.reduce((sum, b, k) => sum + b / ((2 * k + 2) * (2 * k + 1) * x ** (2 * k + 1)), 0);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

const gamma = x => x === 0 ? 1 / x : x === -Infinity || (x < 0 && x === Math.floor(x)) ? NaN
  : (x < 0 && Math.floor(x) % 2 ? -1 : 1) * Math.exp(lgamma(x));
function erfinv(x) {  // a guess (Winitzki 2008), then Halley's method
  const size = Math.abs(x);
  if (!(size < 1)) return size === 1 ? x * Infinity : NaN;
  if (size < 1e-8) return Math.sqrt(Math.PI) / 2 * x;
  const log = Math.log1p(-size) + Math.log1p(size), middle = 2 / (Math.PI * 0.147) + log / 2;
  let y = Math.sqrt(Math.max(Math.hypot(middle, Math.sqrt(-log / 0.147)) - middle, 0));
  for (let turn = 0; turn < 3; turn++) {
    const error = size < 0.8 ? erf(y) - size : 1 - size - erfc(y);
    const step = error * Math.sqrt(Math.PI) / 2 * Math.exp(y * y);
    y -= step / (1 + y * step);
  }
  return Math.sign(x) * y;
}

// polygamma: recurrence upward, then the asymptotic series (Abramowitz & Stegun 6.3.18, 6.4.11).
function polygamma(order, x) {
  if (x !== x || x === -Infinity) return NaN;
  if (x === Infinity) return order ? 0 : Infinity;
  if (x <= 0 && x === Math.floor(x)) {
    return order % 2 ? Infinity : x === 0 && !order ? (Object.is(x, -0) ? Infinity : -Infinity) : NaN;
  }
  if (x < 0) return (order % 2 ? -1 : 1) * polygamma(order, 1 - x) - Math.PI * cotDerivative(order, x);
  let result = 0, factorial = 1;
  for (let k = 2; k <= order; k++) factorial *= k;
  for (; x < 15 + order; x++) result += factorial * x ** -(order + 1);
  if (!order) {
    const series = BERNOULLI.reduce((sum, b, k) => sum + b / (2 * k + 2) * x ** -(2 * k + 2), 0);
    return Math.log(x) - 0.5 / x - series - result;
  }
  result += factorial / order * x ** -order + 0.5 * factorial * x ** -(order + 1);
  let rising = factorial * (order + 1) / 2, term = x ** -(order + 2);
  BERNOULLI.forEach((b, i) => {
    const k = i + 1;
    result += b * rising * term;
    rising *= (2 * k + order) * (2 * k + order + 1) / ((2 * k + 1) * (2 * k + 2));
    term /= x * x;
  });
  return order % 2 ? result : -result;
}
function cotDerivative(order, x) {
  let coefficients = [0, 1];  // a polynomial in c = cot(pi x), and c' = -pi (1 + c^2)
  for (let n = 0; n < order; n++) {
    const next = new Array(coefficients.length + 1).fill(0);
    coefficients.forEach((c, k) => {
      if (!k) return;
      next[k - 1] -= Math.PI * k * c;
      next[k + 1] -= Math.PI * k * c;
    });
    coefficients = next;
  }
  const cot = 1 / Math.tan(Math.PI * (x % 1));
  return coefficients.reduceRight((sum, c) => sum * cot + c, 0);
}
Object.assign(m, { remainder, floor_divide: floorDivide, round: toEven, logaddexp, erf, erfc,
  erfinv, gamma, lgamma, polygamma });
