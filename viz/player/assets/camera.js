// The camera: what part of the canvas is seen, and how it gets there.
const READABLE = 0.62;  // the smallest scale at which the numbers can be read

class Camera {
  constructor(canvas) {
    this.canvas = canvas;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.scene = svg("g");
    this.camera = { x: 0, y: 0, k: 1 };
    canvas.append(this.scene);
  }

  place() {
    const { x, y, k } = this.camera;
    this.scene.classList.toggle("far", k < 0.2);  // too small to read: only shapes and colours
    this.scene.setAttribute("transform", `translate(${x} ${y}) scale(${k})`);
  }

  fit() {
    cancelAnimationFrame(this.gliding);
    const { clientWidth: w, clientHeight: h } = this.canvas, { width, height } = this.plan, margin = 30;
    const k = Math.max(0.02, Math.min(1.6, (w - 2 * margin) / width, (h - 3 * margin) / height));
    this.camera = { k, x: (w - k * width) / 2, y: (h - margin / 2 - k * height) / 2 };
    this.place();
  }

  zoom(factor, x = this.canvas.clientWidth / 2, y = this.canvas.clientHeight / 2) {
    const c = this.camera, k = Math.min(4, Math.max(0.02, c.k * factor));
    this.camera = { k, x: x - (x - c.x) * k / c.k, y: y - (y - c.y) * k / c.k };
    this.place();
  }

  glide(target) {
    cancelAnimationFrame(this.gliding);
    const from = this.camera, start = performance.now();
    if (this.still.matches) { this.camera = target; return this.place(); }
    const move = now => {
      const t = Math.min(1, (now - start) / 260), s = t * (2 - t);
      this.camera = { x: from.x + s * (target.x - from.x), y: from.y + s * (target.y - from.y), k: from.k + s * (target.k - from.k) };
      this.place();
      if (t < 1) this.gliding = requestAnimationFrame(move);
    };
    move(start);
  }

  reveal(...nodes) {  // bring nodes into the picture, large enough to read
    const boxes = nodes.map(node => this.plan.boxes.get(this.plan.shown[node])), c = this.camera;
    const left = Math.min(...boxes.map(b => b.x)), right = Math.max(...boxes.map(b => b.x + b.w));
    const top = Math.min(...boxes.map(b => b.y)), bottom = Math.max(...boxes.map(b => b.y + b.h));
    const w = this.canvas.clientWidth, h = this.canvas.clientHeight, margin = 40;
    const k = Math.max(Math.min(c.k, (w - 2 * margin) / (right - left), (h - 2 * margin) / (bottom - top)),
      Math.min(READABLE, (w - 2 * margin) / (right - left), (h - 2 * margin) / (bottom - top)));
    const inside = left * c.k + c.x > 8 && right * c.k + c.x < w - 8 && top * c.k + c.y > 8 && bottom * c.k + c.y < h - 8;
    if (inside && k <= c.k * 1.001) return;
    this.glide({ k, x: w / 2 - (left + right) / 2 * k, y: h / 2 - (top + bottom) / 2 * k });
  }
}
