// Labels: where the local derivatives stand on the edges.
function labelPlaces(boxes) {  // a function that chooses, of some places, where a label covers least of what is there before it
  const taken = new Map(), cell = (x, y) => `${Math.round(x / 64)} ${Math.round(y / 64)}`;
  const add = (x, y, w, h) => { for (let i = x - w; i <= x + w + 63; i += 64) for (let j = y - h; j <= y + h + 63; j += 64) {
    const key = cell(i, j);
    if (!taken.has(key)) taken.set(key, []);
    taken.get(key).push([x, y, w, h]);
  } };
  for (const [item, b] of boxes) if (!(item instanceof Group && item.open)) add(b.x + b.w / 2, b.y + b.h / 2, b.w / 2, b.h / 2);
  const cover = ([x, y]) => [[-64, -64], [0, -64], [64, -64], [-64, 0], [0, 0], [64, 0], [-64, 64], [0, 64], [64, 64]]
    .flatMap(([i, j]) => taken.get(cell(x + i, y + j)) ?? [])
    .reduce((sum, [u, v, w, h]) => sum + Math.max(0, w + 24 - Math.abs(x - u)) * Math.max(0, h + 9 - Math.abs(y - v)), 0);
  return places => {
    const [x, y] = places.map(place => [cover(place), place]).reduce((a, b) => b[0] < a[0] ? b : a)[1];
    add(x, y, 24, 9);
    return [x, y];
  };
}
