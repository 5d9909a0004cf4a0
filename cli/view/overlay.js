// What lies over the diagram and changes with the pointer: selection, a vote's way round the ring, the moment shown.

class Overlay {
  constructor(app) {
    this.app = app;
    this.pen = new Pen(document.getElementById('overlay'));
    this.hover = null;  // {message} or {event}
  }

  draw() {
    const { app, pen } = this;
    const timeline = app.diagram.timeline;
    const { palette, dark } = app.look();
    pen.begin(app.view.vertical);
    if (!timeline || app.run.events.count + app.run.messages.count === 0) return;
    const c = pen.context;
    pen.clip(timeline.start, timeline.top - 6, timeline.end - timeline.start, timeline.depth);
    this.drawNow(timeline, palette);
    for (const target of [app.view.selected, this.hover]) {
      if (target) this.drawTarget(target, target === app.view.selected, timeline, palette, dark);
    }
    c.restore();
  }

  drawNow(timeline, palette) {
    const { view } = this.app;
    if (view.mode !== 'ring' && !view.selected) return;
    const x = Math.round(timeline.along(view.now)) + 0.5;
    this.pen.context.strokeStyle = palette.accent;
    this.pen.context.lineWidth = 1;
    this.pen.context.globalAlpha = view.mode === 'ring' ? 1 : 0.4;
    this.pen.segment(x, timeline.top, x, timeline.depth);
    this.pen.context.globalAlpha = 1;
  }

  drawTarget(target, selected, timeline, palette, dark) {
    const { run } = this.app;
    if (target.message !== undefined) {
      const vote = voteOf(run, target.message);
      if (vote) this.drawChain(vote.chain, timeline, palette, dark);
      this.arrow(target.message, timeline, palette, selected ? 3.2 : 2.4, palette.accent);
    } else {
      const e = run.events;
      if (selected) this.drawMessagesOf(target.event, timeline, palette, dark);
      this.ring(timeline.along(e.at[target.event]), timeline.across[e.line[target.event]], selected ? 7 : 5.5, palette);
    }
  }

  /** What an event received and sent; of a vote, its whole way. */
  drawMessagesOf(event, timeline, palette, dark) {
    const { run } = this.app;
    const e = run.events;
    const messages = [e.received[event], ...e.sent.subarray(e.firstSent[event], e.firstSent[event + 1])].filter((i) => i >= 0);
    const vote = messages.map((i) => run.votes.get(i)).find(Boolean);
    for (const i of messages) if (run.votes.get(i)?.chain !== vote?.chain || !vote) this.arrow(i, timeline, palette, 2, palette.accent);
    if (vote) this.drawChain(vote.chain, timeline, palette, dark);
  }

  ring(x, y, r, palette) {
    const c = this.pen.context;
    c.beginPath();
    c.arc(x, y, r, 0, 7);
    c.lineWidth = 5;
    c.strokeStyle = palette.halo;
    c.stroke();
    c.lineWidth = 2.4;
    c.strokeStyle = palette.accent;
    c.stroke();
  }

  arrow(message, timeline, palette, width, colour) {
    const ends = {};
    arrowEnds(this.app.run, timeline, message, ends);
    const c = this.pen.context;
    c.lineCap = 'round';
    c.strokeStyle = palette.halo;
    c.lineWidth = width + 3;
    this.pen.segment(ends.x1, ends.y1, ends.x2, ends.y2);
    c.strokeStyle = c.fillStyle = colour;
    c.lineWidth = width;
    this.pen.segment(ends.x1, ends.y1, ends.x2, ends.y2);
    c.lineCap = 'butt';
    if (ends.whole && !this.app.run.messages.lost[message]) {
      c.beginPath();
      c.arc(ends.x2, ends.y2, width + 1, 0, 7);
      c.fill();
    }
  }

  /** All votes of one candidate in one round, numbered in the order in which they were sent. */
  drawChain(chain, timeline, palette, dark) {
    const voting = FAMILIES[0];
    const colour = dark ? voting.dark : voting.light;
    const ends = {};
    for (const ack of chain.acks) if (this.app.run.shown[ack] === ARROW) this.arrow(ack, timeline, palette, 1, colour);
    for (const vote of chain.votes) this.arrow(vote, timeline, palette, 3, colour);
    let last = -99;
    chain.votes.forEach((vote, at) => {
      arrowEnds(this.app.run, timeline, vote, ends);
      const x = (ends.x1 + ends.x2) / 2, y = (ends.y1 + ends.y2) / 2;
      if (x < timeline.start || x > timeline.end || x - last < 14) return;
      last = x;
      const c = this.pen.context;
      c.fillStyle = colour;
      c.beginPath();
      c.arc(x, y, 8.5, 0, 7);
      c.fill();
      this.pen.label(String(at + 1), x, y + (this.pen.vertical ? 0 : 0.5), dark ? '#14171c' : '#ffffff', { size: 10.5, weight: 700, align: 'center' });
    });
  }
}
