// The grounds of the picture: which view a server is in, who leads, and what faults there were.

const LOUD = { crash: 1, partition: 1, cut: 1 };

function clipSpan(timeline, from, to) {
  const x1 = Math.max(timeline.start, timeline.along(from));
  const x2 = Math.min(timeline.end, timeline.along(to));
  return x2 - x1 > 0.2 ? [x1, x2] : null;
}

function drawViews(pen, run, timeline, palette, dark) {
  const c = pen.context;
  for (const view of run.views) {
    const span = clipSpan(timeline, view.from, view.to);
    if (!span || timeline.view.hiddenLines.has(view.line) || !run.lines[view.line]) continue;
    const half = Math.min(15, timeline.half[view.line] * 0.55);
    const y = timeline.across[view.line];
    c.fillStyle = leaderColour(run, view.leader, dark, false);
    c.fillRect(span[0], y - half, span[1] - span[0], 2 * half);
    if (timeline.along(view.from) >= timeline.start) {
      c.fillStyle = leaderColour(run, view.leader, dark, true);
      c.fillRect(span[0], y - half, 2, 2 * half);
    }
  }
  drawLeaders(pen, run, timeline, palette, dark);
}

/** Edges on the line of who leads, and a crown where that begins or where it comes into the picture. */
function drawLeaders(pen, run, timeline, palette, dark) {
  const c = pen.context;
  for (const role of run.roles) {
    const line = run.lines[role.line];
    const span = line && clipSpan(timeline, role.from, role.to);
    if (!span || timeline.view.hiddenLines.has(role.line)) continue;
    const y = timeline.across[role.line];
    const half = Math.min(15, timeline.half[role.line] * 0.55);
    if (role.role === 'leader') {
      c.fillStyle = leaderColour(run, line.id, dark, true);
      c.fillRect(span[0], y - half - 1, span[1] - span[0], 2);
      c.fillRect(span[0], y + half - 1, span[1] - span[0], 2);
    } else if (role.role !== 'follower') {
      c.strokeStyle = palette.faint;
      c.lineWidth = 1;
      c.setLineDash(role.role === 'looking' ? [2, 4] : [6, 3]);
      c.strokeRect(span[0] + 0.5, y - half + 0.5, span[1] - span[0] - 1, 2 * half - 1);
      c.setLineDash([]);
    }
  }
}

/** Names of views, and crowns: above the arrows, so that they can be read. */
function drawViewNames(pen, run, timeline, palette, dark) {
  const c = pen.context;
  for (const view of run.views) {
    const span = clipSpan(timeline, view.from, view.to);
    const line = run.lines[view.line];
    if (!span || !line || timeline.view.hiddenLines.has(view.line)) continue;
    const half = Math.min(15, timeline.half[view.line] * 0.55);
    const y = timeline.across[view.line];
    const leads = String(view.leader) === line.id;
    const text = `view ${view.number}`;
    const length = pen.vertical ? 16 : pen.widthOf(text, 11, 600) + (leads ? 26 : 8);
    const place = span[0] + (leads ? 22 : 6);
    if (span[1] - span[0] > length + 4) {
      const across = pen.vertical ? y - half - 5 : y - half - 8;
      pen.label(text, pen.vertical ? span[0] + 9 : place, across, palette.soft,
        { size: 11, weight: 600, halo: palette.halo, align: pen.vertical ? 'right' : 'left' });
    }
    if (leads && span[1] - span[0] > 6) {
      const [x, z] = pen.vertical ? [y - half - 11, span[0] + 26] : [span[0] + 11, y - half - 9];
      upright(pen, () => crown(c, x, z, 14, palette.gold, palette.halo));
    }
  }
}

function hatch(pen, x1, y1, x2, y2, colour, gap = 7) {
  const c = pen.context;
  pen.clip(x1, y1, x2 - x1, y2 - y1);
  c.strokeStyle = colour;
  c.lineWidth = 1.2;
  c.beginPath();
  const depth = y2 - y1;
  for (let x = x1 - depth - ((x1 - depth) % gap); x < x2; x += gap) {
    c.moveTo(x, y2);
    c.lineTo(x + depth, y1);
  }
  c.stroke();
  c.restore();
}

function bandRows(run, timeline, band) {
  const all = band.lines?.length ? band.lines : band.line >= 0 ? [band.line] : null;
  const rows = (all ?? run.lines.map((line) => line.index)).filter((line) => run.lines[line] && !timeline.view.hiddenLines.has(line));
  return { rows, whole: !all };
}

function drawBands(pen, run, timeline, palette) {
  const c = pen.context;
  for (const band of run.bands) {
    const span = clipSpan(timeline, band.from, band.to);
    if (!span) continue;
    const colour = LOUD[band.kind] ? palette.alarm : palette.soft;
    for (const line of bandRows(run, timeline, band).rows) {
      const y = timeline.across[line];
      const half = Math.min(band.kind === 'partition' ? 1e3 : 17, timeline.half[line] * (band.kind === 'partition' ? 1 : 0.62));
      c.fillStyle = band.kind === 'crash' ? palette.ground : palette.shade;
      c.fillRect(span[0], y - half, span[1] - span[0], 2 * half);
      if (band.kind !== 'partition') hatch(pen, span[0], y - half, span[1], y + half, palette.hatch, band.kind === 'crash' ? 6 : 10);
      c.fillStyle = colour;
      const edge = band.kind === 'partition' ? 1 : 2;
      if (timeline.along(band.from) >= timeline.start) c.fillRect(span[0] - edge / 2, y - half, edge, 2 * half);
      if (timeline.along(band.to) <= timeline.end) c.fillRect(span[1] - edge / 2, y - half, edge, 2 * half);
    }
    if (band.kind === 'partition') drawSides(pen, run, timeline, band, span, palette);
  }
}

/** A dashed rule between the sides of a partition. */
function drawSides(pen, run, timeline, band, span, palette) {
  const c = pen.context;
  const inside = new Set(band.lines ?? []);
  c.strokeStyle = palette.alarm;
  c.lineWidth = 1.5;
  c.setLineDash([7, 4]);
  const shown = timeline.shown;
  for (let i = 1; i < shown.length; i++) {
    if (inside.has(shown[i].index) === inside.has(shown[i - 1].index)) continue;
    const y = timeline.across[shown[i].index] - timeline.half[shown[i].index];
    pen.segment(span[0], y, span[1], y);
  }
  c.setLineDash([]);
}

/** Where the first of the lines' neighbours that are on the other side begins. */
function sideEnd(timeline, rows) {
  let last = rows[0];
  const shown = timeline.shown.map((line) => line.index);
  for (let i = shown.indexOf(last) + 1; i < shown.length && rows.includes(shown[i]); i++) last = shown[i];
  return timeline.across[last] + timeline.half[last];
}

function drawBandNames(pen, run, timeline, palette) {
  for (const band of run.bands) {
    const span = clipSpan(timeline, band.from, band.to);
    const { rows, whole } = span ? bandRows(run, timeline, band) : { rows: [] };
    if (rows.length === 0) continue;
    const first = rows[0];
    const colour = LOUD[band.kind] ? palette.alarm : palette.soft;
    const half = Math.min(17, timeline.half[first] * 0.62);
    const text = band.text || band.kind;
    const options = { size: 11.5, weight: 600, halo: palette.halo };
    if (pen.vertical) {
      pen.label(text, span[0] + (band.kind === 'partition' ? 36 : 9), timeline.across[first] + half + 5, colour, options);
    } else if (pen.widthOf(text, 11.5, 600) < Math.max(60, span[1] - span[0] + 40)) {
      const across = whole ? timeline.top + 8 : band.kind === 'partition' ? sideEnd(timeline, rows) - 9 : timeline.across[first] + half + 9;
      pen.label(text, span[0] + 5, across, colour, options);
    }
  }
}
