// Drawing: the elements of nodes, groups and edges, made a few in each animation frame.
const AT_ONCE = 24;  // boxes; of more, the nearest are drawn first, and the others in later animation frames
const BRIEF = 4;  // milliseconds of drawing in an animation frame, which has to lay out and paint as well

class Drawing extends Camera {
  constructor(canvas, trace, tree, forms) {
    super(canvas);
    Object.assign(this, { trace, tree, forms, items: new Map(), wires: [], wireOf: [], waiting: [], blank: {} });
    this.layers = Object.fromEntries(["groups", "edges", "labels", "nodes", "tokens"]
      .map(name => [name, svg("g", { class: name })]));
    this.scene.append(...Object.values(this.layers));
    this.range();
  }

  // Items and lines that were in the previous plan keep their elements, which are slow to make.
  rebuild() {
    const items = this.items, wires = new Map(this.wires.map(wire => [wire.key, wire]));
    this.plan = layout(this.tree, this.trace.graph);
    this.layers.groups.replaceChildren();
    Object.assign(this, { items: new Map(), wires: [], labelPlace: labelPlaces(this.plan.boxes), waiting: [] });
    this.wireOf = [];  // the line of each operand, by node and position
    const depth = ([item]) => item instanceof Group ? item.depth : 0;  // frames inside frames are drawn later
    for (const [item, box] of [...this.plan.boxes].sort((a, b) => depth(a) - depth(b))) {
      if (item instanceof Group && item.open) { this.drawCluster(item, box); continue; }
      if (items.has(item)) this.put(item, box, items.get(item)); else this.waiting.push({ item, box });
      items.delete(item);
    }
    for (const { element } of items.values()) element.remove();
    this.plan.wires.forEach(wire => {
      const old = wires.get(wire.key), box = this.plan.boxes.get(wire.b);
      if (old) this.drawWire(wire, old); else this.waiting.push({ wire, box });
      wires.delete(wire.key);
    });
    for (const { line, label } of wires.values()) { line.remove(); label?.remove(); }
    this.highlight();
    cancelAnimationFrame(this.drawing);
    if (this.plan.boxes.size <= AT_ONCE) this.drawAll(); else this.drawing = requestAnimationFrame(() => this.drawNearest());
  }

  drawNearest() {  // in the next animation frame, when the camera knows its goal
    const { x, y, k } = this.goal ?? this.camera, middle = [(this.width / 2 - x) / k, (this.height / 2 - y) / k];
    const away = ({ box: b }) => Math.max(Math.abs(b.x + b.w / 2 - middle[0]) / this.width, Math.abs(b.y + b.h / 2 - middle[1]) / this.height);
    this.waiting.forEach(one => { one.away = away(one); });
    this.waiting.sort((a, b) => b.away - a.away);
    const end = performance.now() + BRIEF;
    while (this.waiting.length && performance.now() < end) this.drawOne(this.waiting.pop());
    this.highlight();
    if (this.waiting.length) this.drawing = requestAnimationFrame(() => this.drawNearest()); else this.tabOrder();
  }

  drawAll() {
    for (const one of this.waiting.splice(0)) this.drawOne(one);
    this.highlight();
    this.tabOrder();
  }

  drawOne({ item, wire, box }) {
    if (wire) this.drawWire(wire); else this.put(item, box, item instanceof Group ? this.drawGroup(item, box) : this.drawNode(item, box));
  }

  put(item, box, drawn) {
    drawn.element.setAttribute("transform", `translate(${box.x} ${box.y})`);
    this.items.set(item, drawn);
    drawn.box = box;
    this.veil(drawn);
    if (drawn.element.parentNode) return;
    this.layers.nodes.append(drawn.element);
    this.paint(item);
  }

  tabOrder() {  // from left to right; an element in its place is not moved
    let next = this.layers.nodes.firstChild;
    for (const item of this.plan.boxes.keys()) {
      const element = this.items.get(item)?.element;
      if (!element) continue;
      if (element === next) next = next.nextSibling; else this.layers.nodes.insertBefore(element, next);
    }
  }

  range() {
    this.top = { data: largestSize(this.trace.data) || 1, grad: largestSize(this.trace.adjoint) || 1 };
  }

  drawNode(node, box) {
    const { trace } = this, leaf = trace.graph.op[node] < 0, left = leaf ? 0 : 40, width = box.w - left;
    const element = (this.blank[leaf] ??= this.blankNode(leaf, box)).cloneNode(true);  // five times as fast as making a new one
    const [name, , data, , dataText, grad, , gradText, title, , , symbol] = element.children;
    element.dataset.node = node;
    if (node === trace.size - 1) element.classList.add("root");
    if (!leaf) {
      const text = trace.rules[trace.graph.op[node]].symbol, { length } = text;
      symbol.textContent = trim(text, 58);
      symbol.style.fontSize = `${length < 2 ? 17 : length < 4 ? 12 : length < 6 ? 9.5 : 6.5}px`;
    }
    title.textContent = trim(this.title(node), width - 10);
    title.style.setProperty("--n", title.textContent.length);
    if (trace.graph.label[node]) title.classList.remove("unnamed");
    return { element, name, data: { fill: data, value: dataText }, grad: { fill: grad, value: gradText } };
  }

  blankNode(leaf, { w, h }) {
    const left = leaf ? 0 : 40, element = svg("g", { class: `node ${leaf ? "leaf" : "op"}`, tabindex: 0, role: "button" },
      svg("title"), svg("rect", { class: "body", x: left, width: w - left, height: h, rx: 9 }));  // screen readers read the title
    this.drawCells(element, left, 24, w - left, h - 24);
    element.append(this.drawTitle("", left + (w - left) / 2, 17, "title unnamed"));
    if (!leaf) element.append(svg("path", { class: "stem", d: `M28 ${h / 2}H${left}` }), svg("circle", { class: "ring", cx: 15, cy: h / 2, r: 15 }), svg("text", { class: "symbol", x: 15, y: h / 2 }));
    return element;
  }

  drawTitle(text, x, y, names) {  // style.css sizes titles by their length where only titles can be read
    return svg("text", { class: names, x, y, style: `--n:${text.length}` }, text);
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
    const element = svg("g", { class: "node closed", tabindex: 0, role: "button",
      "data-group": group.path, "aria-expanded": "false" }, svg("title", {}, `${group.path}, ${group.count} nodes, closed; a click or Enter opens it`));
    element.append(svg("rect", { class: "shadow", x: 4, y: 4, width: box.w, height: box.h, rx: 11 }),
      svg("rect", { class: "body", width: box.w, height: box.h, rx: 11 }),
      svg("text", { class: "count", x: box.w - 12, y: 20 }, `+ ${group.count}`));
    const output = group.outlets.size === 1 ? [...group.outlets][0] : undefined;
    if (output === undefined) element.classList.add("heated");
    const cells = output === undefined ? { heat: drawHeat(element, group, this.forms, box) } : this.drawCells(element, 3, 30, box.w - 6, box.h - 32);
    element.append(this.drawTitle(trim(group.path.split(".").pop(), box.w - 62), 12, 20, "title"));
    return { element, ...cells, output };
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

  drawWire(wire, old) {
    const alone = !(wire.a instanceof Group) && !(wire.b instanceof Group), curves = this.curvesOf(wire, alone);
    const { line, label } = old ?? { line: svg("path", { class: "edge" }) };
    line.setAttribute("d", `M${curves[0][0]}${curves.map(([, b, c, q]) => `C${b} ${c} ${q}`).join("")}`);
    if (!old) this.layers.edges.append(line);
    const made = { ...wire, line, label, curves, box: extent(curves.flat()) };
    if (alone) {  // an edge between two nodes has room for its local derivative
      if (!label) this.layers.labels.append(made.label = svg("g", { class: "partial" }));
      const place = this.labelPlace([0.55, 0.45, 0.65, 0.35, 0.72, 0.28].map(t => onCurve(curves.at(-1), t)));
      made.label.setAttribute("transform", `translate(${place})`);
    }
    this.wires.push(made);
    this.veil(made);
    for (const [node, position] of wire.edges) (this.wireOf[node] ??= [])[position] = made;
    this.paintWire(made);
  }

  curvesOf(wire, alone) {  // from box to box, through the gaps that the layout leaves for the link
    const { boxes } = this.plan, a = boxes.get(wire.a), b = boxes.get(wire.b), [node, position] = wire.edges[0];
    const operands = this.trace.graph.operands[node], many = alone ? operands.length : 1;
    const from = [a.x + a.w, a.y + a.h / 2];
    const to = [b.x, b.y + b.h / 2 + (many > 1 ? (position - (many - 1) / 2) * Math.min(11, 22 / (many - 1)) : 0)];
    const points = [from];
    for (const p of wire.link.via) {
      const { x, y } = wire.over.origin;
      points.push([p.x0 + x, p.y + y], [p.x1 + x, p.y + y]);
    }
    if (!(wire.b instanceof Group) && this.tree.home[wire.b] !== wire.over) {  // an edge into a group passes above or below the boxes in front of the node
      const [x, y] = points.at(-1), before = [...boxes.values()].filter(c => c.x > x && c.x + c.w < b.x && b.x - c.x < 520 && c.y < to[1] && c.y + c.h > to[1]);
      for (const c of before.sort((a, b) => a.x - b.x)) for (const end of [c.x, c.x + c.w]) points.push([end, y < to[1] ? c.y - 9 : c.y + c.h + 9]);  // 9 is half of GAP.node
    }
    points.push(to);
    const same = list => list.filter(i => i === operands[position]).length, twins = alone ? same(operands) : 1;
    const bend = twins > 1 ? (same(operands.slice(0, position)) - (twins - 1) / 2) * 34 : 0;  // x * x has two lines
    return points.slice(1).map((q, i) => {
      const p = points[i], pull = Math.max(28, Math.abs(q[0] - p[0]) / 2);
      return [p, [p[0] + pull, p[1] + bend], [q[0] - pull, q[1] + bend], q];
    });
  }
}

function extent(points) {
  const [xs, ys] = [0, 1].map(i => points.map(p => p[i])), x = Math.min(...xs), y = Math.min(...ys);
  return { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y };
}
function onCurve([a, b, c, d], t) {
  return [0, 1].map(i => (1 - t) ** 3 * a[i] + 3 * (1 - t) ** 2 * t * b[i] + 3 * (1 - t) * t * t * c[i] + t ** 3 * d[i]);
}
function along(curves, share) {  // the point at a fraction of the way; asking the element would lay out the page
  const lengths = curves.map(([a, , , b]) => Math.hypot(b[0] - a[0], b[1] - a[1]));
  let left = share * lengths.reduce((a, b) => a + b), k = 0;
  while (k < curves.length - 1 && left > lengths[k]) left -= lengths[k++];
  return onCurve(curves[k], Math.min(1, left / lengths[k]));
}
