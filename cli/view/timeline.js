// Where a time and a line are on the picture, and back; zooming and panning.

const GUTTER = { across: 132, down: 64 };  // Room for names beside lines that run across, and above lines that run down.
const AXIS = 26;                           // Room for the scale.
const SPAN_LEAST_US = 20;

/** "Along" is the direction of time, "across" that of the lines, whichever way the picture is turned. */
class Timeline {
  constructor(run, view, width, height) {
    this.view = view;
    this.vertical = view.vertical;
    this.start = view.vertical ? GUTTER.down : GUTTER.across;
    this.end = Math.max(this.start + 10, view.vertical ? height : width);
    this.depth = view.vertical ? width : height;
    this.top = view.vertical ? 64 : AXIS;  // The scale's room.
    this.scale = (this.end - this.start) / (view.to - view.from);
    this.placeLines(run, view);
  }

  along(at) { return this.start + (at - this.view.from) * this.scale; }
  at(along) { return this.view.from + (along - this.start) / this.scale; }

  placeLines(run, view) {
    const shown = run.lines.filter((line) => !view.hiddenLines.has(line.index));
    const weight = (line) => (line.kind === 'server' ? 1 : 0.55);
    const total = shown.reduce((sum, line) => sum + weight(line), 0) || 1;
    const room = this.depth - this.top - 30;
    const least = this.vertical ? 64 : 44;
    const unit = Math.min(150, Math.max(room / total, least));
    this.overflow = Math.max(0, unit * total - room);
    view.scroll = Math.min(Math.max(0, view.scroll), this.overflow);
    this.across = new Float64Array(run.lines.length).fill(-1e6);
    this.half = new Float64Array(run.lines.length);
    this.shown = shown;
    let at = this.top + 20 + Math.max(0, room - unit * total) / 2 - view.scroll;
    for (const line of shown) {
      this.half[line.index] = unit * weight(line) / 2;
      this.across[line.index] = at + this.half[line.index];
      at += unit * weight(line);
    }
  }

  /** The line nearest to a point across. */
  lineAt(across) {
    let best = null;
    for (const line of this.shown) {
      const distance = Math.abs(this.across[line.index] - across);
      if (!best || distance < best.distance) best = { line, distance };
    }
    return best;
  }
}

function clampRange(run, from, to) {
  const [least, most] = wholeRange(run);
  const span = Math.min(Math.max(to - from, SPAN_LEAST_US), most - least);
  const start = Math.min(Math.max(from, least), Math.max(least, most - span));
  return [start, start + span];
}

function zoomRange(run, view, factor, at) {
  const span = Math.max(SPAN_LEAST_US, (view.to - view.from) * factor);
  const share = (at - view.from) / (view.to - view.from);
  return clampRange(run, at - span * share, at + span * (1 - share));
}

/** Steps of 1, 2 or 5 of a power of ten, at most `most` of them. */
function tickStep(span, most) {
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  return Math.max(1, power * ([1, 2, 5].find((digit) => digit * power >= rough) ?? 10));
}

/** 12.5 ms, 3.204 s: as many digits as steps of `step` need. */
function timeText(us, step = 1) {
  const [unit, name] = step >= 100_000 ? [1e6, 's'] : step >= 100 ? [1e3, 'ms'] : [1, 'µs'];
  const digits = Math.max(0, Math.min(6, Math.ceil(Math.log10(unit / step) - 1e-9)));
  const text = (us / unit).toFixed(digits);
  return `${text.replace(/^(-?\d{5,})/, (whole) => whole.replace(/(\d)(?=(\d{3})+$)/g, '$1\u202f'))} ${name}`;
}

/** A time in a sentence: to the microsecond, in seconds. */
function exactTime(us) { return `${(us / 1e6).toFixed(6)} s`; }

function shortTime(us) { return us >= 1e6 ? `${(us / 1e6).toFixed(2)} s` : us >= 1e3 ? `${(us / 1e3).toFixed(us < 1e4 ? 2 : 1)} ms` : `${Math.round(us)} µs`; }
