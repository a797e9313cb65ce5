// Net: the pictures of the playground: the plane of two inputs, and the network.
const CLASSES = [BLUE, ORANGE, [0, 143, 104], [176, 87, 141]], KINDS = ["negative", "positive", "s2", "s3"];  // colours and CSS classes of the classes
const SIDE = 40, SMALL = 20;  // pixels along a side: of the plane, and of a neuron's picture

// The plane of two inputs: the outputs of the model, and the samples.
class Plane {
  constructor(learner, choose) {
    Object.assign(this, { learner, choosing: choose, pixels: new Pixels(SIDE, SIDE), dots: svg("svg", { viewBox: "0 0 100 100" }) });
    const { classes, unit_names } = learner.plan, many = learner.outputs > 1;
    Object.assign(this, { many, first: unit_names.length });
    const keys = many ? KINDS.slice(0, learner.outputs).map((kind, k) => [kind, `class ${classes[k] ?? k}`]) : [["negative", "low, or class 0"], ["positive", "high, or class 1"]];
    panel("What it answers", html("div", { class: "plane" }, this.pixels.canvas, this.dots),
      legend(keys, "ringed: for testing"));
  }

  place() {  // the samples, and the points at which the model is evaluated
    const { learner } = this, column = k => Array.from({ length: learner.rows }, (_, i) => learner.x[2 * i + k]);
    const ends = [0, 1].map(k => { const all = column(k), low = smallest(all), high = largest(all), margin = 0.12 * (high - low || 1); return [low - margin, high + margin]; });
    const at = (k, x) => (x - ends[k][0]) / (ends[k][1] - ends[k][0]) * 100, tested = new Set(learner.test);
    this.grid = new Float64Array(2 * SIDE * SIDE);
    for (let j = 0; j < SIDE; j++) for (let i = 0; i < SIDE; i++) {
      this.grid[2 * (j * SIDE + i)] = ends[0][0] + (i + 0.5) / SIDE * (ends[0][1] - ends[0][0]);
      this.grid[2 * (j * SIDE + i) + 1] = ends[1][1] - (j + 0.5) / SIDE * (ends[1][1] - ends[1][0]);
    }
    this.dots.replaceChildren(...Array.from({ length: Math.min(learner.rows, 1000) }, (_, i) => {
      const [x, y] = [learner.x[2 * i], learner.x[2 * i + 1]], kind = this.many ? KINDS[largestAt(learner.targets, i * learner.wide, learner.wide) % KINDS.length] : learner.targets[i] >= learner.middle ? "positive" : "negative";
      const dot = svg("circle", { class: `dot ${kind} ${tested.has(i) ? "test" : "train"}`, cx: at(0, x), cy: 100 - at(1, y), r: 1.3 }, svg("title", {}, `row ${i}`));
      dot.addEventListener("click", () => this.choosing(i));
      return dot;
    }));
  }

  choose(row) {
    this.dots.querySelector(".chosen")?.classList.remove("chosen");
    if (row !== undefined) this.dots.children[row]?.classList.add("chosen");
  }

  paint() {
    const { learner, pixels } = this, seen = this.seen = learner.units(this.grid, SIDE * SIDE), width = learner.look.outputs, { many, first } = this;
    const cut = learner.kind === "two" ? learner.cut : 0;
    const paper = paperOf(pixels.canvas.closest(".panel"));
    let top = 0;
    for (let k = first; !many && k < seen.length; k += width) top = Math.max(top, Math.min(2, Math.abs(seen[k] - cut)) || 0);
    for (let k = 0; k < SIDE * SIDE; k++) {
      if (many) pixels.set(k, 0.3, paper, CLASSES[largestAt(seen, k * width + first, learner.outputs) % CLASSES.length]);
      else pixels.set(k, 0.4 * (seen[k * width + first] - cut) / (top || 1), paper);
    }
    pixels.show();
  }
}

// A picture of numbers from -1, blue, to 1, orange, mixed with the background: opaque pixels are painted faster.
class Pixels {
  constructor(width, height) {
    this.canvas = html("canvas", { width, height });
    this.brush = this.canvas.getContext("2d", { alpha: false });
    this.image = this.brush.createImageData(width, height);
    this.image.data.fill(255);
  }

  set(k, x, paper, colour = x < 0 ? BLUE : ORANGE) {
    const { data } = this.image, share = Math.min(1, Math.sqrt(Math.abs(x) || 0));
    for (let c = 0; c < 3; c++) data[4 * k + c] = paper[c] + share * (colour[c] - paper[c]);
  }

  show() { this.brush.putImageData(this.image, 0, 0); }
}
const paperOf = element => getComputedStyle(element).backgroundColor.match(/\d+/g).slice(0, 3).map(Number);

// The network: inputs, neurons with their outputs over the plane, weights or gradients as lines.
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
    if (layers.length) panel("Network", this.box, legend([["negative", "\u2212 negative"], ["positive", "+ positive"]], plane ? "in each neuron: what it answers over the plane" : "lines: weights or gradients"));
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
    this.canvas.getContext("2d", { alpha: false }).setTransform(ratio, 0, 0, ratio, 0, 0);
    this.columns.forEach((column, c) => column.forEach((node, i) => {
      node.x = 24 + c / Math.max(1, this.columns.length - 1) * (width - 48);
      node.y = height / 2 + (i - (column.length - 1) / 2) * Math.min(gap, height / column.length);
      if (node.button) Object.assign(node.button.style, { left: `${node.x}px`, top: `${node.y}px`, width: `${this.size}px`, height: `${this.size}px` });
    }));
  }

  paint(shown) {
    if (!this.width || this.columns.length < 2) return;
    const { learner, size } = this, brush = this.canvas.getContext("2d", { alpha: false }), numbers = shown === "gradients" ? learner.gradient : learner.parameters;
    const ink = getComputedStyle(this.box).color, paper = paperOf(this.box.parentElement);
    brush.fillStyle = `rgb(${paper})`;
    brush.fillRect(0, 0, this.width, this.height);
    this.drawLines(brush, numbers);
    if (this.plane?.seen) this.drawPictures(this.plane.seen, learner.look.outputs, paper);
    for (const node of this.columns.flat()) this.paintNode(brush, node, ink, paper);
  }

  drawLines(brush, numbers) {
    const { size } = this, all = this.columns.slice(1).flatMap(column => column.flatMap(node => node.weights));
    const top = all.reduce((most, i) => Math.max(most, Math.abs(numbers[i]) || 0), 1e-12);
    brush.lineWidth = 1;
    this.columns.slice(1).forEach((column, c) => { for (const node of column) node.weights.forEach((place, i) => {
      const from = this.columns[c][i], share = Math.abs(numbers[place]) / top;
      if (!from || !(share > 0.02)) return;
      const wide = 0.4 + 3.6 * share, x0 = from.x + size / 2, x1 = node.x - size / 2, far = Math.hypot(x1 - x0, node.y - from.y);
      brush.strokeStyle = `rgb(${numbers[place] < 0 ? BLUE : ORANGE})`;
      brush.globalAlpha = (0.15 + 0.75 * Math.sqrt(share)) * Math.min(1, wide);
      brush.beginPath();
      for (let k = (1 - Math.ceil(wide)) / 2; k < wide / 2; k++) {  // thin lines side by side: a wide one takes four times as long
        const x = k * (from.y - node.y) / far, y = k * (x1 - x0) / far;
        brush.moveTo(x0 + x, from.y + y);
        brush.lineTo(x1 + x, node.y + y);
      }
      brush.stroke();
    }); });
    brush.globalAlpha = 1;
  }

  drawPictures(seen, width, paper) {  // the outputs of the neurons over the plane, one below the other: one picture is painted faster than many
    const step = SIDE / SMALL, { length } = this.learner.plan.unit_names;
    for (let unit = 0; unit < length; unit++) {
      let top = 1e-12;
      for (let k = unit; k < seen.length; k += 7 * width) top = Math.max(top, Math.abs(seen[k]) || 0);
      for (let j = 0; j < SMALL; j++) for (let i = 0; i < SMALL; i++) {
        const k = Math.floor((j + 0.5) * step) * SIDE + Math.floor((i + 0.5) * step);
        this.sheet.set((unit * SMALL + j) * SMALL + i, seen[k * width + unit] / top, paper);
      }
    }
    this.sheet.show();
  }

  paintNode(brush, node, ink, paper) {
    const { size, plane, learner } = this, x = node.x - size / 2, y = node.y - size / 2;
    brush.fillStyle = `rgb(${paper})`;
    if (!plane?.seen || node.unit === undefined) brush.fillRect(x, y, size, size);
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
