// Layout: groups of nodes that open and close, and the places of all that is visible.
const NODE = { leaf: [136, 62], op: [176, 62], group: [176, 76], many: [176, 112], picture: [176, 204] };  // width, height
const GAP = { rank: 66, node: 18, pad: 18, head: 26, column: 40 };
const MANY = 300;  // more visible boxes than this are hard to read
const MOST = 3000;  // a level of detail with more boxes is not offered; groups can be opened one by one
const PART = 40;
const MODEL = "model";  // the group of all layers; open, it needs no frame

class Group {
  constructor(path, parent) {
    Object.assign(this, { path, parent, groups: [], nodes: [], open: true, count: 0, outlets: new Set() });
    this.depth = parent ? parent.depth + 1 : 0;
    parent?.groups.push(this);
  }

  get size() { return this.picture ? NODE.picture : this.outlets.size > 1 ? NODE.many : NODE.group; }
}

// The tree of modules. Nodes without a module are on their own, or in parts if they are too many.
function groupTree(graph) {
  const root = new Group("", null), byPath = new Map(), size = graph.operands.length;
  const layers = new Set(graph.modules.filter(Boolean).map(path => path.split(".")[0]));
  const top = layers.size > 1 ? new Group(MODEL, root) : root;
  const group = path => {
    if (byPath.has(path)) return byPath.get(path);
    const cut = path.lastIndexOf(".");
    const made = new Group(path, cut < 0 ? top : group(path.slice(0, cut)));
    byPath.set(path, made);
    return made;
  };
  const home = new Array(size), loose = [];
  for (let i = 0; i < size; i++) {
    const path = graph.modules[graph.module[i]];
    if (path) (home[i] = group(path)).nodes.push(i); else loose.push(i);
  }
  inputsTogether(graph, loose, home, root);
  const leaves = i => graph.op[i] < 0;
  const piles = byPath.size ? [loose.filter(leaves), loose.filter(i => !leaves(i))] : [loose];
  piles.forEach(pile => {
    if (pile.length <= MANY / piles.length) for (const i of pile) (home[i] = root).nodes.push(i);
    else inParts(pile, root, home);
  });
  for (let i = 0; i < size; i++) for (let g = home[i]; g; g = g.parent) { g.count++; g.first ??= i; }
  const within = (node, group) => { for (let g = home[node]; g; g = g.parent) if (g === group) return true; return false; };
  graph.operands.forEach((operands, node) => operands.forEach(operand => {  // outlets: the nodes of a group that are used outside it
    for (let g = home[operand]; g && !within(node, g); g = g.parent) g.outlets.add(operand);
  }));
  for (let g = home[size - 1]; g; g = g.parent) g.outlets.add(size - 1);
  return { root, home };
}

// The inputs of a network, leaves that only modules use, are one box if they are many or a picture.
function inputsTogether(graph, loose, home, root) {
  if (!graph.modules.some(Boolean)) return;
  const outside = new Set();
  graph.operands.forEach((operands, node) => { if (!graph.modules[graph.module[node]]) for (const operand of operands) outside.add(operand); });
  const inputs = loose.filter(i => graph.op[i] < 0 && !outside.has(i));
  if (inputs.length <= TALL && !graph.image) return;
  const group = new Group("inputs", root);
  group.inputs = true;
  group.picture = graph.image && graph.image[0] * graph.image[1] === inputs.length ? graph.image : null;
  group.nodes = inputs;
  for (const i of inputs) { home[i] = group; loose.splice(loose.indexOf(i), 1); }
}

function inParts(pile, parent, home) {
  let share = PART;
  while (share * PART < pile.length) share *= PART;
  if (pile.length <= PART) {
    for (const i of pile) (home[i] = parent).nodes.push(i);
    return;
  }
  for (let start = 0; start < pile.length; start += share) {
    const part = pile.slice(start, start + share);
    const made = new Group(`v${part[0]}\u2013${part[part.length - 1]}`, parent);
    inParts(part, made, home);
  }
}

function* everyGroup(group) {
  for (const inner of group.groups) {
    yield inner;
    yield* everyGroup(inner);  // recursion as deep as modules are nested, not as deep as the graph
  }
}

function visibleCount(group) {
  return group.nodes.length + group.groups.reduce((sum, g) => sum + (g.open ? visibleCount(g) : 1), 0);
}

function openTo(tree, depth) {  // groups deeper than `depth` are closed
  for (const group of everyGroup(tree.root)) group.open = group.depth <= depth && !group.inputs;
}

function deepest(tree) {
  let depth = 0;
  for (const group of everyGroup(tree.root)) depth = Math.max(depth, group.depth);
  return depth;
}

function countAt(tree, depth) {
  openTo(tree, depth);
  return visibleCount(tree.root);
}

function openWhatFits(tree, graph, scaleOf) {  // the deepest level of detail that can be read at a glance
  let best = 0, most = 0;
  for (let depth = deepest(tree); depth >= 0; depth--) {
    if (countAt(tree, depth) > MANY && depth > 0) continue;
    const scale = scaleOf(layout(tree, graph));
    if (scale >= GLANCE) return depth;
    if (scale > most) [best, most] = [depth, scale];
  }
  return best;
}

// The item that shows each node on the canvas: itself, or the outermost closed group around it.
function itemsOf(tree) {
  const shown = new Array(tree.home.length), fill = (group, closed) => {
    for (const node of group.nodes) shown[node] = closed ?? node;
    for (const inner of group.groups) fill(inner, closed ?? (inner.open ? null : inner));
  };
  fill(tree.root, null);
  return shown;
}

function layout(tree, graph) {
  const shown = itemsOf(tree);
  const parentOf = item => item instanceof Group ? item.parent : tree.home[item];
  const inside = new Map();  // for each open group, the edges between its own items
  const wires = [];  // the lines to draw: one per operand, or one per pair of items if one is a closed group
  const pairs = new Map();  // the lines of such pairs
  const join = (a, b, node, position) => {
    const edge = [node, position], before = pairs.get(a)?.get(b);
    if (before) return before.edges.push(edge);
    let x = a, y = b, over = parentOf(x), under = parentOf(y);
    while (over !== under) {
      if (over.depth >= under.depth) { x = over; over = over.parent; }
      else { y = under; under = under.parent; }
    }
    if (!inside.has(over)) inside.set(over, new Map());
    const links = inside.get(over);
    if (!links.has(x)) links.set(x, new Map());
    const link = links.get(x).get(y) ?? { via: [] };
    links.get(x).set(y, link);
    const alone = !(a instanceof Group) && !(b instanceof Group);
    const wire = { key: alone ? `${a} ${b} ${position}` : `${itemKey(a)} ${itemKey(b)}`, a, b, link, over, edges: [edge] };
    wires.push(wire);
    if (alone) return;
    if (!pairs.has(a)) pairs.set(a, new Map());
    pairs.get(a).set(b, wire);
  };
  for (let node = 0; node < shown.length; node++) {
    const operands = graph.operands[node], b = shown[node];
    for (let p = 0; p < operands.length; p++) if (shown[operands[p]] !== b) join(shown[operands[p]], b, node, p);
  }
  const boxes = new Map();
  const size = placeGroup(tree.root, inside, graph, boxes);
  const origin = { x: 0, y: 0 };
  settle(tree.root, origin, boxes);
  return { boxes, wires, shown, width: size[0], height: size[1] };
}
const itemKey = item => item instanceof Group ? `g${item.path}` : item;

function settle(group, at, boxes) {  // from positions inside the group to positions on the canvas
  for (const item of [...group.nodes, ...group.groups]) {
    const box = boxes.get(item);
    box.x += at.x;
    box.y += at.y;
    if (item instanceof Group && item.open) settle(item, box, boxes);
  }
  group.origin = at;
}

function placeGroup(group, inside, graph, boxes) {
  const items = [...group.nodes, ...group.groups].map(item => {
    let size = item instanceof Group
      ? item.open ? placeGroup(item, inside, graph, boxes) : item.size
      : graph.op[item] < 0 ? NODE.leaf : NODE.op;
    return { item, w: size[0], h: size[1], out: [], in: [], first: firstNode(item) };
  });
  items.sort((a, b) => a.first - b.first);
  const byItem = new Map(items.map(entry => [entry.item, entry]));
  for (const [x, row] of inside.get(group) ?? []) {
    for (const [y, link] of row) {
      const a = byItem.get(x), b = byItem.get(y);
      a.out.push({ to: b, link });
      b.in.push(a);
    }
  }
  const blocks = blocksOf(items);
  const ranks = rankItems(items.filter(entry => !entry.block).concat(blocks).sort((a, b) => a.first - b.first));
  withDummies(ranks);
  orderRanks(ranks);
  const framed = group.parent && group.path !== MODEL ? [GAP.pad, GAP.head + 8] : [0, 0];
  const whole = position(ranks, framed, boxes);
  for (const block of blocks) fillBlock(block, boxes);
  return whole;
}

const firstNode = item => item instanceof Group ? item.first : item;
