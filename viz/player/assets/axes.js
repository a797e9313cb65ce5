// Axes: what all charts share: panels, lines, round numbers on an axis.
const WIDE = 460;  // width of a chart in the units of its SVG

function panel(title, ...inside) {
  const made = html("section", { class: "panel" }, html("h2", {}, title), ...inside);
  $("panels").append(made);
  return made;
}
const picture = (height, width = WIDE) => svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart" });
const line = points => points.length ? `M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}` : "";

function ticks(low, high, count) {  // round numbers; multiples of the step, since 1e20 + 1 is 1e20
  const rough = high / count - low / count || 1, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(f => f * power >= rough) * power, first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step - first + 1e-9) + 1 }, (_, i) => (first + i) * step);
}
const axisNames = (x, y, left, right, top, bottom) => [svg("text", { class: "axis-name", x: (left + right) / 2, y: bottom + 34 }, x),
  ...y ? [svg("text", { class: "axis-name", transform: `translate(12 ${(top + bottom) / 2}) rotate(-90)` }, y)] : []];
const legend = (keys, ...more) => html("p", { class: "legend" }, ...keys.map(([name, text]) => html("span", { class: `key ${name}` }, text)), ...more);

function heightOf(numbers, top, bottom) {  // the scale from numbers to heights, and its ticks; logarithmic if the numbers differ by a factor of 20
  const decades = smallest(numbers) > 0 && largest(numbers) / smallest(numbers) > 20, scale = decades ? Math.log10 : y => y;
  let low = scale(smallest(numbers)), high = scale(largest(numbers));
  const margin = Math.max(0.5, Math.abs(low) / 2);
  if (!(high > low)) { low -= margin; high += margin; }
  const y = value => bottom - (scale(value) / 2 - low / 2) / (high / 2 - low / 2) * (bottom - top);  // halved first: a difference could overflow
  return { y, decades, marks: ticks(low, high, 4).map(t => decades ? Number((10 ** t).toPrecision(1)) : t) };
}
const gridLines = (marks, y, left, right) => marks.flatMap(t => [svg("path", { class: "grid", d: `M${left},${y(t)}H${right}` }),
  svg("text", { class: "tick end", x: left - 6, y: y(t) + 4 }, short(t))]);
