// Messages as arrows: where each begins and ends, and how its kind looks.

/** Ends of a message on the picture, cut to what is visible; false when nothing is. */
function arrowEnds(run, timeline, i, ends) {
  const m = run.messages;
  const from = m.from[i], to = m.to[i];
  let x1 = timeline.along(m.start[i]), x2 = timeline.along(m.end[i]);
  let y1 = from < 0 ? timeline.across[to] - timeline.half[to] * 0.8 : timeline.across[from];
  let y2 = to < 0 ? timeline.across[from] - timeline.half[from] * 0.8 : timeline.across[to];
  if (from === to) y2 = y1 - Math.min(12, timeline.half[from] * 0.5);
  if (m.lost[i] && to >= 0) y2 = y1 + (y2 - y1) * 0.6;
  ends.whole = x2 <= timeline.end + 8;
  ends.fullX = x2; ends.fullY = y2;
  const low = timeline.start - 40, high = timeline.end + 40;
  if (x1 < low && x2 > low) { y1 += (y2 - y1) * (low - x1) / (x2 - x1); x1 = low; }
  if (x2 > high && x1 < high) { y2 = y1 + (y2 - y1) * (high - x1) / (x2 - x1); x2 = high; }
  ends.x1 = x1; ends.y1 = y1; ends.x2 = x2; ends.y2 = y2;
}

class Arrows {
  constructor(run) {
    this.run = run;
    this.choice = new ArrowChoice(run);
    this.ends = new Float32Array(4096);
    this.styles = new Map();
  }

  draw(pen, timeline, palette, dark) {
    const { run, choice } = this;
    choice.choose(timeline);
    drawBars(pen, run, choice, timeline, dark);
    drawFolded(pen, run, choice, timeline, palette);
    if (this.ends.length < choice.count * 4) this.ends = new Float32Array(choice.count * 8);
    const styles = this.group(timeline);
    const crowded = choice.count > 350;
    for (const [key, list] of styles) this.drawStyle(pen, key, list, dark, crowded);
    this.drawLost(pen, palette);
  }

  /** Arrows of one look together: the context changes rarely. */
  group(timeline) {
    const { run, choice } = this;
    const m = run.messages;
    const ends = {};
    this.lostAt = [];
    const styles = new Map();
    for (let a = 0; a < choice.count; a++) {
      const i = choice.drawn[a];
      arrowEnds(run, timeline, i, ends);
      this.ends.set([ends.x1, ends.y1, ends.x2, ends.y2], a * 4);
      if (m.lost[i] && ends.whole) this.lostAt.push(ends.fullX, ends.fullY);
      const key = m.kind[i];
      let list = styles.get(key);
      if (!list) styles.set(key, (list = { index: [], head: [] }));
      list.index.push(a);
      list.head.push(ends.whole && !m.lost[i]);
    }
    return styles;
  }

  drawStyle(pen, kind, list, dark, crowded) {
    const c = pen.context;
    const { run } = this;
    const family = FAMILIES[run.familyOf[kind]];
    const head = HEADS[run.kinds[kind]] ?? 'small';
    const strong = head !== 'small';
    c.strokeStyle = c.fillStyle = dark ? family.dark : family.light;
    c.globalAlpha = crowded && !strong ? 0.55 : family.name === 'heartbeats' ? 0.6 : 0.9;
    c.lineWidth = strong ? 2 : crowded ? 1 : 1.2;
    c.setLineDash(run.answers[kind] && !crowded ? [4, 3] : []);
    this.strokeAll(c, list, crowded);
    c.setLineDash([]);
    if (!crowded || strong) {
      for (let k = 0; k < list.index.length; k++) if (list.head[k]) this.head(c, list.index[k] * 4, head);
    }
    c.globalAlpha = 1;
  }

  /** Short paths are drawn faster than one long one; and a crowd of steep arrows faster still as bars, which look the same. */
  strokeAll(c, list, crowded) {
    const { ends } = this;
    let open = 0;
    c.beginPath();
    for (const a of list.index) {
      const e = a * 4;
      if (crowded && Math.abs(ends[e + 2] - ends[e]) < 1.6) {
        c.fillRect((ends[e] + ends[e + 2] - c.lineWidth) / 2, Math.min(ends[e + 1], ends[e + 3]), c.lineWidth, Math.abs(ends[e + 3] - ends[e + 1]));
        continue;
      }
      c.moveTo(ends[e], ends[e + 1]);
      c.lineTo(ends[e + 2], ends[e + 3]);
      if (++open % 20 === 0) {
        c.stroke();
        c.beginPath();
      }
    }
    c.stroke();
  }

  head(c, e, shape) {
    const x1 = this.ends[e], y1 = this.ends[e + 1], x2 = this.ends[e + 2], y2 = this.ends[e + 3];
    const length = Math.hypot(x2 - x1, y2 - y1);
    if (length < 9) return;
    const ux = (x2 - x1) / length, uy = (y2 - y1) / length;
    const size = shape === 'small' ? 6 : 10, wide = shape === 'small' ? 2.6 : 4.4;
    const bx = x2 - ux * size, by = y2 - uy * size;
    c.beginPath();
    if (shape === 'bar') {
      c.moveTo(x2 - uy * 5, y2 + ux * 5);
      c.lineTo(x2 + uy * 5, y2 - ux * 5);
      c.stroke();
      return;
    }
    c.moveTo(x2, y2);
    c.lineTo(bx - uy * wide, by + ux * wide);
    if (shape === 'diamond') c.lineTo(x2 - ux * size * 2, y2 - uy * size * 2);
    c.lineTo(bx + uy * wide, by - ux * wide);
    c.closePath();
    c.fill();
  }

  drawLost(pen, palette) {
    const c = pen.context;
    c.strokeStyle = palette.alarm;
    c.lineWidth = 1.8;
    const r = this.lostAt.length > 400 ? 2.5 : 4;
    for (let i = 0; i < this.lostAt.length; i += 2) {
      const x = this.lostAt[i], y = this.lostAt[i + 1];
      c.beginPath();
      c.moveTo(x - r, y - r); c.lineTo(x + r, y + r);
      c.moveTo(x - r, y + r); c.lineTo(x + r, y - r);
      c.stroke();
    }
  }

  /** The message whose arrow passes nearest to a point; -1 when none does. */
  near(along, across, within = 6) {
    let best = -1;
    let least = within;
    for (let a = 0; a < this.choice.count; a++) {
      const e = a * 4;
      const distance = distanceToSegment(along, across, this.ends[e], this.ends[e + 1], this.ends[e + 2], this.ends[e + 3]);
      if (distance < least) { least = distance; best = this.choice.drawn[a]; }
    }
    return best;
  }
}

function distanceToSegment(x, y, x1, y1, x2, y2) {
  const dx = x2 - x1, dy = y2 - y1;
  const t = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - t * dx, y - y1 - t * dy);
}
