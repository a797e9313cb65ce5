// Layers: the items of one group in ranks from left to right, in an order with few crossings, without overlap.
const TALL = 12;  // more leaves with the same consumers than this are put into columns

// Ranks by the longest path from the left. A source is one rank before its first consumer; among
// many items, so is one that reads only sources of its own, such as w * x: a sum of 64 of them
// becomes a staircase that is read from left to right. A cycle among groups is broken at its first
// item.
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
  const many = items.length > 3 * TALL, own = source => many && !source.in.length && source.out.length === 1;
  for (const item of done.reverse()) {
    if (!item.out.length || !item.in.every(own)) continue;
    item.rank = Math.max(0, Math.min(...item.out.map(({ to }) => to.rank)) - 1);
  }
  const ranks = [];
  for (const item of items) (ranks[item.rank] ??= []).push(item);
  for (let r = 0; r < ranks.length; r++) ranks[r] ??= [];
  return ranks;
}

function withDummies(ranks) {  // a long edge gets a dummy, a gap of its own, in each rank that it passes
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

// Each item as near as possible to the mean of its neighbours, in its order, without overlap.
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

// Leaves with the same consumers, in columns: 200 addends in one would be 30 screens high.
function blocksOf(items) {
  const alike = new Map(), [width, height] = NODE.leaf;
  for (const entry of items) {
    if (entry.in.length || entry.item instanceof Group || !entry.out.length) continue;
    const use = entry.out.map(({ to }) => to.first).sort().join();
    alike.set(use, (alike.get(use) ?? []).concat(entry));
  }
  return [...alike.values()].filter(members => members.length > TALL).map(members => {
    const columns = Math.round(Math.sqrt(0.7 * members.length)), rows = Math.ceil(members.length / columns);
    const block = { members, columns, item: {}, in: [], first: members[0].first,
      w: columns * (width + GAP.column) - GAP.column, h: rows * (height + GAP.node) - GAP.node };
    block.out = members[0].out.map(({ to }) => ({ to, link: { via: [] } }));
    for (const entry of members) entry.block = block;
    for (const { to } of block.out) to.in = to.in.filter(entry => entry.block !== block).concat(block);
    return block;
  });
}

function fillBlock({ members, columns, item, out }, boxes) {  // lines run between the rows, side by side
  const { x, y, w: whole } = boxes.get(item), [w, h] = NODE.leaf;
  boxes.delete(item);
  members.forEach((entry, i) => {
    const column = i % columns, left = x + column * (w + GAP.column), top = y + Math.floor(i / columns) * (h + GAP.node);
    boxes.set(entry.item, { x: left, y: top, w, h });
    const start = { x0: left + w + GAP.column, x1: x + whole, y: top + h + 2 + (GAP.node - 4) * (1 - column / columns) };
    for (const { to, link } of entry.out) {
      const { via } = out.find(edge => edge.to === to).link;
      link.via = start.x0 < start.x1 ? [start, ...via] : via;
    }
  });
}
