// What every chart stands on: panels, lines, round numbers on an axis.
const WIDE = 460;  // the width of a chart in its own units

function panel(title, ...inside) {
  const made = html("section", { class: "panel" }, html("h2", {}, title), ...inside);
  $("panels").append(made);
  return made;
}
const picture = (height, width = WIDE) => svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart" });
const line = points => points.length ? `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}` : "";

function ticks(low, high, count) {  // round numbers; counted, as 1e20 + 1 is 1e20
  const rough = high / count - low / count || 1, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(f => f * power >= rough) * power, first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step - first + 1e-9) + 1 }, (_, i) => (first + i) * step);
}
const axisNames = (x, y, left, right, top, bottom) => [svg("text", { class: "axis-name", x: (left + right) / 2, y: bottom + 34 }, x),
  ...y ? [svg("text", { class: "axis-name", transform: `translate(12 ${(top + bottom) / 2}) rotate(-90)` }, y)] : []];
const smallest = numbers => numbers.reduce((a, b) => Math.min(a, b), Infinity);  // of any number of them
const largest = numbers => numbers.reduce((a, b) => Math.max(a, b), -Infinity);
