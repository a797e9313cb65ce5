// View: what nodes, edges and groups look like in a frame.
const MARKS = {
  "": ["", ""],
  "not finite": ["!", "not a finite number"],
  dead: ["0", "dead: its local derivative is 0, so no gradient passes"],
  checked: ["\u2713", "its gradient agrees with a finite difference"],
  saturated: ["~", "saturated: its local derivative is nearly 0, so little gradient passes"],
};

class View extends Drawing {
  constructor(canvas, trace, tree, stops, forms) {
    super(canvas, trace, tree, forms);
    Object.assign(this, { span: frame => stops.span(frame), colour: "both", frame: 0, selected: null, current: [] });
  }

  repaint() {  // everything
    for (const item of this.items.keys()) this.paint(item);
    for (const wire of this.wires) this.paintWire(wire);
    this.highlight();
  }

  show(frame) {  // repaint only what differs from the frame shown before
    const before = this.frame;
    this.frame = frame;
    if (Math.abs(frame - before) > 150) return this.repaint();
    const { last, turn } = this.trace;
    if (before === last || frame === last || (before > turn) !== (frame > turn)) for (const item of this.items.keys()) this.paint(item);
    const dirty = new Set(), wires = new Set();
    for (let f = Math.min(before, frame); f <= Math.max(before, frame); f++) {
      for (const node of this.trace.touched(f)) {
        dirty.add(this.plan.shown[node]);
        if (f <= this.trace.turn) this.trace.graph.operands[node].forEach((_, p) => wires.add(this.wireOf[node]?.[p]));
      }
    }
    for (const item of dirty) this.paint(item);
    for (const wire of wires) if (wire) this.paintWire(wire);
    this.highlight();
  }

  paint(item) {
    const drawn = this.items.get(item), { trace, frame } = this;
    if (!drawn) return;
    if (drawn.heat) paintHeat(drawn.heat, trace, frame, this.colour);
    const group = item instanceof Group, node = group ? drawn.output : item;
    const known = node !== undefined && trace.knows(node, frame);
    const gradient = node === undefined ? undefined : trace.gradient(node, frame);
    drawn.element.classList.toggle("known", known || group);
    if (drawn.data) {
      this.paintCell(drawn.data, "data", known ? trace.data[node] : undefined);
      this.paintCell(drawn.grad, "grad", gradient);
    }
    const mark = group || !known ? "" : trace.mark(node) || (gradient !== undefined && !finite(gradient) ? "not finite" : "")
      || (frame === trace.last && trace.checks(node) ? "checked" : "");
    const [sign, meaning] = MARKS[mark];
    if (mark !== (drawn.marked ?? "")) {
      drawn.mark?.remove();
      drawn.mark = svg("g", { class: `mark ${mark.replace(" ", "-")}`, transform: `translate(${drawn.box.w} 0)` }, svg("circle", { r: 8 }), svg("text", {}, sign), svg("title", {}, meaning));
      if (mark) drawn.element.append(drawn.mark);
      drawn.marked = mark;
    }
    if (!group) {
      const numbers = `data ${known ? number(trace.data[node]) : "not yet known"}, gradient ${gradient === undefined ? "not yet known" : number(gradient)}`;
      write(drawn.name, `${trace.label(node)}, ${numbers}${mark ? `, ${meaning}` : ""}`);
    }
  }

  paintCell(cell, name, x) {
    write(cell.value, x === undefined ? "" : short(x));
    const coloured = x !== undefined && (this.colour === "both" || this.colour === name);
    const share = !coloured || !x ? 0 : !finite(x) ? 60 : 12 + 48 * Math.min(1, Math.sqrt(Math.abs(x) / this.top[name]));
    cell.fill.style.setProperty("--share", `${share.toFixed(0)}%`);
    cell.fill.classList.toggle("negative", x < 0);
    cell.fill.classList.toggle("empty", x === undefined);
  }

  paintWire(wire) {
    const known = wire.edges.some(([node]) => this.trace.knows(node, this.frame));
    wire.line.classList.toggle("known", known);
    const { label } = wire, [node, position] = wire.edges[0];
    if (!label) return;
    if (!known) return label.replaceChildren();
    if (!label.firstChild) label.append(svg("rect", { y: -9, height: 18, rx: 9 }), svg("text"));
    const text = `\u00d7 ${short(+this.trace.partials[node][position].toPrecision(3))}`;  // short enough for an edge
    if (label.lastChild.textContent === text) return;
    label.lastChild.textContent = text;
    const width = 8 + 6.9 * text.length;
    label.firstChild.setAttribute("width", width);
    label.firstChild.setAttribute("x", -width / 2);
  }

  highlight() {
    for (const [element, name] of this.current) element?.classList.remove(name);
    this.current = [];
    const roles = new Map(), { shown } = this.plan, take = (node, role) => { if (node !== undefined && !roles.has(shown[node])) roles.set(shown[node], role); };
    for (const { kind, node } of this.span(this.frame)) take(node, kind === "backward" ? "giver" : kind === "turn" ? "turning" : "computed");
    for (const { operand } of this.span(this.frame)) take(operand, "receiver");
    for (const [item, role] of roles) this.current.push([this.items.get(item)?.element, role]);
    for (const { kind, wire } of this.moves(this.frame)) this.current.push([wire.line, kind], [wire.label, kind]);
    for (const [element, name] of this.current) element?.classList.add(name);
  }

  moves(frame) {  // the lines that carry numbers in the step that ends here, each once, with the number if there is only one
    const found = new Map(), { trace } = this, take = (kind, node, position, x) => {
      const wire = this.wireOf[node]?.[position], before = found.get(wire);
      if (!before && wire) found.set(wire, { kind, wire, text: short(x) });
      else if (before) before.text = "";
    };
    for (const { kind, node, position, step } of this.span(frame)) {
      if (kind === "forward") trace.graph.operands[node].forEach((operand, p) => take(kind, node, p, trace.data[operand]));
      if (kind === "backward") take(kind, node, position, trace.shares[step]);
    }
    return [...found.values()];
  }

  // Values travel along the edges, one token per operand; then `done` is called.
  animate(frame, milliseconds, done) {
    if (this.still.matches || milliseconds < 60) return done();
    const tokens = this.moves(frame).slice(0, 24).map(({ kind, wire, text }) => {
      const width = 14 + 6.6 * text.length;
      const token = svg("g", { class: `token ${kind}` },
        svg("rect", { x: -width / 2, y: -11, width, height: 22, rx: 11 }), svg("text", {}, text));
      this.layers.tokens.append(token);
      return { kind, token, curves: wire.curves };
    });
    if (!tokens.length) return done();
    const start = performance.now();
    const move = now => {
      const t = Math.max(0, Math.min(1, (now - start) / milliseconds)), eased = t * t * (3 - 2 * t);
      for (const { kind, token, curves } of tokens) token.setAttribute("transform", `translate(${along(curves, kind === "forward" ? eased : 1 - eased)})`);
      if (t < 1) this.moving = requestAnimationFrame(move);
      else { this.stop(); done(); }
    };
    move(start);
  }

  stop() {
    cancelAnimationFrame(this.moving);
    this.layers.tokens.replaceChildren();
  }
}
