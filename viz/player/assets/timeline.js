// Timeline: one number, the frame, moved by buttons, keys, the slider and time.
const EVERY = { pace: () => 220, after: frame => frame + 1, before: frame => frame - 1, near: frame => frame };

class Timeline {
  // `show(frame)` paints; `stops` says where steps end and how long one takes; `animate(frame, milliseconds, done)` may animate the step to a frame, then calls `done`.
  constructor(last, show, { animate = (frame, milliseconds, done) => done(), stop = () => {}, keys = {}, stops = EVERY } = {}) {
    Object.assign(this, { last, show, animate, stop, stops, frame: 0, playing: false });
    $("slider").max = last;
    const actions = { play: () => this.toggle(), step: () => this.step(), back: () => this.jump(stops.before(this.frame)),
      start: () => this.jump(0), end: () => this.jump(last) };
    for (const [id, action] of Object.entries(actions)) on(id, "click", action);
    on("slider", "input", () => this.jump(this.reached(Number($("slider").value))));
    onKeys({ ArrowRight: actions.step, ArrowLeft: actions.back, " ": actions.play, Home: actions.start, End: actions.end, ...keys });
  }

  go(frame) {
    this.frame = Math.max(0, Math.min(this.last, Math.round(frame)));
    this.stop();
    $("line").ariaLive = this.playing || document.activeElement === $("slider") ? "off" : "polite";  // screen readers read no step while playing, and none twice
    $("slider").value = this.frame;
    $("stats").textContent = `${this.frame} / ${this.last}`;
    $("back").disabled = $("start").disabled = this.frame === 0;
    $("step").disabled = $("end").disabled = this.frame === this.last;
    this.show(this.frame);
  }

  reached(frame) {  // the frame to show for a position of the slider: an arrow key moves it by 1, which means one step
    if (Math.abs(frame - this.frame) === 1) return frame > this.frame ? this.stops.after(this.frame) : this.stops.before(this.frame);
    return this.stops.near(frame);
  }

  jump(frame) {
    this.pause();
    this.go(frame);
  }

  step() {
    this.pause();
    if (this.frame === this.last) return;
    this.go(this.stops.after(this.frame));
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
    showPlaying(yes);
  }

  advance() {
    if (!this.playing) return;
    const next = Math.min(this.last, this.stops.after(this.frame)), pace = this.stops.pace(this.frame) / Number($("speed").value);
    const moving = Math.min(pace * 0.55, 1200);  // the rest of the time is for reading
    this.animate(next, moving, () => {
      if (next >= this.last) this.running(false);
      this.go(next);
      if (this.playing) this.timer = setTimeout(() => this.advance(), pace - moving);
    });
  }
}
