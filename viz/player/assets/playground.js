// The playground: the learner with buttons, and pictures of what it does.
const ORANGE = [232, 118, 44], BLUE = [63, 143, 210], SIDE = 40, SMALL = 20, PICTURE = 1000 / 30;

function playground(plan, programs) {
  for (const id in plan.heading) $(id).textContent = plan.heading[id];
  const learner = new Learner(plan, programs), plane = learner.inputs === 2 ? new Plane(learner, row => choose({ row })) : null;
  const state = { playing: false, chosen: {}, data: "own", history: [], speed: 0, room: 20 };
  const net = new Net(learner, plane, path => choose({ path }));
  const curve = new Curve(), about = html("section", { id: "about" });
  const side = html("div", { class: "side" }, curve.panel, panel("About", about, html("p", { class: "muted", id: "nothing" }, plane ? "Click a sample or a neuron." : "Choose a row or a neuron below.")));
  $("panels").append(side);

  // ---- training -------------------------------------------------------------------------------

  function guarded(action) {  // a run that has broken stands still until it starts again
    if (state.broken) return;
    action();
    const last = learner.parameters.find(x => !finite(x));
    if (last !== undefined) {
      state.broken = `Step ${learner.steps}: ${learner.trouble()}. A smaller learning rate may help; then start again.`;
      pause();
    }
  }
  function run(now) {
    if (!state.playing) return;
    const begin = performance.now(), before = learner.steps, spent = Math.max(1, now - state.last);
    state.room = Math.min(28, Math.max(4, state.room + (PICTURE - spent) / 10 + 0.1));  // as long as 30 pictures a second are drawn
    guarded(() => { do learner.step(); while (performance.now() - begin < state.room && learner.parameters[0] === learner.parameters[0]); });
    state.speed = 0.9 * state.speed + 0.1 * (learner.steps - before) / spent * 1000;
    state.last = now;
    show();
    if (state.playing) requestAnimationFrame(run);
  }
  function play() {
    if (state.playing) return pause();
    state.playing = true;
    state.last = performance.now();
    mark();
    requestAnimationFrame(run);
  }
  function pause() {
    state.playing = false;
    mark();
  }
  function mark() {
    $("play").setAttribute("aria-label", state.playing ? "Pause" : "Play");
    document.body.classList.toggle("playing", state.playing);
    $("line").ariaLive = state.playing ? "off" : "polite";
  }
  function step() { pause(); guarded(() => learner.step()); show(); }
  function epoch() { pause(); guarded(() => { while (!learner.step()); }); show(); }
  function restart() {
    pause();
    state.broken = "";
    state.history = [];
    learner.reset(Math.max(0, Math.round(+$("seed").value || 0)));
    show();
  }

  // ---- what is seen ---------------------------------------------------------------------------

  function show() {
    const train = learner.scores(learner.train), test = learner.scores(learner.test);
    if (!state.broken && !finite(train.loss)) state.broken = `Step ${learner.steps}: ${learner.trouble()}. A smaller learning rate may help; then start again.`;
    const last = state.history.at(-1);
    if (!last || last.step !== learner.steps) state.history.push({ step: learner.steps, train: train.loss, test: test?.loss });
    if (state.history.length > 600) state.history = state.history.filter((_, i) => i % 2 === 0);
    document.body.classList.toggle("broken", Boolean(state.broken));
    $("phase").textContent = state.broken ? "Stopped" : `Epoch ${learner.epochs}`;
    const accuracy = (name, s) => s && s.accuracy !== null ? `   ${name} ${(100 * s.accuracy).toFixed(1)} %` : "";
    $("line").textContent = state.broken || `loss ${number(+train.loss.toPrecision(5))}${test ? `, test ${number(+test.loss.toPrecision(5))}` : ""}${accuracy("accuracy", train)}${accuracy("test", test)}`;
    $("stats").textContent = `step ${learner.steps}${state.playing && state.speed ? `, ${short(Math.round(state.speed))} a second` : ""}`;
    plane?.paint();
    net.paint($("edges").value);
    curve.paint(state.history);
    tell();
  }

  function choose(chosen) {
    state.chosen = chosen;
    $("row").value = chosen.row ?? "";
    $("neuron").value = chosen.path ?? "";
    plane?.choose(chosen.row);
    net.choose(chosen.path);
    tell();
  }

  function tell() {
    const { row, path } = state.chosen, rows = [], add = (name, ...text) => rows.push(html("dt", {}, name), html("dd", {}, ...text));
    $("nothing").hidden = row !== undefined || path !== undefined;
    if (row !== undefined) {
      const x = learner.x.subarray(row * learner.inputs, (row + 1) * learner.inputs), side = Math.sqrt(x.length);
      learner.compute([row], learner.given.gradient);
      const { out } = learner.given, wanted = [...learner.targets.subarray(row * learner.wide, (row + 1) * learner.wide)];
      add("row", `${row}, ${learner.test.includes(row) ? "for testing" : "trained on"}`);
      if (x.length >= 64 && Number.isInteger(side)) add("inputs", html("img", { class: "heat", alt: `the ${x.length} inputs as a picture`, src: heatMap([...x], side, side, true) }));
      else add("inputs", [...x].slice(0, 24).map(short).join(", "));
      const seen = learner.units(x.slice(), 1);
      for (const [name, from, to] of net.spans()) add(name, [...seen.slice(from, Math.min(to, from + 24))].map(short).join(", "));
      add("answer", [...out.slice(2, 2 + learner.outputs)].map(short).join(", "));
      add("wanted", wanted.map(short).join(", "));
      add("loss", number(+out[1].toPrecision(6)));
    }
    if (path !== undefined) {
      const k = plan.unit_names.indexOf(path), rows = learner.train, seen = learner.units(learner.gathered(rows), rows.length), { outputs } = learner.look;
      const values = Array.from(rows, (_, i) => seen[i * outputs + k]), { mean, most } = spread(values), { weights, bias } = net.of(path);
      add("neuron", path);
      add("weights", weights.slice(0, 64).map(i => short(learner.parameters[i])).join(", "));
      if (bias !== null) add("bias", short(learner.parameters[bias]));
      add("gradients", weights.slice(0, 64).map(i => short(learner.gradient[i])).join(", "));
      add("gives", `mean ${short(mean)}, least ${short(Math.min(...values))}, largest ${short(most)}`);
      add("dead for", `${(100 * values.filter(x => x === 0).length / values.length).toFixed(0)} % of the samples (gives exactly 0)`);
    }
    about.replaceChildren(html("dl", {}, ...rows));
  }

  // ---- settings -------------------------------------------------------------------------------

  const options = (id, names) => $(id).replaceChildren(...names.map(name => html("option", { value: name }, name)));
  options("optimizer", Object.keys(plan.optimizers));
  $("optimizer").value = plan.optimizer;
  const chosenRates = () => { $("rate").value = learner.lr; $("decay").value = learner.decay; };
  chosenRates();
  $("neuron").append(...plan.unit_names.map(path => html("option", { value: path }, path)));
  $("row").max = learner.rows - 1;
  const generated = plane && learner.kind === "two";
  options("data", ["own", ...(generated ? Object.keys(TABLES) : [])]);
  $("data").options[0].text = "as given";
  $("dataField").hidden = !generated;

  function data() {  // the table that is chosen, with noise
    const name = $("data").value, noise = +$("noise").value, low = plan.targets.flat().reduce((a, b) => Math.min(a, b)), high = plan.targets.flat().reduce((a, b) => Math.max(a, b));
    const rows = name === "own" ? plan.x.map((x, i) => [x, plan.targets[i]]) : table(name, 200, 11).map(([x, half]) => [x, [half ? high : low]]);
    const draw = random(5), scale = learner.scaleOf ??= spreadOf(plan.x);
    learner.use(rows.map(([x]) => x.map((v, k) => v + noise * (name === "own" ? scale[k] : 1) * normal(draw))), rows.map(([, t]) => t));
    state.history = [];
    $("row").max = learner.rows - 1;
    choose({});
    plane?.place();
    show();
  }
  const spreadOf = x => x[0].map((_, k) => { const mean = x.reduce((s, row) => s + row[k], 0) / x.length; return Math.sqrt(x.reduce((s, row) => s + (row[k] - mean) ** 2, 0) / x.length); });
  const positive = (id, set) => { const value = +$(id).value; if ($(id).value !== "" && finite(value) && value >= 0) set(value); };
  const on = (id, event, action) => $(id).addEventListener(event, action);
  const share = () => { $("shareText").textContent = `${Math.round(100 * learner.share)} %`; };
  on("optimizer", "change", () => { learner.choose($("optimizer").value); chosenRates(); });
  on("rate", "input", () => positive("rate", x => { learner.lr = x; }));
  on("decay", "input", () => positive("decay", x => { learner.decay = x; }));
  on("batch", "change", () => { learner.batch = +$("batch").value; learner.at = learner.order.length; });
  on("share", "input", () => { learner.split(+$("share").value); share(); plane?.place(); state.history = []; show(); });
  on("data", "change", data);
  on("noise", "input", data);
  on("seed", "change", restart);
  on("edges", "change", show);
  on("row", "input", () => { const row = +$("row").value; choose($("row").value !== "" && Number.isInteger(row) && row >= 0 && row < learner.rows ? { row } : {}); });
  on("neuron", "change", () => choose($("neuron").value ? { path: $("neuron").value } : {}));
  on("settings", "submit", event => event.preventDefault());
  for (const [id, action] of Object.entries({ play, step, epoch, start: restart, help: () => $("keys").showModal() })) on(id, "click", action);
  document.addEventListener("keydown", event => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || target.matches("input, select") || (key === " " && target.matches("button"))) return;
    const action = { " ": play, ArrowRight: step, e: epoch, Home: restart, "?": () => $("keys").showModal() }[key];
    if (action) { event.preventDefault(); action(); }
  });
  themeButton(show);
  keyboardHint();
  new ResizeObserver(() => net.place()).observe($("panels"));
  learner.split(+$("share").value);
  share();
  plane?.place();
  show();
  return { learner, state, show, choose };
}

// The plane of two inputs: what the model answers, and the samples.
class Plane {
  constructor(learner, choose) {
    Object.assign(this, { learner, choosing: choose, pixels: new Pixels(SIDE, SIDE), dots: svg("svg", { viewBox: "0 0 100 100" }) });
    panel("What it answers", html("div", { class: "plane" }, this.pixels.canvas, this.dots),
      html("p", { class: "legend" }, html("span", { class: "key negative" }, "low, or class 0"), html("span", { class: "key positive" }, "high, or class 1"), "ringed: for testing"));
  }

  place() {  // the samples, and the points at which the model is asked
    const { learner } = this, column = k => Array.from({ length: learner.rows }, (_, i) => learner.x[2 * i + k]);
    const ends = [0, 1].map(k => { const all = column(k), low = smallest(all), high = largest(all), margin = 0.12 * (high - low || 1); return [low - margin, high + margin]; });
    const at = (k, x) => (x - ends[k][0]) / (ends[k][1] - ends[k][0]) * 100, tested = new Set(learner.test);
    this.grid = new Float64Array(2 * SIDE * SIDE);
    for (let j = 0; j < SIDE; j++) for (let i = 0; i < SIDE; i++) {
      this.grid[2 * (j * SIDE + i)] = ends[0][0] + (i + 0.5) / SIDE * (ends[0][1] - ends[0][0]);
      this.grid[2 * (j * SIDE + i) + 1] = ends[1][1] - (j + 0.5) / SIDE * (ends[1][1] - ends[1][0]);
    }
    this.dots.replaceChildren(...Array.from({ length: Math.min(learner.rows, 1000) }, (_, i) => {
      const [x, y] = [learner.x[2 * i], learner.x[2 * i + 1]], high = learner.outputs > 1 ? learner.targets.subarray(i * learner.wide, (i + 1) * learner.wide).indexOf(1) % 2 : learner.targets[i] >= learner.middle;
      const dot = svg("circle", { class: `dot ${tested.has(i) ? "test" : "train"}`, cx: at(0, x), cy: 100 - at(1, y), r: 1.3, fill: high ? "var(--positive)" : "var(--negative)" }, svg("title", {}, `row ${i}`));
      dot.addEventListener("click", () => this.choosing(i));
      return dot;
    }));
  }

  choose(row) {
    this.dots.querySelector(".chosen")?.classList.remove("chosen");
    if (row !== undefined) this.dots.children[row]?.classList.add("chosen");
  }

  paint() {
    const { learner, pixels } = this, seen = this.seen = learner.units(this.grid, SIDE * SIDE), width = learner.look.outputs, first = learner.plan.unit_names.length;
    const many = learner.outputs > 1, cut = learner.kind === "two" ? learner.cut : 0;
    let top = 0;
    for (let k = first; !many && k < seen.length; k += width) top = Math.max(top, Math.min(2, Math.abs(seen[k] - cut)) || 0);
    for (let k = 0; k < SIDE * SIDE; k++) {
      pixels.set(k, many ? largestAt(seen, k * width + first, learner.outputs) % 2 ? 0.6 : -0.6 : 0.8 * (seen[k * width + first] - cut) / (top || 1));
    }
    pixels.show();
  }
}

class Pixels {  // a picture of numbers from -1, blue, to 1, orange
  constructor(width, height) {
    this.canvas = html("canvas", { width, height });
    this.image = this.canvas.getContext("2d").createImageData(width, height);
  }

  set(k, x) {
    const colour = x < 0 ? BLUE : ORANGE, { data } = this.image;
    for (let c = 0; c < 3; c++) data[4 * k + c] = colour[c];
    data[4 * k + 3] = 255 * Math.min(1, Math.sqrt(Math.abs(x) || 0));
  }

  show() { this.canvas.getContext("2d").putImageData(this.image, 0, 0); }
}

// The network: inputs, neurons with what each answers over the plane, weights or gradients as lines.
class Net {
  constructor(learner, plane, choose) {
    const { layers, unit_names } = learner.plan;
    Object.assign(this, { learner, plane, canvas: html("canvas"), box: html("div", { class: "net" }), sheet: new Pixels(SMALL, SMALL * unit_names.length || 1) });
    let k = 0;
    this.columns = [Array.from({ length: learner.inputs }, (_, i) => ({ name: `x${i}` })), ...layers.map(({ weights, biases }) => weights.map((row, j) => ({ weights: row, bias: biases[j], path: unit_names[k], unit: k++ })))];
    this.box.append(this.canvas);
    this.most = Math.max(...this.columns.map(column => column.length));
    for (const node of this.columns.flat()) {
      if (node.path === undefined || this.most > 64) continue;
      node.button = html("button", { "aria-label": node.path, title: node.path, onclick: () => choose(node.path) });
      this.box.append(node.button);
    }
    if (layers.length) panel("Network", this.box, html("p", { class: "legend" }, html("span", { class: "key negative" }, "\u2212 negative"), html("span", { class: "key positive" }, "+ positive"), plane ? "in each neuron: what it answers over the plane" : "lines: weights or gradients"));
  }

  of(path) { return this.columns.flat().find(node => node.path === path); }
  spans() {  // [name, first unit, last unit] of each layer
    return this.columns.slice(1).map((column, l) => [`layer ${l}`, column[0].unit, column.at(-1).unit + 1]);
  }

  choose(path) {
    for (const { button, path: own } of this.columns.flat()) button?.classList.toggle("chosen", own === path && path !== undefined);
  }

  place() {
    const width = this.box.clientWidth || 400, gap = Math.max(7, Math.min(44, 460 / this.most)), height = gap * this.most + 16, ratio = devicePixelRatio || 1;
    Object.assign(this, { width, height, size: Math.min(34, gap * 0.84) });
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.height = `${height}px`;
    this.canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    this.columns.forEach((column, c) => column.forEach((node, i) => {
      node.x = 24 + c / Math.max(1, this.columns.length - 1) * (width - 48);
      node.y = height / 2 + (i - (column.length - 1) / 2) * Math.min(gap, height / column.length);
      if (node.button) Object.assign(node.button.style, { left: `${node.x}px`, top: `${node.y}px`, width: `${this.size}px`, height: `${this.size}px` });
    }));
    if (this.shown) this.paint(this.shown);
  }

  paint(shown) {
    this.shown = shown;
    if (!this.width || this.columns.length < 2) return;
    const { learner, size } = this, brush = this.canvas.getContext("2d"), numbers = shown === "gradients" ? learner.gradient : learner.parameters;
    brush.clearRect(0, 0, this.width, this.height);
    this.drawLines(brush, numbers);
    if (this.plane?.seen) this.drawPictures(this.plane.seen, learner.look.outputs);
    const ink = getComputedStyle(this.box).color, paper = getComputedStyle(this.box.parentElement).backgroundColor;
    for (const node of this.columns.flat()) this.paintNode(brush, node, ink, paper);
  }

  drawLines(brush, numbers) {
    const { size } = this, all = this.columns.slice(1).flatMap(column => column.flatMap(node => node.weights));
    const top = all.reduce((most, i) => Math.max(most, Math.abs(numbers[i]) || 0), 1e-12);
    this.columns.slice(1).forEach((column, c) => { for (const node of column) node.weights.forEach((place, i) => {
      const from = this.columns[c][i], share = Math.abs(numbers[place]) / top;
      if (!from || !(share > 0.02)) return;
      const wide = 0.4 + 3.6 * share;  // straight: curves take half of the time of a picture
      brush.strokeStyle = `rgb(${numbers[place] < 0 ? BLUE : ORANGE})`;
      brush.globalAlpha = (0.15 + 0.75 * Math.sqrt(share)) * Math.min(1, wide);
      brush.lineWidth = Math.max(1, wide);
      brush.beginPath();
      brush.moveTo(from.x + size / 2, from.y);
      brush.lineTo(node.x - size / 2, node.y);
      brush.stroke();
    }); });
    brush.globalAlpha = 1;
  }

  drawPictures(seen, width) {  // what each neuron answers over the plane, one below the other: one picture is painted faster than many
    const step = SIDE / SMALL, { length } = this.learner.plan.unit_names;
    for (let unit = 0; unit < length; unit++) {
      let top = 1e-12;
      for (let k = unit; k < seen.length; k += 7 * width) top = Math.max(top, Math.abs(seen[k]) || 0);
      for (let j = 0; j < SMALL; j++) for (let i = 0; i < SMALL; i++) {
        const k = Math.floor((j + 0.5) * step) * SIDE + Math.floor((i + 0.5) * step);
        this.sheet.set((unit * SMALL + j) * SMALL + i, seen[k * width + unit] / top);
      }
    }
    this.sheet.show();
  }

  paintNode(brush, node, ink, paper) {
    const { size, plane, learner } = this, x = node.x - size / 2, y = node.y - size / 2;
    brush.fillStyle = paper;
    brush.fillRect(x, y, size, size);
    if (node.unit === undefined) {
      brush.fillStyle = ink;
      brush.font = "11px sans-serif";
      brush.textAlign = "center";
      if (size > 14) brush.fillText(node.name, node.x, node.y + 4); else brush.fillRect(node.x - 2, node.y - 2, 4, 4);
      return;
    }
    if (plane?.seen) brush.drawImage(this.sheet.canvas, 0, node.unit * SMALL, SMALL, SMALL, x, y, size, size);
    else {
      const bias = node.bias === null ? 0 : learner.parameters[node.bias];
      brush.fillStyle = `rgba(${bias < 0 ? BLUE : ORANGE},${Math.min(1, Math.abs(bias))})`;
      brush.fillRect(x, y, size, size);
    }
    brush.strokeStyle = ink;
    brush.globalAlpha = 0.5;
    brush.lineWidth = 1;
    brush.strokeRect(x, y, size, size);
    brush.globalAlpha = 1;
  }
}

// The curve of the loss, of the rows that are trained on and of those for testing.
class Curve {
  constructor() {
    this.chart = picture(190);
    this.grid = svg("g");
    this.lines = ["train", "test"].map(name => svg("path", { class: `curve ${name}` }));
    this.chart.append(this.grid, ...this.lines);
    this.panel = panel("Loss", this.chart, html("p", { class: "legend" }, html("span", { class: "key train" }, "trained on"), html("span", { class: "key test" }, "for testing")));
  }

  paint(history) {
    const left = 52, right = WIDE - 8, top = 10, bottom = 166, all = history.flatMap(h => [h.train, h.test]).filter(x => finite(x));
    if (!all.length) return;
    const decades = smallest(all) > 0 && largest(all) / smallest(all) > 20, scale = decades ? Math.log10 : x => x;
    let low = scale(smallest(all)), high = scale(largest(all));
    if (!(high > low)) { low -= 0.5; high += 0.5; }
    const last = Math.max(1, history.at(-1).step), x = step => left + step / last * (right - left), y = loss => bottom - (scale(loss) - low) / (high - low) * (bottom - top);
    ["train", "test"].forEach((name, i) => this.lines[i].setAttribute("d", line(history.filter(h => finite(h[name])).map(h => [x(h.step), y(h[name])]))));
    const marks = ticks(low, high, 4).map(t => decades ? 10 ** t : t);
    this.grid.replaceChildren(...marks.flatMap(t => [svg("path", { class: "grid", d: `M${left},${y(t)}H${right}` }), svg("text", { class: "tick end", x: left - 6, y: y(t) + 4 }, short(+t.toPrecision(2)))]),
      svg("text", { class: "tick end", x: right, y: bottom + 18 }, `step ${last}`));
  }
}
