// Words sought in events and messages, and the way from hit to hit.

const HITS_LISTED = 200;

class Search {
  constructor(app) {
    this.app = app;
    this.hits = [];
    this.at = -1;
    this.input = byId('search-words');
    this.list = make('ol', { id: 'hits', 'aria-label': 'Hits', hidden: true });
    byId('search').append(this.list);
    this.input.addEventListener('input', () => { clearTimeout(this.wait); this.wait = setTimeout(() => this.find(this.input.value), 120); });
    this.input.addEventListener('keydown', (event) => this.key(event));
    byId('search').addEventListener('submit', (event) => event.preventDefault());
    byId('search').addEventListener('focusout', (event) => { if (!byId('search').contains(event.relatedTarget)) this.list.hidden = true; });
    this.input.addEventListener('focus', () => { this.list.hidden = this.hits.length === 0; });
    byId('search-next').addEventListener('click', () => this.go(1));
    byId('search-back').addEventListener('click', () => this.go(-1));
  }

  key(event) {
    if (event.key === 'Enter') {
      event.preventDefault();
      clearTimeout(this.wait);
      if (this.input.value !== this.app.view.words) this.find(this.input.value);
      this.go(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      this.list.hidden = true;
      this.input.blur();
    }
  }

  /** Each text once, then who has it. A message that arrived is found as the event that received it, too: it is listed once. */
  find(words) {
    const { run, view } = this.app;
    view.words = words;
    this.at = -1;
    this.hits = [];
    const sought = words.trim().toLowerCase();
    if (sought) {
      const has = run.texts.map((text) => text.toLowerCase().includes(sought));
      const kinds = run.kinds.map((kind) => kind.toLowerCase().includes(sought));
      const e = run.events, m = run.messages;
      for (let i = 0; i < e.count; i++) if (has[e.text[i]]) this.hits.push({ at: e.at[i], event: i });
      for (let i = 0; i < m.count; i++) {
        const listed = m.arriveEvent[i] >= 0 && has[e.text[m.arriveEvent[i]]];
        if (!listed && (has[m.text[i]] || has[m.ids[i]] || kinds[m.kind[i]])) this.hits.push({ at: m.start[i], message: i });
      }
      this.hits.sort((a, b) => a.at - b.at);
    }
    this.show();
    this.app.remember();
  }

  show() {
    const { run } = this.app;
    byId('search-count').textContent = !this.app.view.words.trim() ? '' : this.hits.length === 0 ? 'none'
      : `${this.at < 0 ? '' : `${this.at + 1} of `}${this.hits.length.toLocaleString('en')}`;
    const first = Math.max(0, Math.min(this.at - 20, this.hits.length - HITS_LISTED));
    const rows = this.hits.slice(first, first + HITS_LISTED).map((hit, row) => {
      const text = hit.event !== undefined ? run.texts[run.events.text[hit.event]] : run.texts[run.messages.text[hit.message]];
      const line = run.lines[hit.event !== undefined ? run.events.line[hit.event] : run.messages.from[hit.message]]?.name ?? '';
      return make('li', { class: first + row === this.at ? 'here' : '' }, make('button', { type: 'button', on: { click: () => { this.at = first + row; this.go(0); } } },
        make('span', { class: 'when' }, exactTime(hit.at)), ` ${line} `, make('span', { class: 'quiet' }, (text ?? '').slice(0, 140))));
    });
    this.list.replaceChildren(...rows);
    this.list.hidden = rows.length === 0 || !byId('search').contains(document.activeElement);
    this.list.querySelector('.here')?.scrollIntoView({ block: 'nearest' });
  }

  go(step) {
    if (this.hits.length === 0) return;
    this.at = this.at < 0 ? (step < 0 ? this.hits.length - 1 : 0) : (this.at + step + this.hits.length) % this.hits.length;
    const { event, message } = this.hits[this.at];
    this.app.select(event !== undefined ? { event } : { message }, { reveal: true });
    this.show();
  }
}
