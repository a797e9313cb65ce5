// Playground: the learner with buttons, and pictures of what it does.
const PICTURE = 1000 / 30, SLICE = 4;  // milliseconds between two pictures, and of a slice of training

function playground(plan, programs) {
  const learner = new Learner(plan, programs), plane = learner.inputs === 2 ? new Plane(learner, row => { choose({ row }); open(row); }) : null;
  const state = { playing: false, chosen: {}, data: "own", history: [], pictures: 0 };
  const net = new Net(learner, plane, path => choose({ path }));
  const curve = new Curve(), chosen = html("section", { id: "about" });
  const side = html("div", { class: "side" }, curve.panel, panel("About", chosen, html("p", { class: "muted", id: "nothing" }, plane ? "Click a sample or a neuron." : "Choose a row or a neuron below.")));
  $("panels").append(side);

  // ---- training -------------------------------------------------------------------------------

  function guarded(action) {  // a run that has diverged stands still until it is started again
    if (state.broken) return;
    action();
    if (!learner.parameters.every(finite)) stop();
  }
  function stop() {
    state.broken = `Step ${learner.steps}: ${learner.trouble()}. A smaller learning rate may help; then start again.`;
    pause();
  }
  // Training fills the time between pictures, in slices so short that the page stays responsive.
  const slices = new MessageChannel();
  slices.port1.onmessage = () => {
    const begin = performance.now();
    state.training = state.playing && begin - state.last < 200;  // a page that is not visible does not train
    if (!state.training) return;
    guarded(() => { do learner.step(); while (performance.now() - begin < SLICE && learner.parameters[0] === learner.parameters[0]); });
    if (state.playing) slices.port2.postMessage(null); else show();
  };
  function run() {
    if (!state.playing) return;
    const begin = state.last = performance.now();
    if (begin > state.due) {
      paint();
      if (++state.pictures % 3 === 0) tell();  // ten times a second: nobody reads faster
      state.due = Math.max(state.due + PICTURE, 2 * performance.now() - begin);  // a slow machine still trains half of the time
    }
    if (!state.training) slices.port2.postMessage(null);
    state.training = true;
    requestAnimationFrame(run);
  }
  function play() {
    if (state.playing) { pause(); return show(); }
    state.playing = true;
    state.last = state.due = state.told = performance.now();
    state.before = learner.steps;
    mark();
    requestAnimationFrame(run);
  }
  function pause() {
    state.playing = false;
    mark();
  }
  function mark() {
    showPlaying(state.playing);
    $("line").ariaLive = state.playing ? "off" : "polite";
  }
  function step() { pause(); guarded(() => learner.step()); show(); }
  function epoch() { pause(); guarded(() => { while (!learner.step()); }); show(); }
  function restart() {
    pause();
    state.broken = "";
    state.history = [];
    learner.reset(Math.max(0, Math.round(+$("seed").value || 0)));
    show();
  }

  // ---- what is seen ---------------------------------------------------------------------------

  function show() { tell(); paint(); }

  function paint() {
    plane?.paint();
    net.paint($("edges").value);
  }

  function tell() {  // update all texts
    const train = learner.scores(learner.train), test = learner.scores(learner.test);
    if (!state.broken && !finite(train.loss)) stop();
    if (!learner.steps) learner.compute(learner.train, learner.gradient);  // gradients to show before the first step
    const last = state.history.at(-1);
    if (!last || last.step !== learner.steps) state.history.push({ step: learner.steps, train: train.loss, test: test?.loss });
    if (state.history.length > 600) state.history = state.history.filter((_, i) => i % 2 === 0);
    document.body.classList.toggle("broken", Boolean(state.broken));
    $("phase").textContent = state.broken ? "Stopped" : `Epoch ${learner.epochs}`;
    const accuracy = (name, s) => s && s.accuracy !== null ? `   ${name} ${(100 * s.accuracy).toFixed(1)} %` : "";
    $("line").textContent = state.broken || `loss ${number(+train.loss.toPrecision(5))}${test ? `, test ${number(+test.loss.toPrecision(5))}` : ""}${accuracy("accuracy", train)}${accuracy("test", test)}`;
    $("stats").textContent = `step ${learner.steps}${state.playing ? `, ${short(Math.round(speed()))} a second` : ""}`;
    curve.paint(state.history);
    about();
  }
  function speed() {  // steps per second since the last call
    const now = performance.now(), { told, before } = state;
    Object.assign(state, { told: now, before: learner.steps });
    return (learner.steps - before) / Math.max(1, now - told) * 1000;
  }

  function choose(chosen) {
    state.chosen = chosen;
    $("row").value = chosen.row ?? "";
    $("neuron").value = chosen.path ?? "";
    plane?.choose(chosen.row);
    net.choose(chosen.path);
    about();
  }

  function open(row) {  // the player on a sample, with the current weights
    if (!plan.sample.page) return;
    if (state.playing) play();
    playSample(learner, row);
  }

  function about() {  // show the chosen sample or neuron
    const { row, path } = state.chosen, told = row !== undefined ? aboutRow(row) : path !== undefined ? aboutNeuron(path) : [];
    $("nothing").hidden = told.length > 0;
    chosen.replaceChildren(html("dl", {}, ...told.flatMap(([name, text]) => [html("dt", {}, name), html("dd", {}, text)])));
  }
  const listed = numbers => Array.from(numbers, short).join(", ");

  function aboutRow(row) {
    const x = learner.x.slice(row * learner.inputs, (row + 1) * learner.inputs), side = Math.sqrt(x.length);
    learner.compute([row], learner.given.gradient);
    const { out } = learner.given, seen = learner.units(x, 1);
    return [
      ["row", `${row}, ${learner.test.includes(row) ? "for testing" : "trained on"}`],
      ["inputs", x.length >= 64 && Number.isInteger(side) ? html("img", { class: "heat", alt: `the ${x.length} inputs as a picture`, src: heatMap([...x], side, side, true) }) : listed(x.slice(0, 24))],
      ...net.spans().map(([name, from, to]) => [name, listed(seen.slice(from, Math.min(to, from + 24)))]),
      ["answer", listed(out.slice(2, 2 + learner.outputs))],
      ["wanted", listed(learner.targets.slice(row * learner.wide, (row + 1) * learner.wide))],
      ["loss", number(+out[1].toPrecision(6))],
      ["player", plan.sample.page ? html("button", { onclick: () => open(row) }, "Play both passes") : plan.sample.why],
    ];
  }

  function aboutNeuron(path) {
    const k = plan.unit_names.indexOf(path), rows = learner.train, seen = learner.units(learner.gathered(rows), rows.length), { outputs } = learner.look;
    const values = Array.from(rows, (_, i) => seen[i * outputs + k]), { weights, bias } = net.of(path), first = weights.slice(0, 64);
    return [
      ["neuron", path],
      ["weights", listed(first.map(i => learner.parameters[i]))],
      ...bias === null ? [] : [["bias", short(learner.parameters[bias])]],
      ["gradients", listed(first.map(i => learner.gradient[i]))],
      ["gives", `mean ${short(mean(values))}, least ${short(smallest(values))}, largest ${short(largest(values))}`],
      ["dead for", `${(100 * values.filter(x => x === 0).length / values.length).toFixed(0)} % of the samples (gives exactly 0)`],
    ];
  }

  // ---- settings -------------------------------------------------------------------------------

  const options = (id, names) => $(id).replaceChildren(...names.map(name => html("option", { value: name }, name)));
  options("optimizer", Object.keys(plan.optimizers));
  $("optimizer").value = plan.optimizer;
  const chosenRates = () => { $("rate").value = learner.lr; $("decay").value = learner.decay; };
  chosenRates();
  $("neuron").append(...plan.unit_names.map(path => html("option", { value: path }, path)));
  $("row").max = learner.rows - 1;
  const generated = plane && learner.kind === "two";
  options("data", ["own", ...(generated ? Object.keys(TABLES) : [])]);
  $("data").options[0].text = "as given";
  $("dataField").hidden = !generated;

  function data() {  // train on the chosen table, with noise
    const name = $("data").value, noise = +$("noise").value, all = plan.targets.flat(), low = smallest(all), high = largest(all);
    const rows = name === "own" ? plan.x.map((x, i) => [x, plan.targets[i]]) : table(name, 200, 11).map(([x, half]) => [x, [half ? high : low]]);
    const draw = random(5), scale = learner.scaleOf ??= spreadOf(plan.x);
    learner.use(rows.map(([x]) => x.map((v, k) => v + noise * (name === "own" ? scale[k] : 1) * normal(draw))), rows.map(([, t]) => t));
    state.history = [];
    $("row").max = learner.rows - 1;
    choose({});
    plane?.place();
    show();
  }
  const spreadOf = x => x[0].map((_, k) => { const middle = mean(x.map(row => row[k])); return Math.sqrt(mean(x.map(row => (row[k] - middle) ** 2))); });
  const positive = (id, set) => { const value = +$(id).value; if ($(id).value !== "" && finite(value) && value >= 0) set(value); };
  const share = () => { $("shareText").textContent = `${Math.round(100 * learner.share)} %`; };
  on("optimizer", "change", () => { learner.choose($("optimizer").value); chosenRates(); });
  on("rate", "input", () => positive("rate", x => { learner.lr = x; }));
  on("decay", "input", () => positive("decay", x => { learner.decay = x; }));
  on("batch", "change", () => { learner.batch = +$("batch").value; learner.at = learner.order.length; });
  on("share", "input", () => { learner.split(+$("share").value); share(); plane?.place(); state.history = []; show(); });
  on("data", "change", data);
  on("noise", "input", data);
  on("seed", "change", restart);
  on("edges", "change", show);
  on("row", "input", () => { const row = +$("row").value; choose($("row").value !== "" && Number.isInteger(row) && row >= 0 && row < learner.rows ? { row } : {}); });
  on("neuron", "change", () => choose($("neuron").value ? { path: $("neuron").value } : {}));
  on("settings", "submit", event => event.preventDefault());
  for (const [id, action] of Object.entries({ play, step, epoch, start: restart })) on(id, "click", action);
  onKeys({ " ": play, ArrowRight: step, e: epoch, Home: restart, "?": help });
  furnish(plan.heading, show);
  new ResizeObserver(() => { net.place(); show(); }).observe($("panels"));
  learner.split(+$("share").value);
  share();
  plane?.place();
  show();
  return { learner, state, show, choose };
}

// The loss over the steps: of the rows trained on, and of those for testing.
class Curve {
  constructor() {
    this.chart = picture(190);
    this.grid = svg("g");
    this.lines = ["s0", "s1"].map(name => svg("path", { class: `curve ${name}` }));
    this.chart.append(this.grid, ...this.lines);
    this.panel = panel("Loss", this.chart, legend([["s0", "trained on"], ["s1", "for testing"]]));
  }

  paint(history) {
    const left = 52, right = WIDE - 8, top = 10, bottom = 166, all = history.flatMap(h => [h.train, h.test]).filter(x => finite(x));
    if (!all.length) return;
    const { y, marks } = heightOf(all, top, bottom), last = Math.max(1, history.at(-1).step), x = step => left + step / last * (right - left);
    ["train", "test"].forEach((name, i) => this.lines[i].setAttribute("d", line(history.filter(h => finite(h[name])).map(h => [x(h.step), y(h[name])]))));
    this.grid.replaceChildren(...gridLines(marks, y, left, right), svg("text", { class: "tick end", x: right, y: bottom + 18 }, `step ${last}`));
  }
}
