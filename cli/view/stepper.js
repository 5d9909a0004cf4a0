// From one event to another: along a line, to the neighbouring line, along a message.

class Stepper {
  constructor(app) { this.app = app; }

  /** The event that the selection stands for; -1 when there is none. */
  current() {
    const { selected } = this.app.view;
    const m = this.app.run.messages;
    if (!selected) return -1;
    if (selected.event !== undefined) return selected.event;
    return m.sendEvent[selected.message] >= 0 ? m.sendEvent[selected.message] : m.arriveEvent[selected.message];
  }

  go(event) { if (event >= 0) this.app.select({ event }, { reveal: true }); }

  /** With nothing selected: the first event in the middle of the picture. */
  begin() {
    const { run, view } = this.app;
    const from = lowerBound(run.events.count, (i) => run.events.at[i], view.mode === 'ring' ? view.now : Math.max(0, view.from));
    for (let event = from; event < run.events.count; event++) if (run.dotShown[event]) return this.go(event);
    for (let event = from - 1; event >= 0; event--) if (run.dotShown[event]) return this.go(event);
  }

  along(step) {
    const { run } = this.app;
    const event = this.current();
    if (event < 0) return this.begin();
    const rows = run.eventsOf[run.events.line[event]];
    let place = lowerBound(rows.length, (i) => rows[i], event) + step;
    while (place >= 0 && place < rows.length && !run.dotShown[rows[place]]) place += step;
    if (place >= 0 && place < rows.length) this.go(rows[place]);
  }

  across(step) {
    const { run, view } = this.app;
    const event = this.current();
    if (event < 0) return this.begin();
    const shown = run.lines.filter((line) => !view.hiddenLines.has(line.index));
    let place = shown.findIndex((line) => line.index === run.events.line[event]) + step;
    for (; place >= 0 && place < shown.length; place += step) {
      const near = nearestEvent(run, shown[place].index, run.events.at[event], Infinity);
      if (near >= 0) return this.go(near);
    }
  }

  follow() {
    const { run, view } = this.app;
    const m = run.messages;
    if (view.selected?.message !== undefined) return this.go(m.arriveEvent[view.selected.message]);
    const event = this.current();
    if (event < 0) return this.begin();
    const e = run.events;
    const sent = Array.from(e.sent.subarray(e.firstSent[event], e.firstSent[event + 1]));
    const arrives = sent.find((i) => m.arriveEvent[i] >= 0 && run.shown[i] === ARROW) ?? sent.find((i) => m.arriveEvent[i] >= 0);
    if (arrives !== undefined) this.go(m.arriveEvent[arrives]);
    else if (sent.length > 0) this.app.select({ message: sent[0] }, { reveal: true });
    else this.app.say('It sent nothing.');
  }
}
