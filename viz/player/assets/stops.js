// Stops: the frames at which a step of a chosen size ends: a number, a neuron, a layer.
const SIZES = ["number", "neuron", "layer"];
const QUICK = 450, SLOW = 4000, CALM = 1100, WATCHED = 75_000;  // milliseconds: the shortest, longest and ordinary time of a step, and of a whole pass

class Stops {
  constructor(trace, tree) {
    Object.assign(this, { trace, tree, size: "number" });
    this.modules = trace.graph.modules.some(Boolean);
    this.lists = {};
    for (const size of SIZES) {
      const ends = this.lists[size] = [0];
      for (let f = 1; f <= trace.last; f++) if (f === trace.last || f === trace.turn || this.unit(size, f) !== this.unit(size, f + 1)) ends.push(f);
    }
    this.choose("auto");
  }

  unit(size, frame) {  // the frame or group that a step of that size covers; the turn is always a step of its own
    const { node } = this.trace.frame(frame);
    if (frame === this.trace.turn || size === "number") return frame;
    let group = this.tree.home[node];
    if (size === "layer") while (group.parent?.parent && group.parent.path !== MODEL) group = group.parent;
    return group;
  }

  group(frame) {  // the group that a step of the current size covers, null for a single number
    const group = this.size === "number" || frame === this.trace.turn || frame <= 0 ? null : this.unit(this.size, frame);
    return group?.parent ? group : null;
  }

  // "auto": the smallest size with which a pass takes about a minute; if none does, a step is several of them.
  choose(size, least = "number") {
    const counts = Object.fromEntries(SIZES.map(name => [name, Math.max(...this.counts(this.lists[name]))]));
    let every = 1;
    this.auto = size === "auto";
    if (this.auto) {
      const most = Math.floor(2 * 60_000 / CALM), quick = Math.floor(110_000 / QUICK);
      if (counts.number <= most) size = "number";
      else if (counts.neuron >= 15 && counts.neuron <= quick) size = "neuron";
      else if (counts.number <= quick) size = "number";
      else size = counts.neuron > quick ? "neuron" : counts.layer > 15 ? "layer" : "number";
      if (SIZES.indexOf(size) < SIZES.indexOf(least)) size = least;
      if (counts[size] > quick) every = Math.ceil(counts[size] / 100);
    }
    this.size = size;
    this.kept = null;
    const all = this.lists[size], { turn, last } = this.trace;
    this.list = every === 1 ? all : all.filter((f, i) => !(i % every) || f === turn - 1 || f === turn || f === last);
    this.passes = this.counts(this.list);
  }

  counts(list) {  // number of stops in each pass
    const forward = list.filter(f => f > 0 && f < this.trace.turn).length;
    return [forward, list.length - forward - 2];
  }

  pace(frame) {  // milliseconds of the step after a frame; both passes take about the same time
    return this.auto ? Math.min(SLOW, Math.max(QUICK, WATCHED / this.passes[+(frame >= this.trace.turn)])) : CALM;
  }

  index(frame) { return Math.max(0, countBelow(this.list, frame + 1) - 1); }  // of the last stop at or before a frame

  after(frame) { return this.list[Math.min(this.list.length - 1, this.index(frame) + 1)]; }
  before(frame) { return this.list[this.index(frame - 1)]; }
  near(frame) {
    const low = this.list[this.index(frame)], high = this.after(frame);
    return frame - low <= high - frame ? low : high;
  }
  span(frame) {  // what happens in each frame of the step that ends here
    if (this.kept?.frame === frame) return this.kept.moves;
    const start = frame > 0 ? this.before(frame) + 1 : 0, moves = [];
    for (let f = start; f <= frame; f++) moves.push(this.trace.frame(f));
    this.kept = { frame, moves };
    return moves;
  }
}
