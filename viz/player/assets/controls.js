// Controls: buttons, keys, slider, search, pointer. They move one number, the frame.
function player(graph, rules) {
  const $ = id => document.getElementById(id), canvas = $("canvas");
  const trace = new Trace(graph, rules), tree = groupTree(graph), root = trace.size - 1;
  const view = new View(canvas, trace, tree);
  const state = { frame: 0, timer: 0, playing: false, pinned: false, follow: true, found: [], foundAt: -1 };
  const card = new Card($("card"), trace, {
    close: () => unpin(), go: frame => { pause(); go(frame); },
    change: (leaf, value) => { pause(); trace.set(leaf, value); renumber(); },
    reset: () => { trace.reset(); renumber(); },
  });

  // ---- the frame ------------------------------------------------------------------------------

  function go(frame, speak = true) {
    state.frame = Math.max(0, Math.min(trace.last, Math.round(frame)));
    view.stop();
    view.show(state.frame);
    const { kind, node, operand } = trace.frame(state.frame);
    if (state.follow) {
      if (node === undefined) view.fit();
      else view.reveal(node, ...(operand === undefined ? graph.operands[node].slice(0, 6) : [operand]));
    }
    if (speak) tell(kind);
    if (state.pinned) card.refresh(state.frame);
  }

  function tell(kind) {
    const { frame } = state, { turn, last } = trace, backward = frame > turn;
    const phase = frame === 0 ? "Start" : frame < turn ? "Forward" : frame === turn ? "Turn" : "Backward";
    document.body.dataset.phase = phase.toLowerCase();
    $("phase").textContent = phase === "Forward" ? `Forward ${frame} of ${turn - 1}`
      : backward ? `Backward ${frame - turn} of ${last - turn}` : phase;
    $("line").textContent = trace.text(frame) || `${graph.leaves} leaves are given; everything else is still to be computed.`;
    $("why").textContent = reason(kind, frame);
    $("slider").value = frame;
    $("slider").setAttribute("aria-valuetext", `${$("phase").textContent}: ${$("line").textContent}`);
    $("stats").textContent = `${frame} / ${last}`;
    $("back").disabled = $("start").disabled = frame === 0;
    $("step").disabled = $("end").disabled = frame === last;
    document.body.classList.toggle("finished", frame === last);
  }

  function reason(kind, frame) {
    const { node, operand, position, step } = trace.frame(frame), name = i => trace.name(i);
    if (kind === "start") return "The forward pass computes one operation at a time, the backward pass hands the gradient back.";
    if (kind === "forward") return `${name(node)} is computed from ${trace.graph.operands[node].length > 1 ? "its operands" : "its operand"}.`;
    if (kind === "turn") return `The output changes exactly as fast as itself. From here the gradient flows back to the leaves.`;
    const uses = trace.consumers[operand], nth = uses.indexOf(step) + 1;
    const count = uses.length > 1 ? ` (contribution ${nth} of ${uses.length})` : "";
    return `Local derivative ${trace.localText(node, position)}, times the gradient that reached ${name(node)}; ${name(operand)} adds it up${count}.`;
  }

  function renumber() {
    view.range();
    view.repaint();
    tell(trace.frame(state.frame).kind);
    card.refresh(state.frame);
    document.body.classList.toggle("changed", trace.changed);
    const bad = trace.firstNotFinite();
    $("trouble").hidden = bad < 0;
  }

  // ---- time -----------------------------------------------------------------------------------

  const pace = () => 1100 / Number($("speed").value);
  function play() {
    if (state.frame === trace.last) go(0);
    state.playing = true;
    playButton("Pause");
    advance();
  }
  function pause() {
    state.playing = false;
    clearTimeout(state.timer);
    view.stop();
    playButton("Play");
  }
  function playButton(name) {
    $("play").setAttribute("aria-label", name);
    document.body.classList.toggle("playing", state.playing);
  }
  function advance() {
    if (!state.playing) return;
    const next = state.frame + 1;
    view.animate(next, pace() * 0.55, () => {
      go(next);
      if (next === trace.last) return pause();
      state.timer = setTimeout(advance, pace() * 0.45);
    });
  }
  const toggle = () => state.playing ? pause() : play();
  function step() {
    pause();
    if (state.frame < trace.last) go(state.frame + 1);
    if (!view.still.matches && state.frame <= trace.last) view.animate(state.frame, 260, () => {});
  }
  const jump = frame => { pause(); go(frame); };

  // ---- the card, groups and search ------------------------------------------------------------

  function select(element) {
    if (element.dataset.group !== undefined) return toggleGroup(element.dataset.group);
    const node = Number(element.dataset.node);
    view.selected?.classList.remove("selected");
    view.selected = element;
    element.classList.add("selected");
    state.pinned = true;
    beside(element, true);
    card.open(node, state.frame);
  }
  function beside(element, pinned) {  // the card lies on the side where the node is not
    const box = element.getBoundingClientRect();
    $("card").className = `${(box.left + box.right) / 2 > canvas.clientWidth / 2 ? "left" : "right"} ${pinned ? "" : "passing"}`;
  }
  function unpin() {
    state.pinned = false;
    view.selected?.classList.remove("selected");
    view.selected = null;
    card.close();
  }
  function toggleGroup(path) {
    for (const group of everyGroup(tree.root)) if (group.path === path) group.open = !group.open;
    rebuild();
    const again = [...canvas.querySelectorAll("[data-group]")].find(e => e.dataset.group === path);
    again?.focus({ preventScroll: true });
  }
  function follow(yes) {
    state.follow = yes;
    $("follow").setAttribute("aria-pressed", yes);
    if (yes) go(state.frame);
  }
  function whole() {
    follow(false);
    view.fit();
  }
  function rebuild() {
    unpin();
    view.frame = state.frame;
    view.rebuild();
    mark();
    view.fit();
  }
  function search() {
    const wanted = $("search").value.trim().toLowerCase();
    state.found = [];
    state.foundAt = -1;
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
    if (opened) rebuild();
    $("found").textContent = `${state.foundAt + 1} of ${state.found.length}`;
    view.reveal(node);
    select(view.items.get(node).element);
  }

  // ---- wiring ---------------------------------------------------------------------------------

  const on = (id, event, action) => $(id).addEventListener(event, action);
  on("play", "click", toggle);
  on("step", "click", step);
  on("back", "click", () => jump(state.frame - 1));
  on("start", "click", () => jump(0));
  on("turn", "click", () => jump(trace.turn));
  on("end", "click", () => jump(trace.last));
  on("slider", "input", () => jump(Number($("slider").value)));
  on("search", "input", search);
  on("search", "keydown", event => { if (event.key === "Enter") nextFound(); });
  on("colour", "change", () => { view.colour = $("colour").value; view.repaint(); });
  on("detail", "change", () => { openTo(tree, Number($("detail").value)); rebuild(); });
  on("trouble", "click", () => jump(trace.firstNotFinite()));
  on("fit", "click", whole);
  on("follow", "click", () => follow(!state.follow));
  on("theme", "click", () => {
    const { dataset } = document.documentElement, preferred = matchMedia("(prefers-color-scheme: dark)").matches;
    dataset.theme = (dataset.theme ?? (preferred ? "dark" : "light")) === "dark" ? "light" : "dark";
  });
  on("help", "click", () => $("keys").showModal());

  document.addEventListener("keydown", event => {
    const { target, key } = event, typing = target.matches("input:not([type=range]), select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
    if (key === "Escape") {
      if (target === $("search")) { $("search").value = ""; search(); $("search").blur(); }
      return unpin();
    }
    if (typing || target.matches(".what-if")) return;
    const actions = { ArrowRight: step, ArrowLeft: () => jump(state.frame - 1), Home: () => jump(0), End: () => jump(trace.last),
      l: () => jump(trace.turn), "/": () => $("search").focus(), "?": () => $("keys").showModal(), f: whole,
      "+": () => view.zoom(1.2), "-": () => view.zoom(1 / 1.2) };
    if (key === " " && !target.matches("button")) actions[" "] = toggle;
    if (key === "Enter" && target.closest("[data-node], [data-group]")) actions.Enter = () => select(target.closest("[data-node], [data-group]"));
    if (!actions[key]) return;
    event.preventDefault();
    actions[key]();
  });

  let drag = null;
  canvas.addEventListener("pointerdown", event => {
    drag = { x: event.clientX, y: event.clientY, cx: view.camera.x, cy: view.camera.y, moved: false, target: event.target.closest("[data-node], [data-group]") };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", event => {
    if (!drag) return;
    const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
    drag.moved ||= Math.hypot(dx, dy) > 4;
    if (!drag.moved) return;
    view.camera.x = drag.cx + dx;
    view.camera.y = drag.cy + dy;
    view.place();
  });
  canvas.addEventListener("pointerup", () => {
    if (drag && !drag.moved) { if (drag.target) select(drag.target); else unpin(); }
    drag = null;
  });
  canvas.addEventListener("pointercancel", () => { drag = null; });
  canvas.addEventListener("pointerover", event => hover(event.target.closest("[data-node]")));
  canvas.addEventListener("pointerleave", () => hover(null));
  function hover(element) {
    if (state.pinned || state.playing || drag) return;
    if (!element) return card.close();
    beside(element, false);
    card.open(Number(element.dataset.node), state.frame);
  }
  canvas.addEventListener("wheel", event => {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    view.zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  new ResizeObserver(() => { if (state.frame === 0 || !state.follow) view.fit(); else go(state.frame); }).observe(canvas);

  // ---- the first picture ----------------------------------------------------------------------

  $("slider").max = trace.last;
  $("slider").style.setProperty("--turn", `${100 * trace.turn / trace.last}%`);
  const depth = deepest(tree);
  const names = graph.modules.some(Boolean) ? ["model", "layers", "neurons"] : ["", "large parts", "small parts"];
  const levels = Array.from({ length: depth + 1 }, (_, k) => k).filter(k => countAt(tree, k) <= MOST);
  $("detail").replaceChildren(...levels.map(k => html("option", { value: k },
    k === depth ? "every operation" : names.slice(-depth)[k] ?? `level ${k + 1}`)));
  $("detail").closest("label").hidden = depth === 0;
  $("detail").value = openWhatFits(tree);
  view.rebuild();
  view.fit();
  go(0);
  renumber();
  return { trace, view, state, go };
}
