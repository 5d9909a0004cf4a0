// The page as a whole: what changes with what, and when it is drawn.

class App {
  constructor(raw) {
    this.run = prepareRun(raw);
    prepareKinds(this.run);
    prepareVotes(this.run);
    prepareCaptions(this.run);
    this.view = newView(this.run);
    readLink(this.run, this.view, location.hash);
    applyFilters(this.run, this.view);
    this.states = new States(this.run);
    this.diagram = new Diagram(this);
    this.overlay = new Overlay(this);
    this.map = new OverviewMap(this);
    this.stepper = new Stepper(this);
    this.panel = new Panel(this);
    this.filters = new Filters(this);
    this.search = new Search(this);
    this.ringView = new RingView(this);
    this.plots = new Plots(this);
    this.pointer = new Pointer(this);
    this.due = new Set();
    this.filtersTold = 0;
    this.printing = false;
  }

  start() {
    const { run } = this;
    document.title = `${run.title || 'Peal run'} · Peal`;
    byId('title').textContent = run.title || 'Peal run';
    byId('about').textContent = [run.program, `${shortTime(run.duration)}`, `${run.events.count.toLocaleString('en')} events`].filter(Boolean).join(' · ');
    byId('notes').replaceChildren(...run.notes.map((note) => make('li', {}, note)));
    byId('nothing').hidden = run.events.count + run.messages.count > 0;
    buildHelp();
    this.install();
    this.restore();
  }

  install() {
    const click = (id, act) => byId(id).addEventListener('click', act);
    for (const mode of MODES) click(`mode-${mode}`, () => this.setMode(mode));
    click('zoom-in', () => this.zoomHere(0.5));
    click('zoom-out', () => this.zoomHere(2));
    click('fit', () => this.fit());
    click('turn', () => this.turn());
    click('theme', () => this.toggleTheme());
    click('help-open', openHelp);
    installKeys(this);
    new ResizeObserver(() => this.resize()).observe(byId('middle'));
    window.addEventListener('hashchange', () => {
      if (location.hash.slice(1) === this.link) return;
      readLink(this.run, this.view, location.hash);
      this.restore();
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.themed());
    const paper = matchMedia('print');
    const print = (on) => { this.printing = on; this.themed(); this.resize(); this.frame(performance.now()); };
    paper.addEventListener('change', (event) => print(event.matches));
    window.addEventListener('beforeprint', () => print(true));
    window.addEventListener('afterprint', () => print(false));
  }

  /** Shows all of a view that was read from a link. */
  restore() {
    applyFilters(this.run, this.view);
    this.filtersTold++;
    this.filters.show();
    byId('search-words').value = this.view.words;
    if (this.view.words) this.search.find(this.view.words);
    if (this.view.selected && this.view.mode !== 'ring') this.view.now = this.timeOf(this.view.selected);
    this.themed();
    this.panel.show();
    this.showMode();
  }

  // --- Looks

  dark() { return !this.printing && (this.view.theme ? this.view.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches); }
  look() { return { dark: this.dark(), palette: this.dark() ? PALETTES.dark : PALETTES.light }; }

  themed() {
    document.documentElement.dataset.theme = this.dark() ? 'dark' : 'light';
    byId('theme').textContent = this.dark() ? 'Light' : 'Dark';
    this.redraw('all');
  }

  toggleTheme() {
    this.view.theme = this.dark() ? 'light' : 'dark';
    this.themed();
    this.remember();
  }

  // --- Drawing, at most once a frame

  redraw(what) {
    this.due.add(what);
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame((clock) => { this.asked = false; this.frame(clock); });
  }

  frame(clock) {
    const due = this.due;
    this.due = new Set();
    const ring = this.view.mode === 'ring';
    if (ring) this.ringView.advance(clock);
    if (this.view.mode !== 'figures') {
      if (due.has('all') || due.has('diagram')) {
        this.diagram.draw();
        this.map.draw();
        this.overlay.draw();
      } else if (due.has('ring') || due.has('overlay')) {
        this.overlay.draw();
        if (ring) this.map.draw();
      }
    }
    if (ring && (due.has('all') || due.has('ring') || due.has('diagram'))) this.ringView.draw();
  }

  resize() {
    // On paper a pixel of the screen is coarse.
    const density = this.printing ? 3 : Math.min(3, window.devicePixelRatio || 1);
    this.diagram.resize(density);
    this.overlay.pen.fit(density);
    this.map.pen.fit(density);
    if (this.view.mode === 'ring') this.ringView.resize(density);
    this.redraw('all');
  }

  // --- What is shown

  setMode(mode) {
    this.view.mode = mode;
    if (mode !== 'ring') this.ringView.pause();
    else if (!this.view.selected && this.view.now === 0) this.view.now = Math.max(0, this.view.from);
    this.showMode();
    this.remember();
  }

  showMode() {
    const { mode } = this.view;
    for (const name of MODES) byId(`mode-${name}`).setAttribute('aria-pressed', String(name === mode));
    document.body.dataset.mode = mode;
    byId('ring').hidden = mode !== 'ring';
    byId('diagram').hidden = mode === 'figures';
    byId('figures').hidden = mode !== 'figures';
    byId('turn').setAttribute('aria-pressed', String(this.view.vertical));
    if (mode === 'figures') this.plots.show();
    this.resize();
  }

  setRange(from, to) {
    [this.view.from, this.view.to] = clampRange(this.run, from, to);
    this.redraw('diagram');
    this.remember();
  }

  pan(us) { this.setRange(this.view.from + us, this.view.to + us); }
  panShare(share) { this.pan((this.view.to - this.view.from) * share); }
  scroll(pixels) { this.view.scroll += pixels; this.redraw('diagram'); }
  zoom(factor, at) { this.setRange(...zoomRange(this.run, this.view, factor, at)); }

  /** Around what is selected, if it can be seen, and the middle otherwise. */
  zoomHere(factor) {
    const { view } = this;
    const at = view.selected || view.mode === 'ring' ? view.now : -1;
    this.zoom(factor, at >= view.from && at <= view.to ? at : (view.from + view.to) / 2);
  }

  fit() { this.setRange(...wholeRange(this.run)); }
  turn() { this.view.vertical = !this.view.vertical; this.view.scroll = 0; this.showMode(); this.remember(); }

  zoomToSelection() {
    const { selected } = this.view;
    if (!selected) return;
    const m = this.run.messages;
    const span = selected.message !== undefined ? m.end[selected.message] - m.start[selected.message] : this.run.messages.usual;
    this.setRange(this.view.now - 4 * span, this.view.now + 6 * span);
  }

  showSpan(from, to) {
    const margin = Math.max(200, (to - from) * 0.25);
    this.setMode('diagram');
    this.setRange(from - margin, to + margin);
  }

  goElection(step) {
    const { elections } = this.ringView.ring;
    const { view } = this;
    const at = view.mode === 'ring' ? view.now : (view.from + view.to) / 2;
    const middle = (span) => (view.mode === 'ring' ? span.from : (span.from + span.to) / 2);
    const gap = (view.to - view.from) * 1e-6 + 1;
    const next = step > 0 ? elections.find((span) => middle(span) > at + gap) : elections.findLast((span) => middle(span) < at - gap);
    const span = next ?? elections[step > 0 ? 0 : elections.length - 1];
    if (!span) return this.say('There is no election in this run.');
    const margin = (span.to - span.from) * 0.15;
    this.setRange(span.from - margin, span.to + margin);
    if (view.mode === 'ring') this.setNow(Math.max(0, span.from));
  }

  setNow(at, playing = false) {
    const { view } = this;
    view.now = at;
    const span = view.to - view.from;
    if (at > view.to - span * 0.1 || at < view.from) this.setRange(at - span * 0.1, at + span * 0.9);
    this.redraw('ring');
    if (!playing) this.remember();
  }

  // --- Filters

  filtersChanged() {
    applyFilters(this.run, this.view);
    this.filtersTold++;
    this.filters.show();
    this.redraw('all');
    this.remember();
  }

  hide(set, members, hidden) {
    for (const member of members) if (hidden) set.add(member); else set.delete(member);
    this.filtersChanged();
  }
  hideKinds(kinds, hidden) { this.hide(this.view.hiddenKinds, kinds, hidden); }
  hideLines(lines, hidden) { this.hide(this.view.hiddenLines, lines, hidden); }
  setUnfolded(unfolded) { this.view.unfolded = unfolded; this.filtersChanged(); }
  setId(id) { this.view.id = id; this.filtersChanged(); }

  // --- Selection

  timeOf(target) {
    const { run } = this;
    if (target.event !== undefined) return run.events.at[target.event];
    return run.messages.start[target.message];
  }

  /** reveal: moves the picture so that it can be seen. */
  select(target, { reveal = false } = {}) {
    const { view, run } = this;
    view.selected = target;
    this.panel.show();
    if (target) {
      view.now = this.timeOf(target);
      if (reveal) this.reveal(target);
      if (target.event !== undefined) this.say(`${run.lines[run.events.line[target.event]]?.name ?? ''}, ${exactTime(view.now)}: ${run.texts[run.events.text[target.event]] ?? ''}`);
    }
    if (view.mode === 'figures' && target) this.setMode('diagram');
    this.redraw('diagram');
    this.remember();
  }

  reveal(target) {
    const { view, run, diagram } = this;
    const line = target.event !== undefined ? run.events.line[target.event] : run.messages.from[target.message];
    if (diagram.timeline && line >= 0 && !view.hiddenLines.has(line)) {
      const { across, top, depth } = diagram.timeline;
      view.scroll += Math.min(0, across[line] - top - 30) + Math.max(0, across[line] - depth + 30);
    }
    const at = view.now;
    const span = view.to - view.from;
    if (at < view.from + span * 0.03 || at > view.to - span * 0.03) this.setRange(at - span / 2, at + span / 2);
  }

  say(words) { byId('said').textContent = words; }

  /** Not at once: browsers allow only so many changes of the address. */
  remember() {
    clearTimeout(this.remembering);
    this.remembering = setTimeout(() => {
      this.link = linkOf(this.run, this.view);
      try {
        history.replaceState(null, '', `#${this.link}`);
      } catch {
        // Some places that show a page, such as a frame without an origin, do not let it name its address.
      }
    }, 250);
  }
}
