// Heat: the outputs and weights of a closed group as small pictures.
function drawHeat(element, group, forms, box) {
  const form = group.inputs ? null : forms.of(group), nodes = [...group.outlets].sort((a, b) => a - b);
  const pictures = [], add = (nodes, columns, x, width, height) => {
    if (nodes.length < 2) return;
    const rows = Math.ceil(nodes.length / columns), k = Math.min(width / columns, height / rows, 18), w = columns * k, h = rows * k;
    const image = svg("image", { class: "heat", x: x + (width - w) / 2, y: 28 + (height - h) / 2, width: w, height: h, preserveAspectRatio: "none" });
    element.append(svg("rect", { class: "heat-frame", x: x + (width - w) / 2 - 1, y: 27 + (height - h) / 2, width: w + 2, height: h + 2 }), image);
    pictures.push({ image, nodes, rows, columns });
  };
  const room = box.h - 28 - 26, whole = box.w - 20;
  const weights = form?.weights.flat() ?? [], width = weights.length > 1 ? whole * 0.42 : whole;
  const columns = group.picture?.[1] ?? Math.min(nodes.length, Math.max(8, Math.ceil(Math.sqrt(nodes.length * width / room))));
  add(nodes, columns, 10, width, room);
  if (weights.length > 1) add(weights, form.inputs.length, 10 + whole * 0.46, whole * 0.54, room);
  const stat = svg("text", { class: "stat", x: box.w / 2, y: box.h - 9 });
  element.append(stat);
  return { pictures, stat, nodes };
}

function paintHeat({ pictures, stat, nodes }, trace, frame, colour) {
  const gradient = frame > trace.turn && colour !== "data", coloured = colour !== "none";
  const values = of => of.map(i => gradient ? trace.gradient(i, frame) : trace.knows(i, frame) ? trace.data[i] : undefined);
  for (const picture of pictures) {
    const { image, nodes, rows, columns, drawn } = picture, now = values(nodes);
    if (drawn?.coloured === coloured && drawn.now.every((x, i) => Object.is(x, now[i]))) continue;  // the slowest part of a step
    image.setAttribute("href", heatMap(now, rows, columns, coloured));
    picture.drawn = { now, coloured };
  }
  const known = values(nodes).filter(x => x !== undefined), dead = nodes.filter(i => trace.mark(i) === "dead").length;
  write(stat, known.length ? `${gradient ? "grad: " : ""}mean ${short(+mean(known).toPrecision(2))}, max ${short(+largest(known).toPrecision(2))}${dead && !gradient ? `, ${dead} dead` : ""}` : `${nodes.length} numbers`);
}

const tint = html("canvas"), BLUE = [63, 143, 210], ORANGE = [232, 118, 44], RED = [208, 52, 44];
function heatMap(values, rows, columns, coloured) {  // blue below 0, orange above, transparent at 0; visible on light and on dark
  tint.width = columns;
  tint.height = rows;
  const brush = tint.getContext("2d"), pixels = brush.createImageData(columns, rows), top = largestSize(values) || 1;
  values.forEach((x, i) => {
    if (x === undefined || !coloured) return;
    pixels.data.set(!finite(x) ? RED : x < 0 ? BLUE : ORANGE, 4 * i);
    pixels.data[4 * i + 3] = finite(x) ? 255 * Math.sqrt(Math.abs(x) / top) : 255;
  });
  brush.putImageData(pixels, 0, 0);
  return tint.toDataURL();
}
