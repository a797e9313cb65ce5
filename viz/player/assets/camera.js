// Camera: which part of the picture the canvas shows, and how it moves there.
const READABLE = 0.8;  // smallest scale at which numbers are easy to read
const MARGIN = 30;
const LEGIBLE = 0.73;  // smallest scale at which numbers are shown, 9 pixels high; below, only titles and colours are
const GLANCE = 0.42;  // smallest scale for the titles and colours of a whole network
const TITLES = 0.2;  // smallest scale at which titles can be read
const RIM = 100;  // pixels around the canvas in which elements are already drawn

class Camera {
  constructor(canvas) {
    this.canvas = canvas;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.scene = svg("g");
    this.camera = { x: 0, y: 0, k: 1 };
    this.seen = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
    canvas.append(this.scene);
    this.measure();
  }

  measure() {  // called when the size changes: reading it in every step would lay out the page twice
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
  }

  place(resting = true) {
    const { x, y, k } = this.camera;
    this.scene.setAttribute("transform", `translate(${x} ${y}) scale(${k})`);
    if (!resting) return;  // what follows restyles elements, too slow for each picture of a glide
    this.goal = null;
    this.look(this.camera);
    this.scene.classList.toggle("map", k < LEGIBLE);
    this.scene.classList.toggle("far", k < 0.12);  // only shapes and colours
    this.scene.classList.toggle("small", k < 0.95);  // captions would be too small
    if (k < LEGIBLE) this.scene.style.setProperty("--k", k.toFixed(3));
  }

  look(...cameras) {  // draw what is in view of these cameras or between them; hide all else, which would cost as much
    const side = (of, best) => best(...cameras.map(of));
    this.seen = { left: side(({ x, k }) => (-RIM - x) / k, Math.min), right: side(({ x, k }) => (this.width + RIM - x) / k, Math.max),
      top: side(({ y, k }) => (-RIM - y) / k, Math.min), bottom: side(({ y, k }) => (this.height + RIM - y) / k, Math.max) };
    for (const drawn of [...this.items.values(), ...this.wires]) this.veil(drawn);
  }

  veil(drawn) {  // hide or show an element; the Tab key still reaches a hidden node
    const { x, y, w, h } = drawn.box, { left, right, top, bottom } = this.seen;
    const away = x > right || x + w < left || y > bottom || y + h < top;
    if (away === drawn.away) return;
    drawn.away = away;
    for (const part of [drawn.element, drawn.line, drawn.label]) part?.classList.toggle("away", away);
  }

  fit(least = 0) {  // a plan that does not fit at the least scale is shown from its leaves on
    cancelAnimationFrame(this.gliding);
    const { width: w, height: h, plan: { width, height } } = this, k = Math.max(least, this.scaleOf(this.plan));
    this.camera = { k, x: Math.max(MARGIN, (w - k * width) / 2), y: (h - MARGIN / 2 - k * height) / 2 };
    this.place();
  }

  scaleOf({ width, height }) {  // the scale at which a whole plan fits; a canvas that is not shown yet has no size
    const { width: w, height: h } = this;
    return Math.max(0.02, Math.min(1.6, ((w || 1200) - 2 * MARGIN) / width, ((h || 500) - 3 * MARGIN) / height));
  }

  move(x, y) {  // moving the picture by hand ends a glide
    cancelAnimationFrame(this.gliding);
    this.camera = { ...this.camera, x: this.camera.x + x, y: this.camera.y + y };
    this.place();
  }

  zoom(factor, x = this.width / 2, y = this.height / 2) {
    cancelAnimationFrame(this.gliding);
    const c = this.camera, k = Math.min(4, Math.max(0.02, c.k * factor));
    this.camera = { k, x: x - (x - c.x) * k / c.k, y: y - (y - c.y) * k / c.k };
    this.place();
  }

  glide(target) {
    cancelAnimationFrame(this.gliding);
    const from = this.camera, start = performance.now();
    this.goal = target;
    if (this.still.matches) { this.camera = target; return this.place(); }
    this.look(from, target);
    const move = now => {
      const t = Math.max(0, Math.min(1, (now - start) / 260)), s = t * (2 - t);
      this.camera = { x: from.x + s * (target.x - from.x), y: from.y + s * (target.y - from.y), k: from.k + s * (target.k - from.k) };
      this.place(t === 1);
      if (t < 1) this.gliding = requestAnimationFrame(move);
    };
    move(start);
  }

  around(nodes) {  // the bounding box of nodes
    const boxes = [...new Set(nodes.map(node => this.plan.shown[node]))].map(item => this.plan.boxes.get(item));
    return { left: Math.min(...boxes.map(b => b.x)), right: Math.max(...boxes.map(b => b.x + b.w)),
      top: Math.min(...boxes.map(b => b.y)), bottom: Math.max(...boxes.map(b => b.y + b.h)) };
  }

  holds({ left, right, top, bottom }, rim = 0) {
    const { width: w, height: h, camera: { x, y, k } } = this;
    return left * k + x > rim && right * k + x < w - rim && top * k + y > rim && bottom * k + y < h - rim;
  }

  largest({ left, right, top, bottom }) {  // the largest scale at which a box fits
    return Math.min((this.width - 2 * MARGIN) / (right - left), (this.height - 2 * MARGIN) / (bottom - top));
  }

  frameAll(nodes) {  // bring all of these nodes into view, as large as they fit
    const box = this.around(nodes), k = Math.max(0.02, Math.min(1.2, this.largest(box)));
    if (!this.holds(box)) this.glide({ k, x: (this.width - k * (box.left + box.right)) / 2, y: (this.height - k * (box.top + box.bottom)) / 2 });
  }

  reveal(nodes, ...fewer) {  // bring nodes into view, large enough to read; where they do not fit, fewer of them
    const box = this.around(nodes), c = this.camera, { width: w, height: h } = this, { left, right, top, bottom } = box;
    const most = this.largest(box), k = Math.min(Math.max(c.k, READABLE), most);
    if (most < GLANCE && fewer.length) return this.reveal(...fewer);
    if (this.holds(box, 8) && Math.min(k, LEGIBLE) <= c.k * 1.001) {
      cancelAnimationFrame(this.gliding);  // an earlier glide would lead away
      return this.place();
    }
    const place = (middle, size, view) => size <= view - 2 * MARGIN ? (view - size) / 2  // without empty margins
      : Math.min(MARGIN, Math.max(view - MARGIN - size, view / 2 - middle));
    const target = { k, x: place((left + right) / 2 * k, this.plan.width * k, w), y: place((top + bottom) / 2 * k, this.plan.height * k, h) };
    // glide if the first node is in view: it then stays in view all the way; else cut
    if (this.holds(this.around(nodes.slice(0, 1)))) return this.glide(target);
    cancelAnimationFrame(this.gliding);
    this.camera = target;
    this.place();
  }
}
