// Trace: both passes over the graph, recomputed when a leaf changes, and the text of a step.
function fill(template, operands, output) {  // the marks are those of steps/chain_rule.py
  return template
    .replace(/(\x03?)\x01(\d+|y)\x02(\x04?)/g, (_, open, place, close) => {
      const written = place === "y" ? output : operands[place];
      return open && close ? (written.startsWith("-") ? `(${written})` : written) : open + written + close;
    })
    .replaceAll("\x03", "(").replaceAll("\x04", ")");
}
const chain = parts => parts.filter((part, i) => part && part !== parts[i - 1]).join(" = ");

class Trace {
  constructor(graph, rules) {
    this.graph = graph;
    this.rules = rules;
    this.size = graph.operands.length;
    this.steps = graph.op.map((op, i) => op < 0 ? -1 : i).filter(i => i >= 0);
    this.forwardAt = new Int32Array(this.size);  // the frame in which a node's data appears
    this.steps.forEach((node, i) => { this.forwardAt[node] = i + 1; });
    this.turn = this.steps.length + 1;
    this.from = [];
    this.position = [];
    for (let node = this.size - 1; node >= 0; node--) {
      graph.operands[node].forEach((_, position) => { this.from.push(node); this.position.push(position); });
    }
    this.last = this.turn + this.from.length;
    this.consumers = Array.from({ length: this.size }, () => []);  // the backward steps into a node
    this.from.forEach((node, k) => this.consumers[graph.operands[node][this.position[k]]].push(k));
    graph.leaves = this.size - this.steps.length;
    this.reset();
    this.given = this.data.slice();
  }

  reset() {  // Python's numbers, to the bit; an open page has only those of the leaves, and computes the others
    const { data, partials } = this.graph;
    this.data = Float64Array.from(data, Number);
    this.changed = false;
    this.partials = partials?.map(row => row.map(Number)) ?? this.graph.op.map(() => []);
    if (partials) this.back(); else this.run();
  }

  operandData(node, data = this.data) { return this.graph.operands[node].map(i => data[i]); }

  set(leaf, value) {
    this.data[leaf] = value;
    this.changed = true;
    this.run();
  }

  run() {
    for (const node of this.steps) {
      const rule = this.rules[this.graph.op[node]], x = this.operandData(node);
      this.data[node] = rule.value(m, x);
      this.partials[node] = rule.partials(m, this.data[node], x);
    }
    this.back();
  }

  back() {  // the backward pass, with the engine's additions in its order
    this.checked = new Map();
    this.adjoint = new Float64Array(this.size);
    this.adjoint[this.size - 1] = 1;
    this.after = new Float64Array(this.from.length);
    this.shares = new Float64Array(this.from.length);
    const reached = new Set([this.size - 1]);  // only these nodes have a gradient to pass on
    this.from.forEach((node, k) => {
      const operand = this.graph.operands[node][this.position[k]];
      if (reached.has(node) && !this.rules[this.graph.op[node]].flat?.includes(this.position[k])) {
        reached.add(operand);
        this.shares[k] = this.share(node, this.position[k]);
      }
      this.adjoint[operand] += this.shares[k];
      this.after[k] = this.adjoint[operand];
    });
  }

  share(node, position) {  // 0 for an operand that is not chosen, where the product would be 0 * inf
    const adjoint = this.adjoint[node], rule = this.rules[this.graph.op[node]];
    return Number.isFinite(adjoint) || !rule.shares
      ? adjoint * this.partials[node][position]
      : rule.shares(m, adjoint, this.data[node], this.operandData(node))[position];
  }

  // d root / d leaf by central differences, with the rules of the page.
  difference(leaf, h) {
    const at = x => {
      const data = Float64Array.from(this.data);
      data[leaf] = x;
      for (const node of this.steps) {
        data[node] = this.rules[this.graph.op[node]].value(m, this.operandData(node, data));
      }
      return data[this.size - 1];
    };
    const high = this.data[leaf] + h, low = this.data[leaf] - h;
    return (at(high) - at(low)) / (high - low);
  }

  checks(node) {  // whether to mark a node as checked: leaves only, and only where that is quick
    if (this.graph.op[node] >= 0 || this.size * this.graph.leaves > 1e6) return false;
    if (!this.checked.has(node)) this.checked.set(node, this.compare(node)[1]);
    return this.checked.get(node);
  }

  compare(leaf) {  // the finite difference, and whether the gradient agrees; log(0.001) needs a step relative to the number
    const size = Math.abs(this.data[leaf]), gradient = this.adjoint[leaf];
    const slopes = [Math.max(1, size), size].map(scale => this.difference(leaf, 6e-6 * scale));
    const fit = slopes.find(slope => Math.abs(slope - gradient) <= 1e-6 * Math.max(1, Math.abs(slope), Math.abs(gradient), Math.abs(this.data[this.size - 1])));
    return [fit ?? slopes[0], fit !== undefined];
  }

  knows(node, frame) { return this.forwardAt[node] <= frame; }

  gradient(node, frame) {  // undefined before its first contribution
    const done = frame - this.turn;
    if (done < 0) return undefined;
    const steps = this.consumers[node], taken = countBelow(steps, done);
    if (taken) return this.after[steps[taken - 1]];
    return node === this.size - 1 ? 1 : undefined;
  }

  frame(index) {  // what happens in a frame
    if (index <= 0) return { kind: "start" };
    if (index < this.turn) return { kind: "forward", node: this.steps[index - 1] };
    if (index === this.turn) return { kind: "turn", node: this.size - 1 };
    const step = index - this.turn - 1, node = this.from[step], position = this.position[step];
    return { kind: "backward", step, node, position, operand: this.graph.operands[node][position] };
  }

  touched(index) {
    const { node, operand } = this.frame(index);
    return [node, operand].filter(i => i !== undefined);
  }

  label(node) { return this.graph.label[node] || `v${node}`; }
  name(node) {  // the name in formulas, shortened: a long one would fill the line
    const name = [...this.graph.written[node] ?? this.label(node)];
    return (name.length > 32 ? [...name.slice(0, 15), "\u2026", ...name.slice(-16)] : name).join("");
  }
  slope(of, by) { return `d${this.name(of)}/d${this.name(by)}`; }

  forwardText(node) {
    const operands = this.graph.operands[node], rule = this.rules[this.graph.op[node]];
    const symbols = fill(rule.text, operands.map(i => this.name(i)));
    const numbers = fill(rule.text, operands.map(i => number(this.data[i])));
    return chain([this.name(node), symbols, numbers, number(this.data[node])]);
  }

  contribution(step) {
    const node = this.from[step], position = this.position[step];
    const operand = this.graph.operands[node][position], others = this.consumers[operand];
    const earlier = others.indexOf(step);
    const start = operand === this.size - 1 ? 1 : 0;
    return {
      node, operand, position, upstream: this.adjoint[node], partial: this.partials[node][position],
      share: this.shares[step],
      before: earlier ? this.after[others[earlier - 1]] : start, after: this.after[step],
    };
  }

  backwardText(step) {
    const c = this.contribution(step), root = this.size - 1;
    return `${this.slope(root, c.operand)} += ${this.slope(root, c.node)} * ${this.slope(c.node, c.operand)}`
      + ` = ${number(c.upstream)} * ${number(c.partial)} = ${number(c.share)}`
      + `   (${number(c.before)} -> ${number(c.after)})`;
  }

  localText(node, position) {
    const operands = this.graph.operands[node];
    const template = this.rules[this.graph.op[node]].locals[position];
    return chain([
      this.slope(node, operands[position]),
      fill(template, operands.map(i => this.name(i)), this.name(node)),
      fill(template, operands.map(i => number(this.data[i])), number(this.data[node])),
      number(this.partials[node][position]),
    ]);
  }

  text(index) {
    const { kind, node, step } = this.frame(index), root = this.size - 1;
    if (kind === "forward") return this.forwardText(node);
    if (kind === "turn") return `${this.slope(root, root)} = 1`;
    return kind === "backward" ? this.backwardText(step) : "";
  }

  // Marks: a number that is not finite; an operation of one operand that passes no gradient, or nearly none.
  mark(node) {
    if (!finite(this.data[node])) return "not finite";
    if (this.partials[node].length !== 1) return "";
    const partial = this.partials[node][0], [operand] = this.graph.operands[node];
    if (partial === 0) return "dead";
    const size = Math.abs(this.data[operand]);
    return size > 1 && Math.abs(partial) < 0.02 && Math.abs(partial) * size < 0.1 ? "saturated" : "";
  }

  firstNotFinite() {
    const found = this.data.findIndex(x => !finite(x));
    if (found >= 0) return this.forwardAt[found];
    const step = this.after.findIndex(x => !finite(x));
    return step < 0 ? -1 : this.turn + 1 + step;
  }
}
