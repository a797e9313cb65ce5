// Labels: the places of the local derivatives on the edges.
function labelPlaces(boxes) {  // returns a function that chooses, of some places, the one where a label covers least of what is already there
  const taken = new Map(), at = x => Math.floor(x / 64), key = (i, j) => 1e6 * i + j;  // for each cell of 64 pixels, what a label in it could cover
  const add = (x, y, w, h) => { for (let i = at(x - w - 24); i <= at(x + w + 24); i++) for (let j = at(y - h - 9); j <= at(y + h + 9); j++) {
    if (!taken.has(key(i, j))) taken.set(key(i, j), []);
    taken.get(key(i, j)).push([x, y, w, h]);
  } };
  for (const [item, b] of boxes) if (!(item instanceof Group && item.open)) add(b.x + b.w / 2, b.y + b.h / 2, b.w / 2, b.h / 2);
  const cover = ([x, y]) => (taken.get(key(at(x), at(y))) ?? [])
    .reduce((sum, [u, v, w, h]) => sum + Math.max(0, w + 24 - Math.abs(x - u)) * Math.max(0, h + 9 - Math.abs(y - v)), 0);
  return places => {
    const [x, y] = places.map(place => [cover(place), place]).reduce((a, b) => b[0] < a[0] ? b : a)[1];
    add(x, y, 24, 9);
    return [x, y];
  };
}
