// The whole run on one strip: how much went on when, elections, faults, and which part the diagram shows.

class OverviewMap {
  constructor(app) {
    this.app = app;
    this.pen = new Pen(document.getElementById('map'));
    this.ground = document.createElement('canvas');
    new Drag(this.pen.canvas, {
      down: (x) => this.grab(x),
      move: (x) => this.drag(x),
    });
  }

  scale() {
    const [from, to] = wholeRange(this.app.run);
    const start = GUTTER.across;
    return { from, to, start, along: (at) => start + (at - from) / (to - from) * (this.pen.width - start),
      at: (x) => from + (x - start) / (this.pen.width - start) * (to - from) };
  }

  grab(x) {
    const { view } = this.app;
    const scale = this.scale();
    const left = scale.along(view.from), right = scale.along(view.to);
    this.grip = Math.abs(x - left) < 6 && right - left > 16 ? 'left' : Math.abs(x - right) < 6 && right - left > 16 ? 'right' : 'whole';
    this.offset = x > left && x < right ? scale.at(x) - (view.from + view.to) / 2 : 0;
    if (this.grip === 'whole') this.drag(x);
  }

  drag(x) {
    const { view } = this.app;
    const at = this.scale().at(x);
    const half = (view.to - view.from) / 2;
    if (this.grip === 'left') this.app.setRange(Math.min(at, view.to - SPAN_LEAST_US), view.to);
    else if (this.grip === 'right') this.app.setRange(view.from, Math.max(at, view.from + SPAN_LEAST_US));
    else this.app.setRange(at - this.offset - half, at - this.offset + half);
  }

  /** What does not change with the range is drawn once, until filters, size or colours change. */
  drawGround() {
    const { run } = this.app;
    const { palette, dark } = this.app.look();
    const { width, height, density } = this.pen;
    Object.assign(this.ground, { width: width * density, height: height * density });
    const c = this.ground.getContext('2d');
    c.setTransform(density, 0, 0, density, 0, 0);
    c.fillStyle = palette.gutter;
    c.fillRect(0, 0, width, height);
    const scale = this.scale();
    this.drawDensity(c, scale, dark);
    for (const band of run.bands) {
      c.fillStyle = LOUD[band.kind] ? palette.alarm : palette.soft;
      c.globalAlpha = 0.8;
      c.fillRect(scale.along(band.from), height - 4, Math.max(2, scale.along(band.to) - scale.along(band.from)), 3);
    }
    c.globalAlpha = 1;
    for (const role of run.roles) {
      if (role.role === 'leader') crown(c, scale.along(role.from), 7, 9, palette.gold);
    }
    c.fillStyle = palette.soft;
    c.font = `11px ${FONT}`;
    c.textBaseline = 'middle';
    c.fillText('whole run', 12, height / 2);
  }

  drawDensity(c, scale, dark) {
    const { run } = this.app;
    const m = run.messages;
    const bar = 3;
    const width = Math.max(1, Math.ceil((this.pen.width - scale.start) / bar));
    const counts = FAMILIES.map(() => new Int32Array(width));
    const sums = new Int32Array(width);
    for (let i = 0; i < m.count; i++) {
      if (run.shown[i] === HIDDEN) continue;
      const bucket = Math.min(width - 1, Math.max(0, ((scale.along(m.start[i]) - scale.start) / bar) | 0));
      counts[run.familyOf[m.kind[i]]][bucket]++;
      sums[bucket]++;
    }
    const most = Math.sqrt(sums.reduce((a, b) => Math.max(a, b), 1));
    const room = this.pen.height - 17;
    const raised = new Float32Array(width);
    for (const family of [HEARTBEATS, ...FAMILIES.keys()]) {
      if (family === HEARTBEATS && raised.some((r) => r > 0)) continue;
      c.fillStyle = dark ? FAMILIES[family].dark : FAMILIES[family].light;
      c.globalAlpha = family === HEARTBEATS ? 0.35 : 0.75;
      for (let b = 0; b < width; b++) {
        if (!counts[family][b]) continue;
        const part = room * Math.sqrt(sums[b]) / most * counts[family][b] / sums[b];
        c.fillRect(scale.start + b * bar, this.pen.height - 5 - raised[b] - part, bar - 0.6, part);
        raised[b] += part;
      }
    }
    c.globalAlpha = 1;
  }

  draw() {
    const { pen } = this;
    const { view } = this.app;
    const { palette } = this.app.look();
    const key = [pen.width, pen.height, pen.density, palette.ground, this.app.filtersTold].join();
    if (key !== this.groundKey) {
      this.groundKey = key;
      this.drawGround();
    }
    pen.begin(false);
    const c = pen.context;
    c.drawImage(this.ground, 0, 0, pen.width, pen.height);
    const scale = this.scale();
    const left = Math.max(scale.start, scale.along(view.from)), right = scale.along(view.to);
    c.fillStyle = palette.halo;
    c.globalAlpha = 0.6;
    c.fillRect(scale.start, 0, left - scale.start, pen.height);
    c.fillRect(right, 0, pen.width - right, pen.height);
    c.globalAlpha = 1;
    c.strokeStyle = palette.accent;
    c.lineWidth = 1.5;
    c.strokeRect(left + 0.75, 0.75, Math.max(2, right - left - 1.5), pen.height - 1.5);
    if (view.mode === 'ring' || view.selected) pen.segment(scale.along(view.now), 0, scale.along(view.now), pen.height);
  }
}
