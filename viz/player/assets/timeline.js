// The timeline: one number, the frame, moved by buttons, keys, the slider and time.
class Timeline {
  // `show(frame)` paints; `pace` is the time of a frame in milliseconds; `animate(frame, milliseconds, done)` leads over to a frame, if it likes.
  constructor(last, show, { animate = (frame, milliseconds, done) => done(), stop = () => {}, keys = {}, pace = 1100 } = {}) {
    Object.assign(this, { last, show, animate, stop, keys, pace, frame: 0, playing: false });
    $("slider").max = last;
    const buttons = { play: () => this.toggle(), step: () => this.step(), back: () => this.jump(this.frame - 1),
      start: () => this.jump(0), end: () => this.jump(last) };
    for (const [id, action] of Object.entries(buttons)) $(id).addEventListener("click", action);
    $("slider").addEventListener("input", () => this.jump(Number($("slider").value)));
    document.addEventListener("keydown", event => this.key(event));
  }

  go(frame) {
    this.frame = Math.max(0, Math.min(this.last, Math.round(frame)));
    this.stop();
    $("line").ariaLive = this.playing || document.activeElement === $("slider") ? "off" : "polite";  // not every step of a run, and none twice
    $("slider").value = this.frame;
    $("stats").textContent = `${this.frame} / ${this.last}`;
    $("back").disabled = $("start").disabled = this.frame === 0;
    $("step").disabled = $("end").disabled = this.frame === this.last;
    this.show(this.frame);
  }

  jump(frame) {
    this.pause();
    this.go(frame);
  }

  step() {
    this.pause();
    if (this.frame === this.last) return;
    this.go(this.frame + 1);
    this.animate(this.frame, 260, () => {});
  }

  toggle() { if (this.playing) this.pause(); else this.play(); }

  play() {
    if (this.frame === this.last) this.go(0);
    this.running(true);
    this.advance();
  }

  pause() {
    clearTimeout(this.timer);
    this.stop();
    this.running(false);
  }

  running(yes) {
    this.playing = yes;
    $("play").setAttribute("aria-label", yes ? "Pause" : "Play");
    document.body.classList.toggle("playing", yes);
  }

  advance() {
    if (!this.playing) return;
    const next = this.frame + 1, pace = this.pace / Number($("speed").value);
    this.animate(next, pace * 0.55, () => {
      if (next >= this.last) this.running(false);
      this.go(next);
      if (this.playing) this.timer = setTimeout(() => this.advance(), pace * 0.45);
    });
  }

  key(event) {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (target.matches("input:not(#slider), select") && key !== "Escape") return;
    if (key === " " && target.matches("button")) return;
    const action = { ArrowRight: () => this.step(), ArrowLeft: () => this.jump(this.frame - 1), " ": () => this.toggle(),
      Home: () => this.jump(0), End: () => this.jump(this.last), ...this.keys }[key];
    if (action && action(target) !== false) event.preventDefault();
  }
}
