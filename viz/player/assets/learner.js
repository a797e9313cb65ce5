// Learner: trains with the printed programs; it draws nothing.
function random(seed) {  // mulberry32
  let state = seed >>> 0;
  return () => {
    state = state + 1831565813 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}
const normal = draw => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

class Learner {
  constructor(plan, programs) {
    Object.assign(this, { plan, programs, share: 1, batch: 0, seed: 0 });
    this.size = plan.parameters.length;
    this.inputs = plan.x[0].length;
    this.outputs = plan.outputs;
    this.gradient = new Float64Array(this.size);
    this.rate = new Float64Array(1);
    this.shrinking = new Float64Array(1);
    this.count = new Float64Array(1);
    this.use(plan.x, plan.targets);
    this.reset(0);
    this.choose(plan.optimizer);
  }

  use(x, targets) {  // take a table of samples
    const { plan, programs } = this;
    this.rows = x.length;
    this.x = Float64Array.from(x.flat());
    this.targets = Float64Array.from(targets.flat());
    this.wide = targets[0].length;
    this.run = programs.step(this.rows, m);
    this.given = { x: new Float64Array(this.rows * this.inputs), targets: new Float64Array(this.rows * this.wide),
      weights: new Float64Array(this.rows), out: new Float64Array(this.rows * this.run.outputs), gradient: new Float64Array(this.size) };
    const low = smallest(this.targets), high = largest(this.targets);
    const two = new Set(this.targets).size <= 2;
    this.kind = this.outputs > 1 && two && low === 0 && high === 1 ? "classes" : this.outputs === 1 && two ? "two" : "numbers";
    this.cut = low < 0 ? 0 : plan.threshold;
    this.middle = (low + high) / 2;
    this.split(this.share);
  }

  split(share) {  // the first of the shuffled rows are trained on, the rest is for testing
    this.share = share;
    const draw = random(7), mixed = Int32Array.from({ length: this.rows }, (_, i) => i);
    if (share < 1) shuffle(mixed, draw);
    const cut = Math.max(1, Math.round(share * this.rows));
    this.train = mixed.slice(0, cut);
    this.test = mixed.slice(cut);
    this.order = this.train.slice();
    this.at = this.order.length;
  }

  reset(seed) {  // seed 0 gives the model's own weights, others random weights with the mean square of those
    this.seed = seed;
    this.parameters = Float64Array.from(this.plan.parameters);
    this.draw = random(seed + 1);
    if (seed) for (const { weights } of this.plan.layers) {
      const places = weights.flat(), square = places.reduce((sum, i) => sum + this.plan.parameters[i] ** 2, 0) / places.length;
      for (const i of places) this.parameters[i] = Math.sqrt(3 * square) * (2 * this.draw() - 1);
    }
    this.steps = this.epochs = 0;
    this.at = this.order.length;
    this.forget();
  }

  choose(name) {
    this.optimizer = name;
    this.rule = this.plan.optimizers[name];
    this.lr = this.rule.lr;
    this.decay = this.rule.weight_decay;
    this.move = this.programs.optimizers[name](this.size, m);
    this.moved = new Float64Array(this.size * this.move.outputs);
    this.forget();
  }

  forget() {  // reset what the optimizer carries from step to step
    this.taken = 0;
    this.carried = Object.entries(this.rule?.start ?? {}).map(([name, x]) => new Float64Array(this.rule.shared.includes(name) ? 1 : this.size).fill(x));
  }

  fill(rows) {
    const { x, targets, weights } = this.given, { inputs, wide } = this;
    rows.forEach((row, i) => {
      for (let k = 0; k < inputs; k++) x[i * inputs + k] = this.x[row * inputs + k];
      for (let k = 0; k < wide; k++) targets[i * wide + k] = this.targets[row * wide + k];
    });
    weights.fill(this.plan.sum ? 1 : 1 / rows.length, 0, rows.length);
  }

  compute(rows, gradient) {
    const { x, targets, weights, out } = this.given;
    this.fill(rows);
    this.run(this.parameters, x, targets, weights, out, gradient, rows.length);
  }

  step() {
    const size = this.batch || this.train.length;
    if (this.at >= this.order.length) {
      if (size < this.order.length) shuffle(this.order, this.draw);
      this.at = 0;
    }
    this.compute(this.order.subarray(this.at, this.at + size), this.gradient);
    this.at += size;
    this.update();
    this.steps++;
    if (this.at >= this.order.length) this.epochs++;
    return this.at >= this.order.length;
  }

  update() {
    this.rate[0] = this.lr;
    this.shrinking[0] = this.decay;
    this.count[0] = ++this.taken;
    const { size, moved, carried } = this, { outputs } = this.move, held = this.plan.frozen.map(i => [i, this.parameters[i]]);
    this.move(this.parameters, this.gradient, this.rate, this.shrinking, this.count, ...carried, moved, size);
    for (let i = 0; i < size; i++) this.parameters[i] = moved[i * outputs];
    carried.forEach((array, k) => { for (let i = 0; i < array.length; i++) array[i] = moved[i * outputs + k + 1]; });
    for (const [i, x] of held) this.parameters[i] = x;
  }

  scores(rows) {  // mean loss, and the share of right answers
    if (!rows.length) return null;
    this.compute(rows, this.given.gradient);
    const { out, targets } = this.given, { outputs: width } = this.run, n = rows.length;
    let loss = 0, right = 0;
    for (let i = 0; i < n; i++) {
      loss += out[i * width + 1];
      right += this.right(i, out, width, targets);
    }
    return { loss: loss / n, accuracy: this.kind === "numbers" ? null : right / n };
  }

  right(i, out, width, targets) {
    if (this.kind === "two") return (out[i * width + 2] >= this.cut) === (targets[i] >= this.middle);
    return largestAt(out, i * width + 2, this.outputs) === largestAt(targets, i * this.wide, this.outputs);
  }

  units(x, rows) {  // the numbers of each neuron, then of each output: (rows, width)
    if (!this.look || this.lookRows < rows) {
      this.look = this.programs.units(rows, m);
      this.lookRows = rows;
      this.seen = new Float64Array(rows * this.look.outputs);
    }
    this.look(this.parameters, x, this.seen, rows);
    return this.seen.subarray(0, rows * this.look.outputs);
  }

  trouble() {  // which neuron, from the inputs on, is the first to give a number that is not finite
    const rows = this.train.length;
    const seen = this.units(this.gathered(this.train), rows), { outputs } = this.look;
    for (let k = 0; k < this.plan.unit_names.length; k++) for (let i = 0; i < rows; i++) {
      const x = seen[i * outputs + k];
      if (!Number.isFinite(x)) return `${this.plan.unit_names[k]} gives ${x} for row ${this.train[i]}`;
    }
    return "the loss is not finite";
  }

  gathered(rows) {
    const x = new Float64Array(rows.length * this.inputs);
    rows.forEach((row, i) => x.set(this.x.subarray(row * this.inputs, (row + 1) * this.inputs), i * this.inputs));
    return x;
  }
}

function largestAt(numbers, start, count) {  // the index of the largest of these, the first of equal ones
  let best = 0;
  for (let k = 1; k < count; k++) if (numbers[start + k] > numbers[start + best]) best = k;
  return best;
}

function shuffle(array, draw) {
  for (let i = array.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    [array[i], array[j]] = [array[j], array[i]];
  }
}

// Tables to train on: two inputs, two classes, as nn.data makes them.
const TABLES = {
  moons: (i, half, draw) => { const a = Math.PI * draw(); return half ? [1 - Math.cos(a), 0.5 - Math.sin(a)] : [Math.cos(a), Math.sin(a)]; },
  circles: (i, half, draw) => { const a = 2 * Math.PI * draw(), r = half ? 0.5 : 1; return [r * Math.cos(a), r * Math.sin(a)]; },
  spirals: (i, half, draw) => { const r = Math.sqrt(draw()), a = 3 * Math.PI * r + half * Math.PI; return [r * Math.cos(a), r * Math.sin(a)]; },
  xor: (i, half, draw) => { const x = draw(), sign = draw() < 0.5 ? 1 : -1, y = draw() * (half ? -1 : 1); return [sign * x, sign * y]; },
  blobs: (i, half, draw) => [(half ? 1 : -1) + 0.4 * normal(draw), (half ? 1 : -1) + 0.4 * normal(draw)],
};
function table(name, rows, seed) {
  const draw = random(seed);
  return Array.from({ length: rows }, (_, i) => [TABLES[name](i, i % 2, draw), i % 2]);
}
