// Controls: buttons, keys, slider, search, pointer. They move one number, the frame.
function player(graph, rules, { heading, theme, data = {}, framed = false }) {
  furnish(heading);
  if (theme) document.documentElement.dataset.theme = theme;
  Object.assign(graph.data, data);
  const canvas = $("canvas");
  const trace = new Trace(graph, rules), tree = groupTree(graph), root = trace.size - 1;
  const stops = new Stops(trace, tree), forms = new Forms(trace, tree), view = new View(canvas, trace, tree, stops, forms);
  const depth = deepest(tree);
  const state = { pinned: false, follow: true, found: [], foundAt: -1, auto: false, around: null };
  const card = new Card($("card"), trace, {
    close: () => unpin(), go: frame => time.jump(frame),
    change: (leaf, value) => { time.pause(); trace.set(leaf, value); showWay(leaf); renumber(); },
    reset: () => { trace.reset(); renumber(); },
  });

  const keys = {
    l: () => time.jump(trace.turn), f: whole, 0: () => resize("auto"), 1: () => resize("number"), 2: () => resize("neuron"), 3: () => resize("layer"), "/": () => $("search").focus(), "?": help,
    "+": () => view.zoom(1.2), "-": () => view.zoom(1 / 1.2),
    Enter: target => {
      const item = target.closest("[data-node], [data-group]");
      if (!item) return false;
      select(item);
      if (state.pinned) $("card").focus();
    },
    Escape: target => {
      const nothing = !state.pinned && target !== $("search");
      if (target === $("search")) { target.value = ""; search(); target.blur(); }
      unpin();
      if (nothing && framed) parent.postMessage("close", "*");  // to the dialog of the playground; the sandbox may allow no direct call
    },
  };
  const time = new Timeline(trace.last, show, { keys, stops, stop: () => view.stop(),
    animate: (frame, milliseconds, done) => { if (state.follow && time.playing) approach(frame); view.animate(frame, milliseconds, done); } });

  // ---- the frame ------------------------------------------------------------------------------

  function show(frame) {
    openAround(frame);
    view.show(frame);
    if (state.follow) follow(frame);
    tell(trace.frame(frame).kind);
    card.refresh(frame);
  }

  function actors(frame) {  // groups of nodes to bring into view for the step that ends here, the last node first: all with their operands, then fewer
    if (!frame) return [];
    const steps = [...stops.span(frame)].reverse(), near = steps.flatMap(({ node, operand }) => operand ?? graph.operands[node].slice(0, 6));
    const { node, operand } = steps[0], first = operand !== undefined && graph.operands[node].length > 2 ? operand : node;
    const own = [first, ...steps.map(({ node }) => node)], all = [...own, ...near];
    if (steps.length > 1 || legible(all)) return [all, own, [first]];
    return [all.filter(i => tree.home[i] === tree.home[first]), [first]];  // with a distant operand the numbers would be too small
  }
  const legible = nodes => view.largest(view.around(nodes)) >= LEGIBLE;
  function follow(frame) {
    const groups = actors(frame);
    if (groups.length) view.reveal(...groups); else view.fit(TITLES);
  }

  function approach(next) {  // before a step: move towards its nodes as far as the current ones stay in view
    const [now, then] = [actors(time.frame), actors(next)].map(groups => groups.at(-1)?.[0]);
    if (now !== undefined && then !== undefined) view.reveal(...legible([now, then]) || stops.size !== "number" ? [[now, then]] : [], [now]);
  }

  function resize(size) {  // set the size of a step
    const least = $("detail").value === "auto" || !stops.modules ? "number" : ["layer", "layer", "neuron"].slice(-depth)[$("detail").value] ?? "number";
    stops.choose(size, least);
    $("size").value = size;
    $("size").title = stops.auto ? `now: ${stops.size}` : "";
    if (time.frame) time.jump(stops.near(time.frame));
  }

  function tell(kind) {
    const { frame } = time, { turn, last } = trace, backward = frame > turn;
    const phase = frame === 0 ? "Start" : frame < turn ? "Forward" : frame === turn ? "Turn" : "Backward";
    $("phase").className = phase.toLowerCase();
    const at = stops.index(frame), middle = stops.index(turn);
    $("phase").textContent = phase === "Forward" ? `Forward ${at} of ${middle - 1}`
      : backward ? `Backward ${at - middle} of ${stops.list.length - 1 - middle}` : phase;
    const group = stops.group(frame), nodes = [...new Set(stops.span(frame).map(({ node }) => node))];
    const [line, why, numbers] = kind === "start" || nodes.length < 2 && !group ? [] : group && stops.unit(stops.size, stops.before(frame) + 1) === group ? forms[kind](group, nodes) : forms.plain(nodes);
    const text = line || trace.text(frame) || `The ${graph.leaves === 1 ? "leaf is" : `${graph.leaves} leaves are`} given; ${root ? "everything else is still" : "nothing is left"} to be computed.`;
    $("line").replaceChildren(...text.split(/(?=\x20[+]?=\x20|\x20{3}\x28)/).map(part => html("span", {}, part)));  // lines break at the equals signs
    $("why").textContent = why ?? reason(kind, frame);
    const pre = html("pre");  // filled on demand: it may have thousands of numbers
    if (numbers) $("why").append(html("details", {}, html("summary", { onclick: () => write(pre, numbers()) }, "numbers"), pre));
    $("slider").setAttribute("aria-valuetext", `${$("phase").textContent}: ${$("line").textContent}`);
  }

  function reason(kind, frame) {
    const { node, operand, position, step } = trace.frame(frame), name = i => trace.name(i);
    if (kind === "start") return "The forward pass computes one operation at a time, the backward pass hands the gradient back.";
    if (kind === "forward") {
      const operands = graph.operands[node], one = operands.length === 1;
      return `Kept on the edge${one ? "" : "s"} for the way back, the local derivative${one ? "" : "s"} ${operands.slice(0, 3).map((_, p) => trace.localText(node, p)).join(", ")}${operands.length > 3 ? ", ..." : "."}`;
    }
    if (kind === "turn") return "The output changes exactly as fast as itself. From here the gradient flows back to the leaves.";
    const uses = trace.consumers[operand], nth = uses.indexOf(step) + 1;
    const count = uses.length > 1 ? ` (contribution ${nth} of ${uses.length})` : "";
    if (!finite(trace.adjoint[node]) && trace.shares[step] === 0) return `${name(node)} does not take ${name(operand)}: nothing passes, whatever arrived.`;
    return `The gradient that reached ${name(node)}, times the local derivative ${trace.localText(node, position)}; ${name(operand)} adds it up${count}.${frame === trace.last ? " Every gradient is complete." : ""}`;
  }

  function renumber() {
    view.range();
    view.repaint();
    tell(trace.frame(time.frame).kind);
    card.refresh(time.frame);
    document.body.classList.toggle("changed", trace.changed);
    $("trouble").hidden = trace.firstNotFinite() < 0;
    const marks = graph.op.map((_, i) => trace.mark(i)), has = mark => marks.includes(mark);
    for (const [name, there] of [["dead", has("dead") || has("not finite")], ["saturated", has("saturated")]]) {
      document.querySelector(`.dot.${name}`).hidden = !there;
    }
  }

  // ---- the card, groups and search ------------------------------------------------------------

  function select(element) {
    if (element.dataset.group !== undefined) return toggleGroup(element.dataset.group);
    const node = Number(element.dataset.node);
    choose(element);
    state.pinned = true;
    beside(element, true);
    card.open(node, time.frame);
  }
  function choose(element) {
    view.selected?.classList.remove("selected");
    view.selected = element;
    element?.classList.add("selected");
  }
  function beside(element, pinned) {  // a pinned card is docked beside the graph; another one is on the side away from the node
    const box = element.getBoundingClientRect();
    $("card").className = pinned ? "docked" : `passing ${(box.left + box.right) / 2 > view.width / 2 ? "left" : "right"}`;
  }
  function showWay(leaf) {  // bring all paths from a changed leaf to the output into view, at any scale
    const way = new Set([leaf]);
    trace.steps.forEach(node => { if (graph.operands[node].some(i => way.has(i))) way.add(node); });
    view.frameAll([...way]);
  }
  function unpin() {
    state.pinned = false;
    if ($("card").contains(document.activeElement)) view.selected?.focus({ preventScroll: true });
    choose(null);
    card.close();
  }
  // In automatic detail, the group of the current step is opened and stays in its place on the canvas.
  function openAround(frame) {
    const { node } = trace.frame(frame), closed = node === undefined ? null : stops.group(frame);
    const home = node === undefined ? null : closed ? closed.parent : tree.home[node];
    if (!state.auto || state.around === home) return;
    state.around = home;
    const groups = [...everyGroup(tree.root)], before = groups.map(g => g.open);
    openTo(tree, state.base);
    for (let g = home; g; g = g.parent) g.open = true;
    if (visibleCount(tree.root) > MANY) openTo(tree, state.base);
    if (groups.every((g, i) => g.open === before[i])) return;
    redraw(() => view.plan.shown[node ?? root]);
    if (state.pinned) choose(view.items.get(view.plan.shown[card.node])?.element);
  }
  function redraw(item) {  // the center of the item's box stays in its place on the canvas
    const middle = () => { const b = view.plan.boxes.get(item()); return [b.x + b.w / 2, b.y + b.h / 2]; };
    const before = middle(), { k } = view.camera;
    view.rebuild();
    const after = middle();
    view.move(k * (before[0] - after[0]), k * (before[1] - after[1]));
    mark();
  }
  function detail(level) {  // "auto", a depth, or "own" after a click on a group
    $("detail").value = level;
    state.auto = level === "auto";
    if (level !== "own") resize($("size").value);
    if (state.auto) { state.around = undefined; openAround(time.frame); } else if (level !== "own") openTo(tree, Number(level));
  }
  function toggleGroup(path) {
    if (state.auto) detail("own");
    const group = [...everyGroup(tree.root)].find(g => g.path === path);
    group.open = !group.open;
    unpin();
    view.frame = time.frame;
    redraw(() => group);
    if (view.scaleOf(view.plan) >= GLANCE) view.fit();
    const again = [...canvas.querySelectorAll("[data-group]")].find(e => e.dataset.group === path);
    again?.focus({ preventScroll: true });
  }
  function following(yes) {
    state.follow = yes;
    $("follow").setAttribute("aria-pressed", yes);
    if (yes) show(time.frame);
  }
  function whole() {
    following(false);
    view.fit();
  }
  function rebuild() {
    unpin();
    view.frame = time.frame;
    view.rebuild();
    mark();
    view.fit();
  }
  function search() {
    const wanted = $("search").value.trim().toLowerCase();
    state.found = [];
    state.foundAt = -1;
    unpin();
    if (wanted) {
      graph.op.forEach((op, i) => {
        const names = [trace.label(i), ...(op < 0 ? [] : [rules[op].name, rules[op].symbol])];
        if (names.some(name => name.toLowerCase().includes(wanted))) state.found.push(i);
      });
    }
    $("found").textContent = wanted ? `${state.found.length} found` : "";
    mark();
  }
  function mark() {
    for (const element of canvas.querySelectorAll(".match")) element.classList.remove("match");
    document.body.classList.toggle("searching", state.found.length > 0);
    for (const node of state.found) view.items.get(view.plan.shown[node])?.element.classList.add("match");
  }
  function nextFound() {
    if (!state.found.length) return;
    state.foundAt = (state.foundAt + 1) % state.found.length;
    const node = state.found[state.foundAt];
    let opened = false;
    for (let g = tree.home[node]; g; g = g.parent) if (!g.open) opened = g.open = true;
    if (opened) { detail("own"); rebuild(); }
    $("found").textContent = `${state.foundAt + 1} of ${state.found.length}`;
    view.reveal([node]);
    view.drawAll();
    select(view.items.get(node).element);
  }

  // ---- wiring ---------------------------------------------------------------------------------

  on("turn", "click", () => time.jump(trace.turn));
  on("search", "input", search);
  on("search", "keydown", event => { if (event.key === "Enter") nextFound(); });
  on("colour", "change", () => { view.colour = $("colour").value; view.repaint(); });
  on("detail", "change", () => { detail($("detail").value); rebuild(); });
  on("size", "change", () => { resize($("size").value); if (state.auto) { state.around = undefined; show(time.frame); } });
  on("trouble", "click", () => time.jump(trace.firstNotFinite()));
  on("fit", "click", whole);
  on("follow", "click", () => following(!state.follow));

  const fingers = new Map();  // the last event of each pointer on the canvas, fingers and mouse
  const apart = (a, b) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  let drag = null;
  on("canvas", "pointerdown", event => {
    if (event.button) return;  // the main button alone selects
    fingers.set(event.pointerId, event);
    drag = { start: event, moved: fingers.size > 1, target: event.target.closest("[data-node], [data-group]") };
    canvas.setPointerCapture(event.pointerId);
  });
  on("canvas", "pointermove", event => {
    if (!drag) return;
    drag.moved ||= apart(event, drag.start) > 4;
    if (!drag.moved) return;
    const before = fingers.get(event.pointerId), other = [...fingers.values()].find(e => e !== before);
    fingers.set(event.pointerId, event);
    if (other) return zoomAt(other, apart(event, other) / apart(before, other) || 1);  // a pinch: zoom around the finger at rest
    view.move(event.clientX - before.clientX, event.clientY - before.clientY);
  });
  on("canvas", "pointerup", () => {
    if (drag && !drag.moved) { if (drag.target) select(drag.target); else unpin(); }
  });
  on("canvas", "lostpointercapture", event => { fingers.delete(event.pointerId); drag = null; });
  on("canvas", "pointerover", event => { if (event.pointerType !== "touch") hover(event.target.closest("[data-node]")); });
  on("canvas", "pointerleave", () => hover(null));
  document.addEventListener("focusin", ({ target }) => {  // bring a node into view that was reached by key; a listener on the canvas would make the canvas a Tab stop
    const [item] = [...view.items].find(([, { element, away }]) => away && element === target) ?? [];
    if (item !== undefined && target.matches(":focus-visible")) view.reveal([firstNode(item)]);
  });
  function hover(element) {
    if (state.pinned || time.playing || drag) return;
    if (!element) return card.close();
    beside(element, false);
    card.open(Number(element.dataset.node), time.frame);
  }
  canvas.addEventListener("wheel", event => {
    if (self !== top && !event.ctrlKey) return;  // in a notebook the wheel scrolls the notebook
    event.preventDefault();
    zoomAt(event, Math.exp(-event.deltaY * 0.0015));
  }, { passive: false });
  function zoomAt({ clientX, clientY }, factor) {
    const { left, top } = canvas.getBoundingClientRect();
    view.zoom(factor, clientX - left, clientY - top);
  }
  new ResizeObserver(() => { view.measure(); if (state.pinned && card.node !== null) view.scaleOf(view.plan) >= LEGIBLE ? view.fit() : view.reveal([card.node]); else if (!state.follow) view.fit(); else show(time.frame); }).observe(canvas);

  // ---- the first picture ----------------------------------------------------------------------

  $("turn").textContent = trim(graph.label[root] || "turn", 70);
  $("slider").style.setProperty("--middle", `${100 * trace.turn / trace.last}%`);
  const names = graph.modules.some(Boolean) ? ["model", "layers", "neurons"] : ["", "large parts", "small parts"];
  const levels = Array.from({ length: depth + 1 }, (_, k) => k).filter(k => countAt(tree, k) <= MOST);
  $("detail").replaceChildren(html("option", { value: "auto" }, "around the step"), ...levels.map(k => html("option", { value: k },
    k === depth ? "every operation" : names.slice(-depth)[k] ?? `level ${k + 1}`)), html("option", { value: "own", hidden: "" }, "as opened"));
  $("detail").closest("label").hidden = depth === 0;
  $("size").closest("label").hidden = depth === 0 && stops.lists.number.length < 200;
  if (!stops.modules) { $("size").options[2].text = "part"; $("size").options[3].text = "large part"; }
  state.base = openWhatFits(tree, graph, plan => view.scaleOf(plan));
  openTo(tree, state.base);
  view.rebuild();
  detail(state.base === depth ? depth : "auto");
  state.base = Math.min(state.base, depth - 1);
  view.fit();
  time.go(0);
  renumber();
  return { trace, view, time, stops };
}
