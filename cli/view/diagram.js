// The space-time diagram: one frame of it, from the grounds up to names.

class Diagram {
  constructor(app) {
    this.app = app;
    this.pen = new Pen(document.getElementById('picture'));
    this.arrows = new Arrows(app.run);
    this.frames = [];
  }

  resize(density) {
    this.pen.fit(density);
    this.timeline = null;
    const longest = this.app.run.lines.map((line) => this.pen.widthOf(line.name, 13, 600));
    GUTTER.across = Math.round(Math.min(210, Math.max(130, 40 + longest.reduce((a, b) => Math.max(a, b), 0))));
  }

  layOut() {
    this.timeline = new Timeline(this.app.run, this.app.view, this.pen.width, this.pen.height);
    return this.timeline;
  }

  draw() {
    const began = performance.now();
    const { run, view } = this.app;
    const { palette, dark } = this.app.look();
    const timeline = this.layOut();
    const pen = this.pen;
    pen.begin(view.vertical);
    const c = pen.context;
    c.fillStyle = palette.ground;
    c.fillRect(0, 0, timeline.end + 10, timeline.depth);
    pen.clip(timeline.start, 0, timeline.end - timeline.start, timeline.depth);
    drawGrid(pen, timeline, palette);
    drawViews(pen, run, timeline, palette, dark);
    drawBands(pen, run, timeline, palette);
    this.drawLines(timeline, palette);
    this.arrows.draw(pen, timeline, palette, dark);
    drawDots(pen, run, timeline, palette);
    drawViewNames(pen, run, timeline, palette, dark);
    drawBandNames(pen, run, timeline, palette);
    c.restore();
    this.drawScale(timeline, palette);
    this.drawGutter(timeline, palette, dark);
    this.frames.push(performance.now() - began);
    if (this.frames.length > 120) this.frames.shift();
  }

  drawLines(timeline, palette) {
    const c = this.pen.context;
    c.strokeStyle = palette.line;
    c.lineWidth = 1;
    for (const { index, kind } of timeline.shown) {
      c.globalAlpha = kind === 'server' ? 1 : 0.6;
      this.pen.segment(timeline.start, timeline.across[index], timeline.end, timeline.across[index]);
    }
    c.globalAlpha = 1;
  }

  /** Over everything: lines that are scrolled away must not show through. */
  drawScale(timeline, palette) {
    const { pen } = this;
    const c = pen.context;
    c.fillStyle = palette.gutter;
    c.fillRect(0, 0, timeline.end, timeline.top);
    drawTicks(pen, timeline, palette);
  }

  drawGutter(timeline, palette, dark) {
    const { run } = this.app;
    const { pen } = this;
    const c = pen.context;
    c.fillStyle = palette.gutter;
    c.fillRect(0, 0, timeline.start, timeline.depth);
    c.strokeStyle = palette.grid;
    c.lineWidth = 1;
    pen.segment(timeline.start - 0.5, 0, timeline.start - 0.5, timeline.depth);
    pen.clip(0, pen.vertical ? 0 : AXIS, timeline.start, timeline.depth);
    for (const line of timeline.shown) this.drawName(line, timeline, palette, dark);
    c.restore();
    if (pen.vertical) {
      c.fillStyle = palette.gutter;
      c.fillRect(0, 0, timeline.start, 64);
    }
    const base = tickBase(timeline);
    if (base.text) pen.label(base.text, pen.vertical ? timeline.start - 8 : 12, pen.vertical ? 8 : AXIS / 2, palette.soft, { size: 11, weight: 600 });
  }

  drawName(line, timeline, palette, dark) {
    const { pen } = this;
    const { run } = this.app;
    const y = timeline.across[line.index];
    const server = line.kind === 'server';
    const options = { size: server ? 13 : 11.5, weight: server ? 600 : 400 };
    const leads = run.roles.some((role) => role.line === line.index && role.role === 'leader' && role.from <= this.app.view.now && role.to > this.app.view.now);
    const room = pen.vertical ? timeline.half[line.index] * 2 - 8 : timeline.start - 34;
    const name = shorten(pen, pen.widthOf(line.name, options.size, options.weight) > room ? line.name.replace(/^\w+ /, '') : line.name, room, options);
    if (pen.vertical) {
      pen.label(name, timeline.start - 14, y, palette.ink, { ...options, align: 'center' });
      if (leads) upright(pen, (c) => crown(c, y, timeline.start - 34, 14, palette.gold));
      return;
    }
    const folded = this.arrows.choice.foldedOfLine[line.index];
    const second = server && folded > 0 && timeline.half[line.index] > 16;
    pen.label(name, 28, y - (second ? 7 : 0), server ? palette.ink : palette.soft, options);
    if (second) pen.label(`${folded.toLocaleString('en')} heartbeat${folded === 1 ? '' : 's'}`, 28, y + 9, palette.soft, { size: 10.5 });
    if (leads) crown(pen.context, 15, y - (second ? 7 : 0), 14, palette.gold);
    else {
      pen.context.fillStyle = server ? leaderColour(run, line.id, dark, true) : palette.faint;
      pen.context.beginPath();
      pen.context.arc(15, y - (second ? 7 : 0), server ? 4.5 : 2.5, 0, 7);
      pen.context.fill();
    }
  }
}

function shorten(pen, text, room, { size, weight }) {
  if (pen.widthOf(text, size, weight) <= room) return text;
  let end = text.length;
  while (end > 3 && pen.widthOf(`${text.slice(0, end)}…`, size, weight) > room) end--;
  return `${text.slice(0, end)}…`;
}

/** Times are told from a whole second or millisecond before, once they would be long. */
function tickBase(timeline) {
  const { from, to } = timeline.view;
  const step = tickStep(to - from, (timeline.end - timeline.start) / (timeline.vertical ? 60 : 110));
  const unit = step >= 20_000 ? 0 : step >= 100 ? 1e6 : 1e3;
  const base = unit ? Math.floor(Math.max(0, from) / unit) * unit : 0;
  return { step, base, text: base > 0 ? `${timeText(base, unit)} +` : '' };
}

function eachTick(timeline, use) {
  const { step, base } = tickBase(timeline);
  const { from, to } = timeline.view;
  for (let at = Math.ceil(Math.max(0, from) / step) * step; at <= to; at += step) use(at, timeline.along(at), step, base);
}

function drawGrid(pen, timeline, palette) {
  pen.context.strokeStyle = palette.grid;
  pen.context.lineWidth = 1;
  eachTick(timeline, (at, x) => pen.segment(Math.round(x) + 0.5, timeline.top, Math.round(x) + 0.5, timeline.depth));
}

function drawTicks(pen, timeline, palette) {
  eachTick(timeline, (at, x, step, base) => {
    const text = timeText(at - base, step);
    if (x < timeline.start + 4) return;
    if (pen.vertical) pen.label(text, x, 56, palette.soft, { size: 11, align: 'right' });
    else if (x < timeline.end - 30) pen.label(text, Math.max(timeline.start + 4, x - pen.widthOf(text, 11) / 2), AXIS / 2, palette.soft, { size: 11 });
  });
}

/** Events as dots, large where the state changed. No two on one pixel; squares, which are drawn faster, while they are many. */
function drawDots(pen, run, timeline, palette) {
  const c = pen.context;
  const from = timeline.at(timeline.start - 4), to = timeline.at(timeline.end + 4);
  const spans = timeline.shown.map(({ index }) => {
    const { at } = run.dots[index];
    return { index, first: lowerBound(at.length, (i) => at[i], from), last: lowerBound(at.length, (i) => at[i], to) };
  });
  const round = spans.reduce((sum, { first, last }) => sum + last - first, 0) < 1200;
  const apart = 2.5 / timeline.scale;
  c.fillStyle = palette.dot;
  for (const { index, first, last } of spans) {
    const { at, changed } = run.dots[index];
    const y = timeline.across[index];
    for (let i = first, next = -Infinity; i < last; i++) {
      if (at[i] < next) continue;
      next = at[i] + apart;
      dot(c, timeline.along(at[i]), y, round ? (changed[i] ? 3.4 : 2) : (changed[i] ? 1.6 : 1.1), round);
    }
  }
}

function dot(c, x, y, r, round) {
  if (!round) return c.fillRect(x - r, y - r, 2 * r, 2 * r);
  c.beginPath();
  c.arc(x, y, r, 0, 7);
  c.fill();
}
