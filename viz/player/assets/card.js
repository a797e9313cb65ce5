// Card: everything about one node, with the chain rule summed over all its consumers.
class Card {
  constructor(panel, trace, actions) {
    Object.assign(this, { panel, trace, actions, node: null });
  }

  close() {
    this.node = null;
    this.panel.hidden = true;
  }

  open(node, frame) {
    this.node = node;
    this.panel.hidden = false;
    const { trace } = this, { graph } = trace, written = x => finite(x) ? String(x) : number(x), leaf = graph.op[node] < 0;
    const gradient = trace.gradient(node, frame), mark = trace.mark(node);
    const rows = [
      html("header", {}, html("h2", {}, trace.label(node)),
        html("button", { class: "quiet", "aria-label": "Close the card", onclick: () => this.actions.close() }, "\u00d7")),
      html("p", { class: "muted" }, this.kind(node)),
      html("dl", {}, html("dt", {}, "data"), html("dd", {}, trace.knows(node, frame) ? written(trace.data[node]) : "\u2014"),
        html("dt", {}, "gradient so far"), html("dd", { class: "gradient" }, gradient === undefined ? "\u2014" : written(gradient)),
        html("dt", {}, "gradient at the end"), html("dd", {}, written(trace.adjoint[node]))),
    ];
    if (leaf) rows.push(...this.whatIf(node));
    if (mark) rows.push(html("p", { class: "warning" }, MARKS[mark][1]));
    if (!leaf) rows.push(...this.section("How it is computed", [html("code", {}, trace.forwardText(node))]));
    rows.push(...this.section("Its gradient, by the chain rule", this.chainRule(node)));
    if (!leaf) {
      const locals = graph.operands[node].slice(0, 12).map((_, p) => html("code", {}, trace.localText(node, p)));
      rows.push(...this.section("Its local derivatives", locals));
    }
    if (leaf) rows.push(...this.check(node));
    rows.push(html("p", { class: "jumps" },
      leaf ? "" : html("button", { onclick: () => this.actions.go(trace.forwardAt[node]) }, "Show when it is computed"),
      html("button", { onclick: () => this.actions.go(this.complete(node)) }, "Show when its gradient is complete")));
    this.panel.replaceChildren(...rows);
  }

  complete(node) {
    const steps = this.trace.consumers[node];
    return this.trace.turn + (steps.length ? steps[steps.length - 1] + 1 : 0);
  }

  kind(node) {
    const { graph, rules } = this.trace, path = graph.modules[graph.module[node]];
    const what = graph.op[node] < 0 ? "a leaf: an input, a parameter or a constant" : `the result of ${rules[graph.op[node]].name}`;
    return `v${node}, ${what}${path ? `, in ${path}` : ""}`;
  }

  section(title, inside) {
    return [html("h3", {}, title), ...inside];
  }

  chainRule(node) {
    const { trace } = this, root = trace.size - 1, whole = trace.slope(root, node);
    const steps = trace.consumers[node], shown = steps.slice(0, 8).map(step => trace.contribution(step));
    if (!steps.length) return [html("code", {}, `${whole} = 1`)];
    const more = steps.length > 8 ? [`... ${steps.length - 8} more`] : [];
    const sum = terms => [...terms, ...more].join(" + ");
    return [
      html("code", {}, `${whole} = ${sum(shown.map(c => `${trace.slope(root, c.node)} * ${trace.slope(c.node, node)}`))}`),
      html("code", {}, `= ${sum(shown.map(c => `${number(c.upstream)} * ${number(c.partial)}`))}`),
      ...(steps.length > 1 ? [html("code", {}, `= ${sum(shown.map(c => number(c.share)))}`)] : []),
      html("code", {}, `= ${number(trace.adjoint[node])}`),
      ...(steps.length > 1 ? [html("p", { class: "muted" }, `It is used ${steps.length} times; the contributions of all uses are added.`)] : []),
    ];
  }

  check(leaf) {
    const [slope, fits] = this.trace.compare(leaf);
    const verdict = fits ? "\u2713 agrees with the finite difference" : "\u2260 differs from the finite difference (a kink, or not finite)";
    return [html("p", { class: `badge ${fits ? "good" : "bad"}` }, `${verdict} ${number(slope)}`)];
  }

  whatIf(leaf) {
    const { trace } = this, or0 = x => finite(x) ? x : 0, original = or0(trace.given[leaf]), now = or0(trace.data[leaf]);
    const span = Math.max(1, 2 * Math.abs(original));
    const field = html("input", { type: "number", step: "any", value: now, "aria-label": `Value of ${trace.label(leaf)}`, class: "what-if-number" });
    const slider = html("input", { type: "range", min: original - span, max: original + span, step: "any", value: now,
      "aria-label": `What if ${trace.label(leaf)} were`, class: "what-if" });
    slider.value = now;
    const change = value => {
      if (value === "" || !finite(+value)) return;
      if (field !== document.activeElement) field.value = value;
      slider.value = value;
      this.actions.change(leaf, +value);
    };
    slider.addEventListener("input", () => change(slider.value));
    field.addEventListener("input", () => change(field.value));
    return [...this.section("What if it were different?", [
      html("div", { class: "row" }, slider, field),
      html("p", { class: "outcome" }, this.outcome()),
    ]), html("button", { class: "reset", onclick: () => this.actions.reset() }, "Back to the original numbers")];
  }

  outcome() {  // the effect on the output, beside the slider
    const { trace } = this, root = trace.size - 1, now = trace.data[root], before = trace.given[root];
    return trace.changed ? `${trace.name(root)} = ${number(now)}, it was ${number(before)}` : `${trace.name(root)} = ${number(now)}; both passes are computed anew while you drag`;
  }

  refresh(frame) {
    if (this.node === null) return;
    const active = document.activeElement, inside = this.panel.contains(active);
    const row = inside && active.closest(".row");  // a slider in use is kept: a new one would end the drag
    this.open(this.node, frame);
    if (row) this.panel.querySelector(".row").replaceWith(row);
    if (inside) (row ? active : this.panel).focus({ preventScroll: true });
  }
}
