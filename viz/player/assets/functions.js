// Elementary functions on numbers, under the names the rules of the table use. No derivatives.
const sigmoid = a => a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a));
const larger = (a, b) => a >= b || a !== a ? a : b;
const smaller = (a, b) => a <= b || a !== a ? a : b;
const power = (a, b) => a === 1 || b === 0 ? 1  // as in C; JavaScript's own 1 ** Infinity is NaN
  : a === -1 && Math.abs(b) === Infinity ? 1 : Math.pow(a, b);

const m = {
  power, divide: (a, b) => a / b, exp2: a => Math.pow(2, a), sign: a => a > 0 ? 1 : a < 0 ? -1 : 0,
  sigmoid, maximum: larger, minimum: smaller,
};
// all others are JavaScript's own, some under a longer name: arcsin, arctan2
for (const name of Object.getOwnPropertyNames(Math)) m[name.replace(/^a(?=[sct])/, "arc")] ??= Math[name];
