// The view: nodes, edges and groups as SVG, and what each of them looks like in a frame.
const MARKS = {
  "": ["", ""],
  "not finite": ["!", "not a finite number"],
  dead: ["0", "dead: its local derivative is 0, so no gradient passes"],
  checked: ["\u2713", "its gradient agrees with a finite difference"],
  saturated: ["~", "saturated: its local derivative is nearly 0, so little gradient passes"],
};

class View extends Camera {
  constructor(canvas, trace, tree, stops, forms) {
    super(canvas);
    Object.assign(this, { trace, tree, forms, span: frame => stops.span(frame), colour: "both", frame: 0, selected: null });
    this.layers = Object.fromEntries(["groups", "edges", "labels", "nodes", "tokens"]
      .map(name => [name, svg("g", { class: name })]));
    this.scene.append(...Object.values(this.layers));
  }

  // ---- building -------------------------------------------------------------------------------

  rebuild() {
    const { trace, tree } = this;
    this.plan = layout(tree, trace.graph);
    for (const layer of Object.values(this.layers)) layer.replaceChildren();
    this.items = new Map();
    this.wires = [];
    this.wireOf = new Map();  // "node position" -> the line that carries this operand
    this.range();
    const depth = ([item]) => item instanceof Group ? item.depth : 0;  // frames inside frames come later
    for (const [item, box] of [...this.plan.boxes].sort((a, b) => depth(a) - depth(b))) {
      if (!(item instanceof Group)) this.items.set(item, this.drawNode(item, box));
      else if (item.open) this.drawCluster(item, box);
      else this.items.set(item, this.drawGroup(item, box));
    }
    for (const wire of this.plan.wires) this.drawWire(wire);
    placeLabels(this.wires, this.plan.boxes);
    this.current = [];
    this.repaint();
  }

  range() {
    const top = values => values.reduce((most, x) => finite(x) ? Math.max(most, Math.abs(x)) : most, 0) || 1;
    this.top = { data: top(this.trace.data), grad: top(this.trace.adjoint) };
  }

  drawNode(node, box) {
    const { trace } = this, leaf = trace.graph.op[node] < 0;
    const group = svg("g", { class: `node ${leaf ? "leaf" : "op"}${node === trace.size - 1 ? " root" : ""}`, transform: `translate(${box.x} ${box.y})`,
      tabindex: 0, role: "button", "data-node": node });
    const left = leaf ? 0 : 40, width = box.w - left;
    if (!leaf) {
      const symbol = trace.rules[trace.graph.op[node]].symbol, length = symbol.length;
      group.append(svg("path", { class: "stem", d: `M28 ${box.h / 2}H${left}` }),
        svg("circle", { class: "ring", cx: 15, cy: box.h / 2, r: 15 }),
        svg("text", { class: "symbol", x: 15, y: box.h / 2, style: `font-size:${length < 2 ? 17 : length < 4 ? 12 : length < 6 ? 9.5 : 6.5}px` },
          trim(symbol, 58)));
    }
    group.append(svg("rect", { class: "body", x: left, width, height: box.h, rx: 9 }));
    const cells = this.drawCells(group, left, 24, width, box.h - 24), title = trim(this.title(node), width - 10);
    group.append(this.drawTitle(title, left + width / 2, 17, trace.graph.label[node] ? "title" : "title unnamed"));
    const name = svg("title", {}, trace.label(node));  // what a screen reader says, and hovering shows
    group.prepend(name);
    return { element: group, name, ...cells, mark: this.drawMark(group, box), box };
  }

  drawTitle(text, x, y, names) {  // the length matters where titles are all that can be read
    return svg("text", { class: names, x, y, style: `--n:${text.length}` }, text);
  }

  drawMark(group, box) {
    const mark = svg("g", { class: "mark", transform: `translate(${box.w} 0)` }, svg("circle", { r: 8 }), svg("text"), svg("title"));
    group.append(mark);
    this.layers.nodes.append(group);
    return mark;
  }

  drawCells(group, x, y, width, height) {
    const half = (width - 14) / 2;
    return { data: this.drawCell(group, "data", x + 5, y, half, height - 5), grad: this.drawCell(group, "grad", x + 9 + half, y, half, height - 5) };
  }

  title(node) {  // inside its own open group, a node needs only the rest of its path
    const { graph } = this.trace, label = this.trace.label(node), path = graph.modules[graph.module[node]];
    if (!path) return label;
    return label === path ? "output" : label.startsWith(`${path}.`) ? label.slice(path.length + 1) : label;
  }

  drawCell(group, name, x, y, width, height) {
    const fill = svg("rect", { class: `cell ${name}`, x, y, width, height, rx: 5 });
    const value = svg("text", { class: "value", x: x + width / 2, y: y + height - 7 });
    group.append(fill, svg("text", { class: "caption", x: x + width / 2, y: y + 11 }, name), value);
    return { fill, value };
  }

  drawGroup(group, box) {
    const element = svg("g", { class: "node closed", transform: `translate(${box.x} ${box.y})`, tabindex: 0, role: "button",
      "data-group": group.path, "aria-expanded": "false" }, svg("title", {}, `${group.path}, ${group.count} nodes, closed; a click or Enter opens it`));
    element.append(svg("rect", { class: "shadow", x: 4, y: 4, width: box.w, height: box.h, rx: 11 }),
      svg("rect", { class: "body", width: box.w, height: box.h, rx: 11 }),
      svg("text", { class: "count", x: box.w - 12, y: 20 }, `+ ${group.count}`));
    const output = group.outlets.size === 1 ? [...group.outlets][0] : undefined;
    const cells = output === undefined ? { heat: drawHeat(element, group, this.forms, box) } : this.drawCells(element, 3, 30, box.w - 6, box.h - 32);
    element.append(this.drawTitle(trim(group.path.split(".").pop(), box.w - 62), 12, 20, "title"));
    return { element, ...cells, mark: this.drawMark(element, box), box, group, output };
  }

  drawCluster(group, box) {
    if (group.path === MODEL) return;
    const outer = !group.parent.parent || group.parent.path === MODEL;
    const element = svg("g", { class: outer ? "cluster outer" : "cluster", transform: `translate(${box.x} ${box.y})` });
    const close = svg("g", { class: "close", tabindex: 0, role: "button", "data-group": group.path, "aria-expanded": "true",
      "aria-label": `${group.path}, open; Enter closes it` });
    const text = `\u2212 ${trim(group.path.split(".").pop(), Math.max(60, box.w - 30))}`;
    close.append(svg("rect", { width: 20 + 7.2 * text.length, height: 24, rx: 8 }), svg("text", { x: 10, y: 17 }, text), svg("title", {}, "click to close"));
    element.append(svg("rect", { class: "frame", width: box.w, height: box.h, rx: 14 }), close);
    this.layers.groups.append(element);
  }

  drawWire(wire) {
    const { boxes } = this.plan, a = boxes.get(wire.a), b = boxes.get(wire.b);
    const [node, position] = wire.edges[0], alone = !(wire.a instanceof Group) && !(wire.b instanceof Group);
    const operands = this.trace.graph.operands[node], many = alone ? operands.length : 1;
    const from = [a.x + a.w, a.y + a.h / 2];
    const to = [b.x, b.y + b.h / 2 + (alone && many > 1 ? (position - (many - 1) / 2) * Math.min(11, 22 / (many - 1)) : 0)];
    const twins = alone ? operands.filter(i => i === operands[position]).length : 1;
    const nth = alone ? operands.slice(0, position).filter(i => i === operands[position]).length : 0;
    const bend = twins > 1 ? (nth - (twins - 1) / 2) * 34 : 0;
    const points = [from];
    for (const p of wire.link.via) {
      const { x, y } = wire.over.origin;
      points.push([p.x0 + x, p.y + y], [p.x1 + x, p.y + y]);
    }
    if (alone && this.tree.home[wire.b] !== wire.over) {  // into a group: not behind what stands before the node
      const [x, y] = points.at(-1), c = [...boxes.values()].find(c => c.x > x && c.x + c.w < b.x && b.x - c.x < 300 && c.y < to[1] && c.y + c.h > to[1]);
      if (c) for (const end of [c.x, c.x + c.w]) points.push([end, y < to[1] ? c.y - 9 : c.y + c.h + 9]);  // in half of GAP.node
    }
    points.push(to);
    let d = `M${from}`;
    for (let i = 1; i < points.length; i++) {
      const [p, q] = [points[i - 1], points[i]], pull = Math.max(28, Math.abs(q[0] - p[0]) / 2);
      d += `C${p[0] + pull},${p[1] + bend} ${q[0] - pull},${q[1] + bend} ${q}`;
    }
    const line = svg("path", { class: "edge", d });
    this.layers.edges.append(line);
    const made = { ...wire, line, alone };
    if (alone) {
      const [p, q] = points.slice(-2), pull = Math.max(28, Math.abs(q[0] - p[0]) / 2);
      const at = (t, a, b, c, d) => (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t ** 3 * d;
      made.places = [0.55, 0.45, 0.65, 0.35, 0.72, 0.28].map(t => [
        at(t, p[0], p[0] + pull, q[0] - pull, q[0]), at(t, p[1], p[1] + bend, q[1] + bend, q[1])]);
      made.label = svg("g", { class: "partial" }, svg("rect", { y: -9, height: 18, rx: 9 }), svg("text"));
      this.layers.labels.append(made.label);
    }
    this.wires.push(made);
    for (const edge of wire.edges) this.wireOf.set(edge.join(" "), made);
  }

  // ---- painting -------------------------------------------------------------------------------

  repaint() {  // everything
    for (const item of this.items.keys()) this.paint(item);
    for (const wire of this.wires) this.paintWire(wire);
    this.highlight();
  }

  show(frame) {  // only what differs between this frame and the one before
    const before = this.frame;
    this.frame = frame;
    if (Math.abs(frame - before) > 150) return this.repaint();
    const { last, turn } = this.trace;
    if (before === last || frame === last || (before > turn) !== (frame > turn)) for (const item of this.items.keys()) this.paint(item);
    const dirty = new Set(), wires = new Set();
    for (let f = Math.min(before, frame); f <= Math.max(before, frame); f++) {
      for (const node of this.trace.touched(f)) {
        dirty.add(this.plan.shown[node]);
        if (f <= this.trace.turn) this.trace.graph.operands[node].forEach((_, p) => wires.add(this.wireOf.get(`${node} ${p}`)));
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
    drawn.mark.setAttribute("class", `mark ${mark.replace(" ", "-")}`);
    const [sign, meaning] = MARKS[mark];
    drawn.mark.children[1].textContent = sign;
    drawn.mark.children[2].textContent = meaning;
    if (!group) {
      const numbers = `data ${known ? number(trace.data[node]) : "not yet known"}, gradient ${gradient === undefined ? "not yet known" : number(gradient)}`;
      drawn.name.textContent = `${trace.label(node)}, ${numbers}${mark ? `, ${meaning}` : ""}`;
    }
  }

  paintCell(cell, name, x) {
    cell.value.textContent = x === undefined ? "" : short(x);
    const coloured = x !== undefined && (this.colour === "both" || this.colour === name);
    const share = !coloured || !x ? 0 : !finite(x) ? 60 : 12 + 48 * Math.min(1, Math.sqrt(Math.abs(x) / this.top[name]));
    cell.fill.style.setProperty("--share", `${share.toFixed(0)}%`);
    cell.fill.classList.toggle("negative", x < 0);
    cell.fill.classList.toggle("empty", x === undefined);
  }

  paintWire(wire) {
    const known = wire.edges.some(([node]) => this.trace.knows(node, this.frame));
    wire.line.classList.toggle("known", known);
    if (!wire.label) return;
    const [node, position] = wire.edges[0];
    const text = known ? `\u00d7 ${short(this.trace.partials[node][position])}` : "";
    wire.label.classList.toggle("known", known);
    wire.label.lastChild.textContent = text;
    const width = 12 + 7.4 * text.length;
    wire.label.firstChild.setAttribute("width", width);
    wire.label.firstChild.setAttribute("x", -width / 2);
  }

  highlight() {
    for (const [element, name] of this.current) element.classList.remove(name);
    this.current = [];
    const seen = new Set(), mark = (element, name) => {
      if (!element || seen.has(element)) return;
      seen.add(element);
      element.classList.add(name);
      this.current.push([element, name]);
    };
    const element = i => this.items.get(this.plan.shown[i])?.element, frames = this.span(this.frame).map(f => this.trace.frame(f));
    for (const { kind, node } of frames) if (node !== undefined) mark(element(node), kind === "backward" ? "giver" : kind === "turn" ? "turning" : "computed");
    for (const { kind, wire } of this.moves(this.frame)) {
      mark(wire.line, kind);
      mark(wire.label, kind);
    }
    for (const { node, operand } of frames) if (operand !== undefined && this.plan.shown[operand] !== this.plan.shown[node]) mark(element(operand), "receiver");
  }

  moves(frame) {  // what travels in the step that ends here: each line once, with its number if it carries only one
    const found = new Map(), { trace } = this, take = (kind, node, position, x) => {
      const wire = this.wireOf.get(`${node} ${position}`), before = found.get(wire);
      if (wire && (!before || before.text)) found.set(wire, { kind, wire, text: before ? "" : short(x) });
    };
    for (const f of this.span(frame)) {
      const { kind, node, position, step } = trace.frame(f);
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
      return { kind, token, line: wire.line, length: wire.line.getTotalLength() };
    });
    if (!tokens.length) return done();
    const start = performance.now();
    const move = now => {
      const t = Math.max(0, Math.min(1, (now - start) / milliseconds)), eased = t * t * (3 - 2 * t);
      for (const { kind, token, line, length } of tokens) {
        const { x, y } = line.getPointAtLength(length * (kind === "forward" ? eased : 1 - eased));
        token.setAttribute("transform", `translate(${x} ${y})`);
      }
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
