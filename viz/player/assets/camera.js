// The camera: what part of the canvas is seen, and how it gets there.
const READABLE = 0.8;  // the smallest scale at which the numbers are read with ease
const MARGIN = 30;
const LEGIBLE = 0.73;  // and at all, as 9 pixels; below, only titles and colours are shown
const GLANCE = 0.42;  // at which titles and colours of a whole network are taken in
const TITLES = 0.2;  // at which titles are read still
const RIM = 100;  // pixels around the picture in which things are drawn already

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

  measure() {  // when it changes: asking in every step would lay out the page twice
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
  }

  place(resting = true) {
    const { x, y, k } = this.camera;
    this.scene.setAttribute("transform", `translate(${x} ${y}) scale(${k})`);
    if (!resting) return;  // what follows styles elements anew
    this.goal = null;
    this.look(this.camera);
    this.scene.classList.toggle("map", k < LEGIBLE);
    this.scene.classList.toggle("far", k < 0.12);  // only shapes and colours
    this.scene.classList.toggle("small", k < 0.95);  // captions would be
    if (k < LEGIBLE) this.scene.style.setProperty("--k", k.toFixed(3));
  }

  look(...cameras) {  // what these see, and all between them, is drawn; the rest is not, as it would cost as much
    const side = (of, best) => best(...cameras.map(of));
    this.seen = { left: side(({ x, k }) => (-RIM - x) / k, Math.min), right: side(({ x, k }) => (this.width + RIM - x) / k, Math.max),
      top: side(({ y, k }) => (-RIM - y) / k, Math.min), bottom: side(({ y, k }) => (this.height + RIM - y) / k, Math.max) };
    for (const drawn of [...this.items.values(), ...this.wires]) this.veil(drawn);
  }

  veil(drawn) {  // a node keeps its place for the Tab key
    const { x, y, w, h } = drawn.box, { left, right, top, bottom } = this.seen;
    const away = x > right || x + w < left || y > bottom || y + h < top;
    if (away === drawn.away) return;
    drawn.away = away;
    for (const part of [drawn.element, drawn.line, drawn.label]) part?.classList.toggle("away", away);
  }

  fit(least = 0) {  // a plan that is too large at the least scale is seen from its leaves on
    cancelAnimationFrame(this.gliding);
    const { width: w, height: h, plan: { width, height } } = this, k = Math.max(least, this.scaleOf(this.plan));
    this.camera = { k, x: Math.max(MARGIN, (w - k * width) / 2), y: (h - MARGIN / 2 - k * height) / 2 };
    this.place();
  }

  scaleOf({ width, height }) {  // at which all of a plan is seen; a canvas that is not shown yet has no size
    const { width: w, height: h } = this;
    return Math.max(0.02, Math.min(1.6, ((w || 1200) - 2 * MARGIN) / width, ((h || 500) - 3 * MARGIN) / height));
  }

  move(x, y) {  // whoever moves the picture ends a glide
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

  around(nodes) {  // the box that holds all of these
    const boxes = [...new Set(nodes.map(node => this.plan.shown[node]))].map(item => this.plan.boxes.get(item));
    return { left: Math.min(...boxes.map(b => b.x)), right: Math.max(...boxes.map(b => b.x + b.w)),
      top: Math.min(...boxes.map(b => b.y)), bottom: Math.max(...boxes.map(b => b.y + b.h)) };
  }

  holds({ left, right, top, bottom }, rim = 0) {
    const { width: w, height: h, camera: { x, y, k } } = this;
    return left * k + x > rim && right * k + x < w - rim && top * k + y > rim && bottom * k + y < h - rim;
  }

  largest({ left, right, top, bottom }) {  // the scale at which that fits
    return Math.min((this.width - 2 * MARGIN) / (right - left), (this.height - 2 * MARGIN) / (bottom - top));
  }

  frameAll(nodes) {  // all of these, as large as they fit
    const box = this.around(nodes), k = Math.max(0.02, Math.min(1.2, this.largest(box)));
    if (!this.holds(box)) this.glide({ k, x: (this.width - k * (box.left + box.right)) / 2, y: (this.height - k * (box.top + box.bottom)) / 2 });
  }

  reveal(nodes, ...fewer) {  // bring nodes into the picture, large enough to read, or else fewer of them
    const box = this.around(nodes), c = this.camera, { width: w, height: h } = this, { left, right, top, bottom } = box;
    const most = this.largest(box), k = Math.min(Math.max(c.k, READABLE), most);
    if (most < GLANCE && fewer.length) return this.reveal(...fewer);
    if (this.holds(box, 8) && Math.min(k, LEGIBLE) <= c.k * 1.001) {
      cancelAnimationFrame(this.gliding);  // a glide from before would lead away
      return this.place();
    }
    const place = (middle, size, view) => size <= view - 2 * MARGIN ? (view - size) / 2  // no empty margins
      : Math.min(MARGIN, Math.max(view - MARGIN - size, view / 2 - middle));
    const target = { k, x: place((left + right) / 2 * k, this.plan.width * k, w), y: place((top + bottom) / 2 * k, this.plan.height * k, h) };
    // what is in the picture at both ends of a glide is in it all the way; all else is a cut
    if (this.holds(this.around(nodes.slice(0, 1)))) return this.glide(target);
    cancelAnimationFrame(this.gliding);
    this.camera = target;
    this.place();
  }
}
