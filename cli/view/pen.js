// A canvas context that draws along time and across lines, whichever way the picture is turned, and upright text.

const FONT = '"Inter", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "DejaVu Sans", sans-serif';

class Pen {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d', { alpha: canvas.id === 'overlay' });
    this.widths = new Map();
  }

  /** Fits the canvas to its box; `density` is device pixels for each CSS pixel. */
  fit(density) {
    const box = this.canvas.getBoundingClientRect();
    this.density = density;
    this.width = Math.max(1, Math.round(box.width));
    this.height = Math.max(1, Math.round(box.height));
    const [w, h] = [Math.round(this.width * density), Math.round(this.height * density)];
    if (this.canvas.width !== w || this.canvas.height !== h) Object.assign(this.canvas, { width: w, height: h });
  }

  begin(vertical) {
    this.vertical = vertical;
    const c = this.context;
    c.setTransform(this.density, 0, 0, this.density, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    this.turned();
    c.setLineDash([]);
    c.globalAlpha = 1;
  }

  turned() {
    const d = this.density;
    if (this.vertical) this.context.setTransform(0, d, d, 0, 0, 0);
    else this.context.setTransform(d, 0, 0, d, 0, 0);
  }

  /** options: size, weight, align, baseline, halo (colour of a ground that lifts it off lines; outlined letters are slow to draw). */
  label(text, along, across, colour, { size = 12, weight = 400, align = 'left', baseline = 'middle', halo = '' } = {}) {
    const c = this.context;
    c.setTransform(this.density, 0, 0, this.density, 0, 0);
    const [x, y] = this.vertical ? [across, along] : [along, across];
    c.font = `${weight} ${size}px ${FONT}`;
    c.textAlign = align;
    c.textBaseline = baseline;
    if (halo) {
      const width = this.widthOf(text, size, weight);
      c.fillStyle = halo;
      c.fillRect(x - width * { left: 0, center: 0.5, right: 1 }[align] - 2, y - size * 0.62, width + 4, size * 1.24);
    }
    c.fillStyle = colour;
    c.fillText(text, x, y);
    this.turned();
  }

  /** Kept: the same names are asked for in every frame. */
  widthOf(text, size = 12, weight = 400) {
    const key = `${size} ${weight} ${text}`;
    const known = this.widths.get(key);
    if (known !== undefined) return known;
    if (this.widths.size > 2000) this.widths.clear();
    this.context.font = `${weight} ${size}px ${FONT}`;
    const { width } = this.context.measureText(text);
    this.widths.set(key, width);
    return width;
  }

  segment(x1, y1, x2, y2) {
    this.context.beginPath();
    this.context.moveTo(x1, y1);
    this.context.lineTo(x2, y2);
    this.context.stroke();
  }

  clip(x, y, width, height) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
  }
}

/** A crown around (x, y), upright. */
function crown(c, x, y, size, fill, halo = '') {
  const s = size / 2;
  c.beginPath();
  c.moveTo(x - s, y + s * 0.7);
  c.lineTo(x - s, y - s * 0.45);
  c.lineTo(x - s * 0.45, y + s * 0.05);
  c.lineTo(x, y - s * 0.85);
  c.lineTo(x + s * 0.45, y + s * 0.05);
  c.lineTo(x + s, y - s * 0.45);
  c.lineTo(x + s, y + s * 0.7);
  c.closePath();
  if (halo) {
    c.strokeStyle = halo;
    c.lineWidth = 4;
    c.lineJoin = 'round';
    c.stroke();
  }
  c.fillStyle = fill;
  c.fill();
}

function upright(pen, draw) {
  const c = pen.context;
  c.setTransform(pen.density, 0, 0, pen.density, 0, 0);
  draw(c);
  pen.turned();
}
