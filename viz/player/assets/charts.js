// Charts of the training page: each makes its elements once and returns a function to update them.
const look = i => `s${i % 4}${i < 4 ? "" : " dashed"}`;  // further curves are dashed: more than four colours are hard to tell apart

function curves(frames, names, title) {
  const height = 196, left = 60, right = WIDE - 12, top = 12, bottom = height - 42;
  const chart = picture(height), of = name => frames.map(f => [f.epoch, Number(f.logs[name])]).filter(([, y]) => finite(y));
  const all = names.flatMap(name => of(name).map(([, y]) => y));
  const { y, decades, marks } = heightOf(all, top, bottom), first = frames[0].epoch, last = Math.max(frames.at(-1).epoch, first + 1);
  const x = epoch => left + (epoch - first) / (last - first) * (right - left);
  chart.append(...gridLines(marks, y, left, right));
  for (const t of ticks(first, last, 6)) {
    if (Number.isInteger(t) && t <= frames.at(-1).epoch) chart.append(svg("text", { class: "tick", x: x(t), y: bottom + 17 }, String(t + 1)));
  }
  const cursor = svg("path", { class: "cursor" });
  chart.append(cursor, ...axisNames("epoch", decades ? `${title.toLowerCase()}, log scale` : title.toLowerCase(), left, right, top, bottom));
  if (!all.length) chart.append(svg("text", { class: "tick", x: WIDE / 2, y: height / 2 }, "no finite number"));
  const drawn = names.map((name, i) => {
    const group = svg("g", { class: `series ${look(i)}` }), dot = svg("circle", { r: 4 });
    group.append(svg("path", { d: line(of(name).map(([e, v]) => [x(e), y(v)])) }), dot);
    chart.append(group);
    return { name, dot };
  });
  panel(title, chart, legend(names.map((name, i) => [look(i), name])));
  return frame => {
    cursor.setAttribute("d", `M${x(frame.epoch)},${top}V${bottom}`);
    for (const { name, dot } of drawn) {
      const value = Number(frame.logs[name]);
      dot.style.display = finite(value) ? "" : "none";
      if (finite(value)) { dot.setAttribute("cx", x(frame.epoch)); dot.setAttribute("cy", y(value)); }
    }
  };
}

function histogram(frames, field, title) {
  const height = 150, bins = 31, left = 30, right = WIDE - 12, bottom = height - 42, chart = picture(height);
  const all = frames.flatMap(f => f[field]).map(Number).filter(finite).map(Math.abs).sort((a, b) => a - b);
  const limit = all[Math.floor(all.length * 0.995)] || 1, width = (right - left) / bins;
  const place = value => Math.max(0, Math.min(bins - 1, Math.floor((value / limit + 1) / 2 * bins)));
  const counts = frames.map(f => {
    const row = new Array(bins).fill(0);
    for (const value of f[field]) if (finite(Number(value))) row[place(value)]++;
    return row;
  });
  const most = Math.max(...counts.flat(), 1);
  const bars = Array.from({ length: bins }, (_, i) => svg("rect", { x: left + i * width + 1, width: width - 2, rx: 1.5,
    class: i === (bins - 1) / 2 ? "bar" : i < bins / 2 ? "bar negative" : "bar positive" }));
  chart.append(...bars, svg("path", { class: "axis", d: `M${left},${bottom}H${right}` }), ...axisNames(field.replace(/s$/, ""), "how many (\u221a)", left, right, 8, bottom));
  for (const t of [-limit, 0, limit]) chart.append(svg("text", { class: "tick", x: left + (t / limit + 1) / 2 * (right - left) * 0.94 + 12, y: bottom + 17 }, short(t)));
  panel(title, chart);
  return (frame, index) => counts[index].forEach((count, i) => {
    const tall = Math.sqrt(count / most) * (bottom - 8);  // the square root keeps counts of 1 visible
    bars[i].setAttribute("y", bottom - tall);
    bars[i].setAttribute("height", tall);
  });
}

function network(frames) {
  const { layers } = frames.find(f => f.layers.length), columns = [layers[0].weights[0].length, ...layers.map(l => l.weights.length)];
  const tallest = Math.max(...columns), height = Math.max(150, Math.min(420, 40 * tallest + 20)), chart = picture(height);
  const x = column => 28 + column / (columns.length - 1) * (WIDE - 56), y = (column, i) => height / 2 + (i - (columns[column] - 1) / 2) * Math.min(48, (height - 24) / tallest);
  const top = Math.max(1e-9, largestSize(frames.flatMap(f => f.layers.flatMap(l => l.weights.flat()))));
  const lines = layers.flatMap((layer, k) => layer.weights.flatMap((row, j) => row.map((_, i) => {
    const path = svg("path", { class: "weight", d: `M${x(k)},${y(k, i)}C${(x(k) + x(k + 1)) / 2},${y(k, i)} ${(x(k) + x(k + 1)) / 2},${y(k + 1, j)} ${x(k + 1)},${y(k + 1, j)}` }, svg("title"));
    chart.append(path);
    return { path, k, j, i };
  })));
  const radius = Math.min(11, 200 / tallest), units = columns.flatMap((count, column) => Array.from({ length: count }, (_, i) => {
    const circle = svg("circle", { class: "unit", cx: x(column), cy: y(column, i), r: radius }, svg("title"));
    chart.append(circle);
    return { circle, column, i };
  }));
  panel("Network", chart, legend([["negative", "\u2212 negative weight"], ["positive", "+ positive weight"]]));
  const paint = (element, value) => {
    element.classList.toggle("negative", value < 0);
    element.style.setProperty("--share", `${(100 * Math.min(1, Math.sqrt(Math.abs(value) / top))).toFixed(0)}%`);
  };
  return frame => {
    for (const { path, k, j, i } of lines) {
      const weight = Number(frame.layers[k].weights[j][i]);
      path.style.strokeWidth = `${(0.4 + 5 * Math.sqrt(Math.abs(weight) / top)).toFixed(2)}px`;
      paint(path, weight);
      path.firstChild.textContent = `weight ${k ? `from neuron ${i}` : `from input ${i}`} to neuron ${j}: ${short(weight)}`;
    }
    for (const { circle, column, i } of units) {
      const bias = column ? frame.layers[column - 1].biases[i] : null;
      paint(circle, Number(bias));
      circle.firstChild.textContent = column ? `neuron ${i}${bias === null ? "" : `, bias ${short(Number(bias))}`}` : `input ${i}`;
    }
  };
}

function boundary(frames, plane) {
  const { resolution: n, corners: [low, high], threshold } = plane, size = 340, cell = size / (n - 1), chart = picture(size, size);
  const at = ([a, b]) => [(a - low[0]) / (high[0] - low[0]) * size, size - (b - low[1]) / (high[1] - low[1]) * size];
  const away = frames.flatMap(f => f.grid && !f.classes ? f.grid.map(v => Math.abs(v - threshold)) : []).filter(finite).sort((a, b) => a - b);
  const top = away[Math.floor(away.length * 0.9)] || 1;  // the scale of colours ends at the 90% quantile
  const map = svg("image", { x: -cell / 2, y: -cell / 2, width: n * cell, height: n * cell, preserveAspectRatio: "none" });
  const canvas = html("canvas", { width: n, height: n }), brush = canvas.getContext("2d"), contour = svg("path", { class: "contour" });
  const kinds = [...new Set(plane.labels)].sort((a, b) => a - b), two = kinds.length <= 2;
  const paints = (two ? ["negative", "positive"] : ["s0", "s1", "s2", "s3"]).map(name => svg("path", { class: `paint ${name}` }));
  const dots = plane.points.map((p, i) => {
    const [cx, cy] = at(p), kind = kinds.indexOf(plane.labels[i]);
    const attributes = { class: two ? `sample ${kind ? "positive" : "negative"}` : `sample s${kind % 4}` };
    return kind % 2 ? svg("rect", { ...attributes, x: cx - 4, y: cy - 4, width: 8, height: 8 }) : svg("circle", { ...attributes, cx, cy, r: 4.5 });
  });
  chart.append(map, ...paints, contour, ...dots, ...axisNames("x0", "x1", 0, size, 0, size - 40));
  const keys = kinds.slice(0, 4).map((kind, i) => [two ? i ? "positive" : "negative" : `s${i}`, `class ${kind}`]);
  panel("Decision boundary", chart, legend(keys)).classList.add("square");
  return frame => {
    if (!frame.grid) return;
    const colours = paints.map(path => getComputedStyle(path).fill);
    brush.clearRect(0, 0, n, n);
    frame.grid.forEach((value, k) => {
      const sure = frame.classes ? 0.35 : 0.6 * Math.min(1, Math.sqrt(Math.abs(value - threshold) / top));
      brush.globalAlpha = finite(sure) ? sure : 0;
      brush.fillStyle = colours[frame.classes ? value % colours.length : +(value >= threshold)];
      brush.fillRect(k % n, n - 1 - Math.floor(k / n), 1, 1);
    });
    map.setAttribute("href", canvas.toDataURL());
    contour.setAttribute("d", frame.classes ? "" : level(frame.grid, n, threshold, cell, size));
  };
}

function level(grid, n, threshold, cell, size) {  // the contour at the threshold, by marching squares
  let d = "";
  const crossing = (a, b) => {
    const [u, v] = [grid[a] - threshold, grid[b] - threshold];
    if ((u < 0) === (v < 0)) return null;
    const t = u / (u - v), x = (1 - t) * (a % n) + t * (b % n), y = (1 - t) * Math.floor(a / n) + t * Math.floor(b / n);
    return [x * cell, size - y * cell];
  };
  for (let j = 0; j < n - 1; j++) for (let i = 0; i < n - 1; i++) {
    const a = j * n + i, sides = [[a, a + 1], [a + 1, a + n + 1], [a + n, a + n + 1], [a, a + n]];
    const met = sides.map(([p, q]) => crossing(p, q)).filter(Boolean);
    for (let k = 0; k + 1 < met.length; k += 2) d += line([met[k], met[k + 1]]);
  }
  return d;
}
