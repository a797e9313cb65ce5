// Training page: every chart shows the same epoch.
function training(record) {
  const { frames, names } = record, updates = [];
  for (const f of frames) f.weights ??= f.layers.flatMap(l => [...l.weights.flat(), ...l.biases.filter(b => b !== null)]);
  const losses = names.filter(name => name.includes("loss")), others = names.filter(name => !losses.includes(name));
  if (losses.length) updates.push(curves(frames, losses, "Loss"));
  if (others.length) updates.push(curves(frames, others, others.length > 1 ? "Metrics" : others[0]));
  if (record.plane) updates.push(boundary(frames, record.plane));
  if (frames.some(f => f.weights.length)) updates.push(histogram(frames, "weights", "Weights"));
  if (frames.some(f => f.layers.length)) updates.push(network(frames));
  if (frames.some(f => f.gradients.some(Number))) updates.push(histogram(frames, "gradients", "Gradients"));
  const time = new Timeline(frames.length - 1, index => {
    const frame = frames[index];
    for (const update of updates) update(frame, index);
    $("stats").textContent = `${index + 1} / ${frames.length}`;
    $("phase").textContent = `Epoch ${frame.epoch + 1}`;
    $("line").textContent = Object.entries(frame.logs).map(([name, value]) => `${name} ${number(Number(value))}`).join("   ");
    $("slider").setAttribute("aria-valuetext", `${$("phase").textContent}: ${$("line").textContent}`);
  }, { keys: { "?": help } });
  furnish(record.heading, () => time.show(time.frame));
  time.go(frames.length - 1);
  return { time, frames };
}
