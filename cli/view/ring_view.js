// The ring, drawn and played: votes as tokens that travel round it, the crown on who leads.

const HOP_SECONDS = 1.1;  // How long one hop of a vote takes to watch, when votes are slowed down.
const SPEEDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

class RingView {
  constructor(app) {
    this.app = app;
    this.ring = new Ring(app.run);
    this.pen = new Pen(byId('ring-canvas'));
    this.playing = false;
    this.speed = byId('speed');
    this.speed.replaceChildren(...SPEEDS.map((speed) => make('option', { value: String(speed), selected: speed === 1 }, `${speed}×`)));
    this.speed.addEventListener('change', () => { app.view.speed = Number(this.speed.value); });
    this.scrub = byId('scrub');
    this.scrub.addEventListener('input', () => app.setNow(Number(this.scrub.value)));
    byId('slow').addEventListener('change', (event) => { app.view.slow = event.target.checked; });
    byId('play').addEventListener('click', () => this.toggle());
    byId('back-election').addEventListener('click', () => app.goElection(-1));
    byId('next-election').addEventListener('click', () => app.goElection(1));
    this.scrub.max = String(app.run.duration);
  }

  toggle() {
    if (this.app.view.mode !== 'ring') this.app.setMode('ring');
    this.playing = !this.playing;
    if (this.playing && this.app.view.now >= this.app.run.duration) this.app.setNow(0);
    this.told = 0;
    byId('play').textContent = this.playing ? 'Pause' : 'Play';
    byId('play').setAttribute('aria-pressed', String(this.playing));
    if (this.playing) this.app.redraw('ring');
  }

  pause() { if (this.playing) this.toggle(); }

  /** Moves on by the time since the last frame. */
  advance(clock) {
    if (!this.playing) return;
    const passed = this.told ? Math.min(100, clock - this.told) / 1000 : 0;
    this.told = clock;
    const { view, run } = this.app;
    const slow = run.messages.usual / HOP_SECONDS;
    const fast = view.speed * 1e6;
    let next = view.now + passed * fast;
    if (view.slow && fast > slow) {
      if (this.ring.electionAt(view.now)) next = view.now + passed * slow;
      else {
        const election = this.ring.elections.find((span) => span.from > view.now && span.from < next);
        if (election) next = election.from;
      }
    }
    this.app.setNow(Math.min(run.duration, next), true);
    if (next >= run.duration) this.pause();
    else this.app.redraw('ring');
  }

  resize(density) { this.pen.fit(density); }

  draw() {
    const { app, pen } = this;
    const { palette, dark } = app.look();
    const state = this.ring.at(app.view.now);
    pen.begin(false);
    pen.context.fillStyle = palette.ground;
    pen.context.fillRect(0, 0, pen.width, pen.height);
    if (app.run.servers.length === 0) {
      pen.label('There are no servers in this run.', pen.width / 2, pen.height / 2, palette.soft, { align: 'center' });
      return;
    }
    const place = this.places(state);
    this.drawCircle(state, place, palette);
    this.drawOthers(state, place, dark);
    this.drawVotes(state, place, palette, dark);
    for (const server of state.servers) this.drawServer(server, place, palette, dark);
    this.drawClients(place, palette);
    this.tell(state);
  }

  /** Servers clockwise by id from the top; the sides of a partition moved apart; clients on a wider circle. */
  places(state) {
    const { width, height } = this.pen;
    const x0 = width / 2, y0 = height / 2;
    const radius = Math.max(40, Math.min(width / 2 - 150, height / 2 - 66)) - (state.divided ? 20 : 0);
    const count = state.servers.length;
    const centres = new Map();
    const at = state.servers.map((server, i) => {
      const angle = -Math.PI / 2 + 2 * Math.PI * i / count;
      const unit = [Math.cos(angle), Math.sin(angle)];
      const sum = centres.get(server.side) ?? [0, 0];
      centres.set(server.side, [sum[0] + unit[0], sum[1] + unit[1]]);
      return { angle, unit };
    });
    const byLine = new Map();
    state.servers.forEach((server, i) => {
      const [cx, cy] = centres.get(server.side);
      const far = state.divided ? 26 / (Math.hypot(cx, cy) || 1) : 0;
      byLine.set(server.line.index, { ...at[i], x: x0 + at[i].unit[0] * radius + cx * far, y: y0 + at[i].unit[1] * radius + cy * far, dx: cx * far, dy: cy * far });
    });
    // Clients in columns on both sides, where no server's name is in the way.
    const clients = this.ring.clients.slice(0, 40);
    clients.forEach((client, i) => {
      const left = i % 2 === 0;
      const rows = Math.ceil((clients.length - (left ? 0 : 1)) / 2) || 1;
      const x = Math.max(16, width / 2 - Math.max(radius + 150, width / 2 - 120));
      byLine.set(client.index, { x: left ? x : width - x, y: 30 + (height - 60) * ((i >> 1) + 0.5) / rows, left, client });
    });
    // Long ids get capsules instead of circles.
    const widest = Math.max(0, ...state.servers.map((server) => this.pen.widthOf(server.line.id, 13, 700)));
    const capsule = state.servers.some((server) => server.line.id.length > 4);
    const node = capsule ? 16 : Math.max(15, Math.min(27, radius * 0.62 * Math.PI / count));
    return { x0, y0, radius, byLine, node, half: capsule ? widest / 2 + 12 : node };
  }

  drawCircle(state, place, palette) {
    const c = this.pen.context;
    const count = state.servers.length;
    for (let i = 0; i < count && count > 1; i++) {
      const from = state.servers[i], to = state.servers[(i + 1) % count];
      const cut = from.side !== to.side;
      c.strokeStyle = cut ? palette.alarm : palette.line;
      c.globalAlpha = cut ? 0.8 : !from.up || !to.up ? 0.35 : 1;
      c.lineWidth = 1.6;
      c.setLineDash(cut ? [3, 7] : []);
      c.beginPath();
      for (let step = 0; step <= 24; step++) {
        const [x, y] = this.onRing(place, from.line.index, to.line.index, step / 24);
        if (step === 0) c.moveTo(x, y);
        else c.lineTo(x, y);
      }
      c.stroke();
      if (!cut) this.drawDirection(place, from, to, palette);
    }
    c.setLineDash([]);
    c.globalAlpha = 1;
  }

  drawDirection(place, from, to, palette) {
    const c = this.pen.context;
    const [x, y] = this.onRing(place, from.line.index, to.line.index, 0.52);
    const [bx, by] = this.onRing(place, from.line.index, to.line.index, 0.48);
    const length = Math.hypot(x - bx, y - by) || 1;
    const ux = (x - bx) / length, uy = (y - by) / length;
    c.fillStyle = palette.line;
    c.beginPath();
    c.moveTo(x + ux * 5, y + uy * 5);
    c.lineTo(x - ux * 4 - uy * 4.5, y - uy * 4 + ux * 4.5);
    c.lineTo(x - ux * 4 + uy * 4.5, y - uy * 4 - ux * 4.5);
    c.fill();
  }

  /** A point of the arc from one server clockwise to another. */
  onRing(place, from, to, share) {
    const a = place.byLine.get(from), b = place.byLine.get(to);
    let turn = b.angle - a.angle;
    while (turn <= 1e-9) turn += 2 * Math.PI;
    const angle = a.angle + turn * share;
    return [place.x0 + Math.cos(angle) * place.radius + a.dx + (b.dx - a.dx) * share,
      place.y0 + Math.sin(angle) * place.radius + a.dy + (b.dy - a.dy) * share];
  }

  /** The part of an arc that no server covers: tokens travel there, so that both numbers can be read. */
  freeArc(place, from, to, candidate) {
    const a = place.byLine.get(from).angle, b = place.byLine.get(to).angle;
    const arc = ((b - a + 4 * Math.PI) % (2 * Math.PI) || 2 * Math.PI) * place.radius;
    const wide = place.half + this.tokenHalf(candidate), high = place.node + 13;
    // How far along the ring a box of this size reaches: it lies across the way at the sides, along it at top and bottom.
    const reach = (angle) => Math.min(wide / Math.abs(Math.sin(angle) || 1e-9), high / Math.abs(Math.cos(angle) || 1e-9)) + 3;
    return [Math.min(0.45, reach(a) / arc), Math.max(0.55, 1 - reach(b) / arc)];
  }

  tokenHalf(candidate) { return Math.max(13, this.pen.widthOf(candidate, 13, 700) / 2 + 8); }

  drawOthers(state, place, dark) {
    const c = this.pen.context;
    const { run } = this.app;
    let count = 0;
    this.ring.underWay(state.at, (i, share) => {
      const a = place.byLine.get(run.messages.from[i]), b = place.byLine.get(run.messages.to[i]);
      if (run.votes.has(i) || !a || !b || a === b || run.shown[i] === HIDDEN || count++ > 300) return;
      const family = FAMILIES[run.familyOf[run.messages.kind[i]]];
      c.fillStyle = c.strokeStyle = dark ? family.dark : family.light;
      c.globalAlpha = 0.22;
      c.lineWidth = 1;
      // From edge to edge of the two circles.
      const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
      const way = (a.client ? 0 : place.node) / length + share * (1 - ((a.client ? 0 : place.node) + (b.client ? 0 : place.node)) / length);
      const x = a.x + (b.x - a.x) * way, y = a.y + (b.y - a.y) * way;
      this.pen.segment(a.x, a.y, x, y);
      c.globalAlpha = family.name === 'heartbeats' ? 0.5 : 0.85;
      c.beginPath();
      c.arc(x, y, family.name === 'heartbeats' ? 2.5 : 3.5, 0, 7);
      c.fill();
    });
    c.globalAlpha = 1;
  }

  drawVotes(state, place, palette, dark) {
    const { run } = this.app;
    this.tokens = 0;
    this.ring.underWay(state.at, (i, share) => {
      const vote = run.votes.get(i);
      const from = run.messages.from[i], to = run.messages.to[i];
      if (!vote || !place.byLine.has(from) || !place.byLine.has(to)) return;
      this.tokens++;
      const [first, last] = this.freeArc(place, from, to, vote.candidate);
      const [x, y] = this.onRing(place, from, to, first + (last - first) * share);
      if (run.messages.lost[i] && share > 0.55) this.cross(x, y, palette);
      else this.token(x, y, vote.candidate, palette, dark);
    });
  }

  /** A vote carries its candidate's number, in the candidate's colour. */
  token(x, y, candidate, palette, dark) {
    const { pen } = this;
    const c = pen.context;
    const half = this.tokenHalf(candidate);
    c.beginPath();
    c.roundRect(x - half, y - 13, 2 * half, 26, 13);
    c.fillStyle = dark ? FAMILIES[0].dark : FAMILIES[0].light;
    c.fill();
    c.lineWidth = 3;
    c.strokeStyle = palette.ground;
    c.stroke();
    pen.label(candidate, x, y + 0.5, dark ? '#14171c' : '#ffffff', { size: 13, weight: 700, align: 'center' });
  }

  cross(x, y, palette) {
    const c = this.pen.context;
    c.strokeStyle = palette.alarm;
    c.lineWidth = 3;
    this.pen.segment(x - 7, y - 7, x + 7, y + 7);
    this.pen.segment(x - 7, y + 7, x + 7, y - 7);
  }

  drawServer(server, place, palette, dark) {
    const { pen } = this;
    const { run } = this.app;
    const c = pen.context;
    const p = place.byLine.get(server.line.index);
    const r = place.node, half = place.half;
    c.beginPath();
    c.roundRect(p.x - half, p.y - r, 2 * half, 2 * r, r);
    c.fillStyle = palette.ground;
    c.fill();
    c.fillStyle = !server.up ? palette.shade : server.view ? leaderColour(run, server.view.leader, dark, false) : palette.ground;
    c.fill();
    c.lineWidth = server.role === 'leader' ? 3 : 1.8;
    c.strokeStyle = !server.up ? palette.faint : server.role === 'leader' ? leaderColour(run, server.line.id, dark, true) : palette.soft;
    c.setLineDash(server.up && server.view ? [] : [3, 4]);
    c.stroke();
    c.setLineDash([]);
    pen.label(server.line.id, p.x, p.y + 0.5, server.up ? palette.ink : palette.faint,
      { size: half > r ? 13 : Math.min(17, r * 0.8), weight: 700, align: 'center' });
    if (!server.up) this.cross(p.x + half * 0.85, p.y - r * 0.8, palette);
    if (server.up && server.role === 'leader') crown(c, p.x, p.y - r - 13, 24, palette.gold);
    this.drawServerNote(server, p, r, half, palette);
  }

  drawServerNote(server, p, r, half, palette) {
    const words = !server.up ? 'down' : server.paused ? 'asleep' : server.troubles[0]?.text || (server.view ? `view ${server.view.number}` : server.role || '');
    if (!words) return;
    const out = r + 9;
    const side = p.unit[0] > 0.25 ? 'left' : p.unit[0] < -0.25 ? 'right' : 'center';
    const y = p.y + (half > r && side !== 'center' ? 0 : p.unit[1] * out) + (side === 'center' ? p.unit[1] * 8 : 0) - (server.role === 'leader' && p.unit[1] < -0.8 ? 24 : 0);
    const alarm = !server.up || server.paused || server.troubles.length > 0;
    this.pen.label(words, p.x + (side === 'center' ? 0 : half > r ? Math.sign(p.unit[0]) * (half + 9) : p.unit[0] * out + Math.sign(p.unit[0]) * 4), y, alarm ? palette.alarm : palette.soft,
      { size: 12, align: side, halo: palette.halo });
  }

  drawClients(place, palette) {
    const c = this.pen.context;
    for (const p of place.byLine.values()) {
      if (!p.client) continue;
      c.fillStyle = palette.faint;
      c.beginPath();
      c.arc(p.x, p.y, 4, 0, 7);
      c.fill();
      this.pen.label(p.client.name, p.x + (p.left ? -4 : 4), p.y + 14, palette.soft, { size: 11, align: p.left ? 'left' : 'right' });
    }
  }

  tell(state) {
    this.crowned = state.servers.filter((server) => server.up && server.role === 'leader').map((server) => server.line.id);
    byId('clock').textContent = exactTime(state.at);
    if (document.activeElement !== this.scrub || this.playing) this.scrub.value = String(state.at);
    const captions = this.ring.captionsUntil(state.at, 6);
    const key = captions.map((caption) => caption.at + caption.text).join();
    if (key === this.captionKey) return;
    this.captionKey = key;
    byId('captions').replaceChildren(...captions.reverse().map((caption) => make('li', { class: caption.tone },
      make('time', {}, exactTime(caption.at)), make('span', {}, caption.text))));
  }
}
