// Layout: groups of nodes that open and close, and a layered drawing of what is visible.
const NODE = { leaf: [136, 62], op: [176, 62], group: [176, 76] };  // width, height
const GAP = { rank: 66, node: 18, pad: 18, head: 26 };
const MANY = 300;  // more visible boxes than this are hard to read
const MOST = 3000;  // and more than this cannot be drawn at once; groups are opened one by one
const PART = 40;
const MODEL = "model";  // all layers together; open, it needs no frame

class Group {
  constructor(path, parent) {
    Object.assign(this, { path, parent, groups: [], nodes: [], open: true, count: 0 });
    this.depth = parent ? parent.depth + 1 : 0;
    parent?.groups.push(this);
  }
}

// The tree of modules. Nodes of no module stand by themselves, or in parts where they are too many.
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
  const leaves = i => graph.op[i] < 0;
  const piles = byPath.size ? [loose.filter(leaves), loose.filter(i => !leaves(i))] : [loose];
  piles.forEach(pile => {
    if (pile.length <= MANY / piles.length) for (const i of pile) (home[i] = root).nodes.push(i);
    else inParts(pile, root, home);
  });
  for (let i = 0; i < size; i++) for (let g = home[i]; g; g = g.parent) g.count++;
  return { root, home };
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
    yield* everyGroup(inner);  // as deep as modules nest, not as deep as the graph
  }
}

function visibleCount(group) {
  return group.nodes.length + group.groups.reduce((sum, g) => sum + (g.open ? visibleCount(g) : 1), 0);
}

function openTo(tree, depth) {  // groups deeper than `depth` are closed
  for (const group of everyGroup(tree.root)) group.open = group.depth <= depth;
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
    if (scale >= LEGIBLE) return depth;
    if (scale > most) [best, most] = [depth, scale];
  }
  return best;
}

// What stands for a node on the canvas: itself, or the outermost closed group around it.
function itemOf(tree, node) {
  let item = node;
  for (let g = tree.home[node]; g; g = g.parent) if (!g.open) item = g;
  return item;
}

function layout(tree, graph) {
  const shown = graph.operands.map((_, i) => itemOf(tree, i));
  const parentOf = item => item instanceof Group ? item.parent : tree.home[item];
  const inside = new Map();  // for each open group, the edges between its own items
  const wires = new Map();   // what is drawn: one line per operand, or per pair with a closed group
  graph.operands.forEach((operands, node) => operands.forEach((operand, position) => {
    const a = shown[operand], b = shown[node];
    if (a === b) return;
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
    const key = alone ? `${operand} ${node} ${position}` : `${itemKey(a)} ${itemKey(b)}`;
    if (!wires.has(key)) wires.set(key, { a, b, link, over, edges: [] });
    wires.get(key).edges.push([node, position]);
  }));
  const boxes = new Map();
  const size = placeGroup(tree.root, inside, graph, boxes);
  const origin = { x: 0, y: 0 };
  settle(tree.root, origin, boxes);
  return { boxes, wires: [...wires.values()], shown, width: size[0], height: size[1] };
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
      ? item.open ? placeGroup(item, inside, graph, boxes) : NODE.group
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
  const ranks = rankItems(items);
  withDummies(ranks);
  orderRanks(ranks);
  const framed = group.parent && group.path !== MODEL ? [GAP.pad, GAP.head + 8] : [0, 0];
  return position(ranks, framed, boxes);
}

function firstNode(item) {
  if (!(item instanceof Group)) return item;
  return Math.min(...item.nodes.slice(0, 1), ...item.groups.map(firstNode));
}

// Longest path from the left; sources stand next to their first consumer. A circle among groups is
// broken at the item that comes first.
function rankItems(items) {
  const waiting = new Map(items.map(i => [i, i.in.length]));
  let ready = items.filter(i => !i.in.length), done = [], seen = new Set();
  while (done.length < items.length) {
    if (!ready.length) ready = [items.find(i => !seen.has(i))];
    const item = ready.shift();
    if (seen.has(item)) continue;
    seen.add(item);
    done.push(item);
    item.rank ??= 0;
    for (const { to } of item.out) {
      if (seen.has(to)) continue;
      to.rank = Math.max(to.rank ?? 0, item.rank + 1);
      waiting.set(to, waiting.get(to) - 1);
      if (waiting.get(to) === 0) ready.push(to);
    }
  }
  for (const item of done.reverse()) {
    if (item.in.length || !item.out.length) continue;
    item.rank = Math.max(0, Math.min(...item.out.map(({ to }) => to.rank)) - 1);
  }
  const ranks = [];
  for (const item of items) (ranks[item.rank] ??= []).push(item);
  for (let r = 0; r < ranks.length; r++) ranks[r] ??= [];
  return ranks;
}

function withDummies(ranks) {  // a long line passes each rank through a gap of its own
  const long = ranks.flat().flatMap(a => a.out.filter(({ to }) => to.rank > a.rank + 1)
    .map(edge => ({ a, edge })));
  const total = long.reduce((sum, { a, edge }) => sum + edge.to.rank - a.rank - 1, 0);
  for (const item of ranks.flat()) item.next = item.out.map(({ to }) => to).filter(to => to.rank > item.rank);
  if (total > 4000) { for (const { a, edge } of long) drop(a.next, edge.to); }
  else for (const { a, edge } of long) {
    drop(a.next, edge.to);
    let previous = a;
    for (let r = a.rank + 1; r < edge.to.rank; r++) {
      const dummy = { dummy: true, w: 0, h: 6, rank: r, next: [], first: a.first, link: edge.link };
      ranks[r].push(dummy);
      previous.next.push(dummy);
      previous = dummy;
    }
    previous.next.push(edge.to);
  }
  for (const item of ranks.flat()) item.previous = [];
  for (const item of ranks.flat()) for (const to of item.next) to.previous.push(item);
}
function drop(list, item) { list.splice(list.indexOf(item), 1); }

function orderRanks(ranks) {
  const number = rank => rank.forEach((item, i) => { item.order = i; });
  ranks.forEach(number);
  const edges = ranks.flat().reduce((sum, item) => sum + item.next.length, 0);
  const count = edges < 1500;
  let best = Infinity, kept = null;
  for (let sweep = 0; sweep < (edges < 6000 ? 16 : 4); sweep++) {
    const down = sweep % 2 === 0;
    for (const rank of down ? ranks : [...ranks].reverse()) {
      for (const item of rank) {
        const near = down ? item.previous : item.next;
        item.key = near.length ? near.reduce((sum, other) => sum + (other.order + 0.5) / ranks[other.rank].length, 0) / near.length
          : (item.order + 0.5) / rank.length;
      }
      rank.sort((a, b) => a.key - b.key || a.order - b.order);
      number(rank);
    }
    const now = count ? crossings(ranks) : -sweep;
    if (now < best) { best = now; kept = ranks.map(rank => [...rank]); }
  }
  if (kept) kept.forEach((rank, r) => { ranks[r] = rank; number(rank); });
}

function crossings(ranks) {
  let total = 0;
  for (const rank of ranks) {
    const lines = rank.flatMap(item => item.next.map(to => [item.order, to.order]));
    for (let i = 0; i < lines.length; i++) for (let j = 0; j < i; j++) {
      if ((lines[i][0] - lines[j][0]) * (lines[i][1] - lines[j][1]) < 0) total++;
    }
  }
  return total;
}

// Each item as near as it can be to the middle of its neighbours, in its order, without overlap.
function position(ranks, [padX, padTop], boxes) {
  const gap = (a, b) => (a.h + b.h) / 2 + (a.dummy && b.dummy ? 6 : GAP.node);
  for (const rank of ranks) {
    let y = 0;
    rank.forEach((item, i) => { y += i ? gap(rank[i - 1], item) : 0; item.y = y; });
    for (const item of rank) item.y -= y / 2;
  }
  for (let sweep = 0; sweep < 24; sweep++) {
    const down = sweep % 2 === 0;
    for (const rank of down ? ranks : [...ranks].reverse()) {
      const wish = rank.map(item => {
        const near = sweep > 20 ? [...item.previous, ...item.next] : down ? item.previous : item.next;
        return near.length ? near.reduce((sum, other) => sum + other.y, 0) / near.length : item.y;
      });
      const high = [...wish], low = [...wish];
      for (let i = 1; i < rank.length; i++) high[i] = Math.max(wish[i], high[i - 1] + gap(rank[i - 1], rank[i]));
      for (let i = rank.length - 2; i >= 0; i--) low[i] = Math.min(wish[i], low[i + 1] - gap(rank[i], rank[i + 1]));
      rank.forEach((item, i) => { item.y = (high[i] + low[i]) / 2; });
    }
  }
  const all = ranks.flat();
  const top = Math.min(...all.map(i => i.y - i.h / 2)), bottom = Math.max(...all.map(i => i.y + i.h / 2));
  let x = padX;
  for (const rank of ranks) {
    const width = Math.max(0, ...rank.map(i => i.w));
    for (const item of rank) {
      if (item.dummy) item.link.via.push({ x0: x, x1: x + width, y: item.y - top + padTop });
      else boxes.set(item.item, { x: x + (item.item instanceof Group ? 0 : (width - item.w) / (item.in.length ? 2 : 1)), y: item.y - item.h / 2 - top + padTop, w: item.w, h: item.h });
    }
    x += width + GAP.rank;
  }
  return [x - GAP.rank + padX, bottom - top + padTop + (padTop ? GAP.pad : 0)];
}
