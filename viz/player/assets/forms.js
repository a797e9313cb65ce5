// Forms: what a neuron or a layer computes, in words and as matrices, read from its operations.
class Forms {
  constructor(trace, tree) {
    Object.assign(this, { trace, tree, known: new Map() });
  }

  of(group) {  // the form of a group, null if it is no weighted sum
    if (!this.known.has(group)) this.known.set(group, (group.groups.length ? this.layer(group) : this.neuron(group)) ?? null);
    return this.known.get(group);
  }

  neuron(group) {  // f(b + w[0] * x[0] + ...): one-operand operations on top of products and sums
    const { graph, rules, label } = this.trace, inside = new Set(group.nodes), role = i => graph.op[i] < 0 ? "leaf" : rules[graph.op[i]].role;
    const output = group.nodes.at(-1), names = [], form = { rows: 1, terms: [], biases: [], outputs: [output] };
    if (output === undefined || graph.op[output] < 0) return;
    let sum = output;
    while (inside.has(sum) && graph.operands[sum].length === 1 && graph.op[sum] >= 0) {
      names.push(rules[graph.op[sum]].name);
      sum = graph.operands[sum][0];
    }
    const own = i => inside.has(i) && graph.op[i] < 0, waiting = [sum];
    while (waiting.length) {
      const node = waiting.pop(), operands = graph.operands[node];
      if (own(node)) form.biases.push(node);
      else if (!inside.has(node)) return;
      else if (role(node) === "sum") waiting.push(...[...operands].reverse());
      else if (role(node) === "product" && own(operands[0]) !== own(operands[1])) form.terms.push(own(operands[0]) ? operands : [operands[1], operands[0]]);
      else return;
    }
    if (!form.terms.length || form.biases.length > 1) return;
    return { ...form, names, sums: [sum], inputs: form.terms.map(([, x]) => x), weights: [form.terms.map(([w]) => w)] };
  }

  layer(group) {  // neurons with the same function and inputs; one operation may follow, such as softmax
    const { graph, rules } = this.trace, parts = group.groups.map(part => this.of(part)), [first] = parts;
    const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
    if (!parts.every(part => part && !part.parts && same(part.inputs, first.inputs) && same(part.names, first.names) && part.biases.length === first.biases.length)) return;
    const after = group.nodes.filter(i => graph.op[i] >= 0), names = new Set(after.map(i => rules[graph.op[i]].name));
    if (names.size > 1) return;
    if (parts.length === 1 && !after.length) return first;
    const all = field => parts.flatMap(part => part[field]);
    return { parts, rows: parts.length, inputs: first.inputs, names: [...names, ...first.names], weights: all("weights"), biases: all("biases"),
      sums: all("sums"), outputs: after.length ? after : all("outputs") };
  }

  formula(form) {  // relu(W x + b)
    const sum = `${form.rows > 1 ? "W x" : "w \u00b7 x"}${form.biases.length ? " + b" : ""}`;
    return form.names.reduceRight((inner, name) => `${name}(${inner})`, sum);
  }

  shapes(form) {
    const size = form.inputs.length, bias = form.biases.length ? `, b ${form.rows}` : "";
    return form.rows > 1 ? `W ${form.rows} \u00d7 ${size}, x ${size}${bias}, h ${form.outputs.length}` : `w ${size}, x ${size}${bias}`;
  }

  // The texts of a step: [its line, its explanation, a function that returns the numbers].
  forward(group, nodes) {
    const { trace } = this, form = this.of(group), name = group.path;
    if (!form) return this.plain(nodes, `${name}: `);
    const values = form.outputs.map(i => trace.data[i]), formula = this.formula(form);
    const dead = form.outputs.filter(i => trace.mark(i) === "dead").length;
    if (form.terms) {  // a single neuron
      const { terms, biases: [bias] } = form, sum = trace.data[form.sums[0]];
      const shown = terms.slice(0, 4).map(([w, x]) => `${number(trace.data[w])} * ${number(trace.data[x])}`);
      if (terms.length > 4) shown.push(`... ${terms.length - 4} more`);
      if (bias !== undefined) shown.push(number(trace.data[bias]));
      const line = [`${name} = ${formula}`, shown.join(" + "), ...(form.names.length ? [`${form.names.reduceRight((inner, f) => `${f}(${inner})`, number(sum))}`] : []), number(values[0])];
      return [line.join(" = "), `The weighted sum of ${terms.length} input${terms.length > 1 ? "s" : ""}${bias === undefined ? "" : " and the bias"}${form.names.length ? `, then ${form.names.join(", ")}` : ""}. ${this.shapes(form)}.${dead ? " It is dead: no gradient will pass." : ""}`, () => this.numbers(form, "data")];
    }
    return [`h = ${formula}   ${this.shapes(form)}`, `${name}: each of ${form.rows} neurons weighs ${form.inputs.length} inputs${form.biases.length ? ", adds its bias" : ""}${form.names.length ? ` and takes ${form.names.join(", ")}` : ""}. Its outputs: mean ${short(mean(values))}, largest ${short(largest(values))}${dead ? `, ${dead} dead` : ""}.`, () => this.numbers(form, "data")];
  }

  backward(group, nodes) {
    const { trace } = this, form = this.of(group), name = group.path, L = `d${trace.name(trace.size - 1)}`;
    if (!form) return this.plain(nodes, `${name}: `);
    const one = form.rows === 1, f = form.names.length, z = f ? "z" : "h";
    const local = f ? `${L}/dz = ${L}/dh ${one ? "*" : "\u2218"} ${form.names.join("\u2218")}'(z),  ` : "";
    const line = one ? `${local}${L}/dw = ${L}/d${z} * x,  ${L}/dx += ${L}/d${z} * w` : `${local}${L}/dW = ${L}/d${z} x\u1d40,  ${L}/dx = W\u1d40 ${L}/d${z}`;
    const sums = form.sums.map(i => trace.adjoint[i]), most = largest(sums.map(Math.abs)), zero = sums.filter(x => x === 0).length;
    return [line, `${name} takes the gradient at its output${one ? "" : "s"} through ${form.names[0] ?? "the sum"}, gives each weight its share, and hands the rest to its ${form.inputs.length} inputs. ${this.shapes(form)}; largest |${L}/d${z}| ${short(most)}${zero ? `; ${one ? "it gets" : `${zero} of ${sums.length} get`} no gradient` : ""}.`, () => this.numbers(form, "adjoint")];
  }

  numbers(form, field) {
    const { trace } = this, gradient = field === "adjoint", d = gradient ? "gradients: " : "", row = nodes => `[${nodes.slice(0, 64).map(i => short(trace[field][i])).join(", ")}${nodes.length > 64 ? ", ..." : ""}]`;
    const rows = form.weights.slice(0, 32).map(row), more = form.weights.length > 32 ? [`... ${form.weights.length - 32} more rows`] : [];
    return [`${d}x = ${row(form.inputs)}`, `${form.rows > 1 ? "W" : "w"} = ${[...rows, ...more].join("\n    ")}`, ...(form.biases.length ? [`b = ${row(form.biases)}`] : []), ...(form.names.length ? [`z = ${row(form.sums)}`] : []), `h = ${row(form.outputs)}`].join("\n");
  }

  plain(nodes, start = "") {  // operations without such a form: no line, and how many there are of each
    const { graph, rules } = this.trace, counts = new Map();
    for (const node of nodes) counts.set(rules[graph.op[node]].name, (counts.get(rules[graph.op[node]].name) ?? 0) + 1);
    const made = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 5).map(([name, count]) => `${count} ${name}`);
    return ["", `${start}${nodes.length} operation${nodes.length > 1 ? "s" : ""}: ${made.join(", ")}${counts.size > 5 ? ", ..." : ""}.`, ""];
  }
}
