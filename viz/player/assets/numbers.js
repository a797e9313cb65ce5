// Numbers as people read them.
const finite = Number.isFinite;
const smallest = numbers => numbers.reduce((a, b) => Math.min(a, b), Infinity);  // not Math.min(...numbers), whose arguments are limited
const largest = numbers => numbers.reduce((a, b) => Math.max(a, b), -Infinity);
const largestSize = numbers => numbers.reduce((most, x) => finite(x) ? Math.max(most, Math.abs(x)) : most, 0);  // a nan must not distort a scale of colours
const mean = numbers => numbers.reduce((a, b) => a + b, 0) / numbers.length;
function countBelow(sorted, x) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle + 1; else high = middle;
  }
  return low;
}

function number(x) {  // Python's format(x, ".6g"), as in the text of a trace
  if (x !== x) return "nan";
  if (!finite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  let [digits, exponent] = x.toExponential(5).split("e");
  const exact = x.toExponential(30).split("e")[0].replace("-", "");
  if (/^\d\.\d{5}50*$/.test(exact) && "02468".includes(exact[6])) {  // a tie goes to the even digit
    [digits, exponent] = [(x < 0 ? "-" : "") + exact.slice(0, 7), x.toExponential(30).split("e")[1]];
  }
  const power = +exponent;
  if (power < -4 || power >= 6) {
    const sign = power < 0 ? "-" : "+";
    return `${strip(digits)}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const plain = digits.replace(".", "").replace("-", "");
  const text = power < 0 ? `0.${"0".repeat(-power - 1)}${plain}`
    : `${plain.slice(0, power + 1)}.${plain.slice(power + 1)}`;
  return (x < 0 ? "-" : "") + strip(text);
}
const strip = text => text.includes(".") ? text.replace(/\.?0*$/, "") : text;
const short = x => {  // three or four significant digits for the boxes, with a typographic minus sign
  if (x === 0) return "0";  // of either sign
  if (!finite(x)) return number(x).replace("-", "\u2212");
  const size = Math.abs(x), digits = size < 0.1 ? 3 : Math.max(4, Math.floor(Math.log10(size)) + 1);
  const text = size >= 1e5 || size < 1e-3 ? x.toExponential(size >= 1e100 || size < 1e-99 ? 0 : 1).replace("e+", "e") : String(+x.toPrecision(digits));
  return text.replaceAll("-", "\u2212");
};
