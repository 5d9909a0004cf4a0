// Mouse, wheel and fingers on the diagram.

/** Calls down, move and up with places inside an element while a button is held on it. */
class Drag {
  constructor(element, { down, move, up = () => {} }) {
    const place = (event) => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || (this.held !== undefined && this.held !== null)) return;
      element.setPointerCapture(event.pointerId);
      this.held = event.pointerId;
      down(...place(event), event);
    });
    element.addEventListener('pointermove', (event) => { if (this.held === event.pointerId) move(...place(event), event); });
    const end = (event) => {
      if (this.held !== event.pointerId) return;
      this.held = null;
      up(...place(event), event);
    };
    element.addEventListener('pointerup', end);
    element.addEventListener('pointercancel', end);
  }
}

/** Two fingers: what is under each stays under it. */
class Pinch {
  constructor(app, element) {
    this.app = app;
    this.fingers = new Map();
    const place = (event) => {
      const box = element.getBoundingClientRect();
      return app.view.vertical ? event.clientY - box.top : event.clientX - box.left;
    };
    element.addEventListener('pointerdown', (event) => {
      this.fingers.set(event.pointerId, place(event));
      if (this.active()) this.held = [...this.fingers.values()].map((along) => app.diagram.timeline.at(along));
    });
    element.addEventListener('pointermove', (event) => {
      if (!this.fingers.has(event.pointerId)) return;
      this.fingers.set(event.pointerId, place(event));
      if (this.active()) this.zoom();
    });
    for (const end of ['pointerup', 'pointercancel']) element.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
  }

  active() { return this.fingers.size === 2; }

  zoom() {
    const { timeline } = this.app.diagram;
    const [a, b] = this.fingers.values();
    if (Math.abs(b - a) < 8) return;
    const usPerPixel = (this.held[1] - this.held[0]) / (b - a);
    if (!(usPerPixel > 0)) return;
    const from = this.held[0] - (a - timeline.start) * usPerPixel;
    this.app.setRange(from, from + (timeline.end - timeline.start) * usPerPixel);
  }
}

class Pointer {
  constructor(app) {
    this.app = app;
    this.element = document.getElementById('overlay');
    this.tip = document.getElementById('tip');
    this.pinch = new Pinch(app, this.element);
    new Drag(this.element, {
      down: (x, y) => this.down(x, y),
      move: (x, y) => this.move(x, y),
      up: (x, y) => this.up(x, y),
    });
    this.element.addEventListener('pointermove', (event) => { if (event.buttons === 0) this.hoverAt(event.offsetX, event.offsetY); });
    this.element.addEventListener('pointerleave', () => this.hoverOn(null));
    this.element.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    this.element.addEventListener('dblclick', (event) => {
      const [along] = this.turned(event.offsetX, event.offsetY);
      app.zoom(0.25, app.diagram.timeline.at(along));
    });
  }

  turned(x, y) { return this.app.view.vertical ? [y, x] : [x, y]; }

  down(x, y) {
    this.began = [x, y];
    this.moved = false;
    const { view } = this.app;
    this.grabbed = { from: view.from, to: view.to, scroll: view.scroll };
  }

  /** While two fingers zoom, none of them drags; the one that stays goes on from where it is then. */
  pinched() { this.began = null; }

  move(x, y) {
    if (this.pinch.active()) return this.pinched();
    if (!this.began) {
      this.down(x, y);
      this.moved = true;
    }
    const [along0, across0] = this.turned(...this.began);
    const [along, across] = this.turned(x, y);
    if (!this.moved && Math.hypot(along - along0, across - across0) < 4) return;
    this.moved = true;
    this.hoverOn(null);
    this.element.classList.add('grabbing');
    const { app } = this;
    const shift = (along - along0) / app.diagram.timeline.scale;
    app.view.scroll = this.grabbed.scroll - (across - across0);
    app.setRange(this.grabbed.from - shift, this.grabbed.to - shift);
  }

  up(x, y) {
    this.element.classList.remove('grabbing');
    if (!this.moved && this.began) {
      this.element.focus({ preventScroll: true });
      this.app.select(this.targetAt(...this.turned(x, y)));
    }
  }

  /** The wheel zooms; with shift, or sideways, it moves. A pinch on a touchpad is a wheel with ctrl. */
  wheel(event) {
    event.preventDefault();
    const { app } = this;
    const [along] = this.turned(event.offsetX, event.offsetY);
    const [sideways, ahead] = event.shiftKey ? [event.deltaY || event.deltaX, 0] : [event.deltaX, event.deltaY];
    const unit = event.deltaMode === 1 ? 16 : 1;
    if (event.altKey) app.scroll(ahead * unit);
    else if (Math.abs(sideways) > Math.abs(ahead)) app.pan(sideways * unit / app.diagram.timeline.scale);
    else app.zoom(Math.exp(ahead * unit * (event.ctrlKey ? 0.01 : 0.0022)), app.diagram.timeline.at(along));
  }

  /** An event's dot within reach first, then an arrow. */
  targetAt(along, across) {
    const { run, diagram } = this.app;
    const timeline = diagram.timeline;
    if (!timeline || along < timeline.start) return null;
    const nearest = timeline.lineAt(across);
    if (nearest && nearest.distance < 9) {
      const event = nearestEvent(run, nearest.line.index, timeline.at(along), 7 / timeline.scale);
      if (event >= 0) return { event };
    }
    const message = diagram.arrows.near(along, across);
    return message >= 0 ? { message } : null;
  }

  hoverAt(x, y) {
    const target = this.targetAt(...this.turned(x, y));
    this.hoverOn(target);
    if (!target) return;
    const box = this.element.getBoundingClientRect();
    this.tip.replaceChildren(...tipLines(this.app.run, target));
    this.tip.hidden = false;
    const left = Math.min(x + 14, box.width - this.tip.offsetWidth - 8);
    const top = y + 18 + this.tip.offsetHeight > box.height ? y - this.tip.offsetHeight - 12 : y + 18;
    this.tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  hoverOn(target) {
    const overlay = this.app.overlay;
    if (!target) this.tip.hidden = true;
    const same = overlay.hover?.event === target?.event && overlay.hover?.message === target?.message;
    if (same) return;
    overlay.hover = target;
    this.element.classList.toggle('over', target !== null);
    this.app.redraw('overlay');
  }
}

/** Shown events only; -1 when none is within reach. */
function nearestEvent(run, line, at, within) {
  const rows = run.eventsOf[line];
  const e = run.events;
  const place = lowerBound(rows.length, (i) => e.at[rows[i]], at);
  let best = -1;
  let least = within;
  for (let i = place; i < rows.length && e.at[rows[i]] - at <= least; i++) {
    if (run.dotShown[rows[i]]) { best = rows[i]; least = e.at[rows[i]] - at; break; }
  }
  for (let i = place - 1; i >= 0 && at - e.at[rows[i]] <= least; i--) {
    if (run.dotShown[rows[i]]) { best = rows[i]; break; }
  }
  return best;
}

function tipLines(run, target) {
  const m = run.messages;
  if (target.event !== undefined) {
    const e = run.events;
    return [make('b', {}, `${run.lines[e.line[target.event]]?.name ?? ''} · ${exactTime(e.at[target.event])}`),
      make('span', {}, clipped(run.texts[e.text[target.event]] || run.eventKinds[e.what[target.event]] || ''))];
  }
  const i = target.message;
  const vote = voteOf(run, i);
  return [make('b', {}, `${kindName(run, m.kind[i])} · ${shortName(run, m.from[i])} → ${shortName(run, m.to[i])}`),
    make('span', {}, clipped(run.texts[m.text[i]] ?? '')),
    make('span', { class: 'quiet' }, fateOf(run, i)),
    ...(vote ? [make('span', { class: 'quiet' }, `lit: the vote for ${vote.candidate} in round ${vote.round}, ${vote.chain.votes.length} hops`)] : [])];
}

const clipped = (text) => (text.length > 220 ? `${text.slice(0, 220)}…` : text);

function fateOf(run, i) {
  const m = run.messages;
  if (m.arrived[i] >= 0 && m.sent[i] >= 0) return `under way for ${shortTime(m.arrived[i] - m.sent[i])}`;
  if (m.arrived[i] >= 0) return 'sent by somebody outside this picture';
  const why = run.texts[m.lostWhy[i]];
  return `did not arrive${why ? `: ${why}` : ''}`;
}
