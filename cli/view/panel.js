// The details of what is selected: content, the state's changes, and the whole state.

class Panel {
  constructor(app) {
    this.app = app;
    this.element = byId('panel');
    this.treeFilter = '';
    this.openPaths = new Set();
  }

  show() {
    const { selected } = this.app.view;
    this.element.classList.toggle('empty', !selected);
    const rows = !selected ? this.nothing() : selected.event !== undefined ? this.event(selected.event) : this.message(selected.message);
    this.element.replaceChildren(...rows.filter(Boolean));
    this.element.scrollTop = 0;
  }

  nothing() {
    const { run } = this.app;
    const wall = run.start_wall_ms ? new Date(run.start_wall_ms).toISOString().replace('T', ' ').slice(0, 19) : null;
    const row = (name, value) => [make('dt', {}, name), make('dd', {}, value)];
    return [
      make('h2', {}, 'This run'),
      make('dl', { class: 'facts' }, ...row('length', exactTime(run.duration)), ...row('machines', String(run.lines.length)),
        ...row('events', run.events.count.toLocaleString('en')), ...row('messages', run.messages.count.toLocaleString('en')),
        ...(wall ? row('began', `${wall} UTC`) : [])),
      make('p', { class: 'quiet' }, 'Click a dot or an arrow to see what it says and what it changed. Point at a vote to follow it round the ring.'),
      make('p', { class: 'quiet' }, 'Press ? for all keys.'),
    ];
  }

  head(title, at, line, more = '') {
    return make('div', { class: 'head' }, make('h2', {}, title), make('p', { class: 'quiet' }, [line, exactTime(at), more].filter(Boolean).join(' · ')),
      make('button', { class: 'close', 'aria-label': 'Close details', title: 'Close (Esc)', on: { click: () => this.app.select(null) } }, '×'));
  }

  event(event) {
    const { run } = this.app;
    const e = run.events;
    const received = e.received[event];
    const kind = run.eventKinds[e.what[event]] ?? 'event';
    const title = received >= 0 ? `${kind} ${kindName(run, run.messages.kind[received])}` : kind;
    const changes = this.app.states.changesOf(event);
    return [
      this.head(title, e.at[event], run.lines[e.line[event]]?.name, `#${event}`),
      this.steps(event),
      make('pre', { class: 'content' }, pretty(run.texts[e.text[event]] ?? '')),
      received >= 0 ? this.messages('Came from', [received], (i) => ({ event: run.messages.sendEvent[i], message: i })) : null,
      this.sent(event),
      this.changes(changes),
      this.state(event, changes),
    ];
  }

  steps(event) {
    const step = (text, label, act) => make('button', { 'aria-label': label, title: label, on: { click: act } }, text);
    return make('div', { class: 'steps', role: 'toolbar', 'aria-label': 'Steps' },
      step('← before', 'Event before on this line (←)', () => this.app.stepper.along(-1)),
      step('next →', 'Next event on this line (→)', () => this.app.stepper.along(1)),
      step('follow ⏎', 'Follow the first message that it sent (Enter)', () => this.app.stepper.follow()));
  }

  sent(event) {
    const e = this.app.run.events;
    const list = Array.from(e.sent.subarray(e.firstSent[event], e.firstSent[event + 1]));
    return list.length ? this.messages(list.length === 1 ? 'Sent' : `Sent ${list.length} messages`, list, (i) => ({ message: i })) : null;
  }

  messages(title, list, target) {
    const { run } = this.app;
    const m = run.messages;
    const rows = list.slice(0, 60).map((i) => {
      const to = target(i);
      const family = FAMILIES[run.familyOf[m.kind[i]]];
      return make('li', {}, make('button', { class: 'message', on: { click: () => this.app.select(to.event >= 0 ? { event: to.event } : { message: i }, { reveal: true }) } },
        make('i', { class: `swatch ${family.name}` }), make('b', {}, kindName(run, m.kind[i])),
        ` ${shortName(run, m.from[i])} → ${shortName(run, m.to[i])}`, make('span', { class: m.lost[i] ? 'lost' : 'quiet' }, ` ${fateOf(run, i)}`)));
    });
    return make('section', {}, make('h3', {}, title), make('ul', { class: 'messages' }, ...rows));
  }

  message(i) {
    const { run } = this.app;
    const m = run.messages;
    const vote = run.votes.get(i);
    const go = (name, event) => (event >= 0 ? make('button', { on: { click: () => this.app.select({ event }, { reveal: true }) } }, name) : null);
    const ids = (run.texts[m.ids[i]] ?? '').split(' ').filter(Boolean);
    const changed = m.arriveEvent[i] >= 0 ? this.app.states.changesOf(m.arriveEvent[i]) : null;
    return [
      this.head(kindName(run, m.kind[i]), m.start[i], `${shortName(run, m.from[i])} → ${shortName(run, m.to[i])}`, fateOf(run, i)),
      make('div', { class: 'steps' }, go('event that sent it', m.sendEvent[i]), go('its arrival ⏎', m.arriveEvent[i])),
      make('pre', { class: 'content' }, pretty(run.texts[m.text[i]] ?? '')),
      vote ? this.chain(vote, i) : null,
      ids.length ? make('section', {}, make('h3', {}, 'Messages of people inside'),
        make('p', {}, ...ids.map((id) => make('button', { class: 'id', title: 'Show only what carries it', on: { click: () => this.app.setId(id) } }, id)))) : null,
      changed ? this.changes(changed) : null,
      changed ? this.state(m.arriveEvent[i], changed) : null,
    ];
  }

  chain(vote, here) {
    const { run } = this.app;
    const rows = vote.chain.votes.map((i) => make('li', { class: i === here ? 'here' : '' },
      make('button', { on: { click: () => this.app.select({ message: i }, { reveal: true }) } },
        run.messages.lost[i] ? `lost on the way to ${shortName(run, run.messages.to[i])}` : verdict(run, i) || 'passed on')));
    return make('section', {}, make('h3', {}, `The vote for ${vote.candidate}, round ${vote.round}`), make('ol', { class: 'chain' }, ...rows));
  }

  changes(changes) {
    if (changes.length === 0) return make('p', { class: 'quiet nochange' }, 'The state did not change.');
    return make('section', { id: 'changes' }, make('h3', {}, changes.length === 1 ? '1 change' : `${changes.length} changes`),
      make('dl', { class: 'changes' }, ...changes.flatMap(({ path, before, after }) => [make('dt', {}, path),
        make('dd', {}, make('del', before === 'nothing' ? { class: 'nil' } : {}, before), ' → ', make('ins', after === 'nothing' ? { class: 'nil' } : {}, after))])));
  }

  /** Of one event, after it or before it. */
  state(event, changes) {
    const section = make('section', { id: 'state' });
    const show = (before) => {
      const root = before ? this.app.states.before(event) : this.app.states.after(event);
      const side = (name, pressed) => make('button', { 'aria-pressed': String(pressed), on: { click: () => show(name === 'before') } }, name);
      section.replaceChildren(make('h3', {}, root ? `State ${before ? 'before' : 'after'} it, ${countMembers(root)} members` : 'Nothing is known of the state before it'),
        make('div', { class: 'segments' }, side('before', before), side('after', !before)), ...(root ? this.tree(root, changes) : []));
    };
    if (!this.app.states.after(event)) return null;
    show(false);
    return section;
  }

  tree(root, changes) {
    const marks = { changed: new Set(changes.map((change) => change.path)), touched: new Set() };
    for (const path of marks.changed) splitPath(path).reduce((above, name) => { marks.touched.add(above); return joinPath(above, name); }, '');
    const tree = make('div', { class: 'tree' });
    const fill = () => tree.replaceChildren(...this.branches(root, '', marks));
    const filter = make('input', { type: 'search', placeholder: 'Filter members', 'aria-label': 'Filter members of the state',
      on: { input: () => { this.treeFilter = filter.value; fill(); } } });
    filter.value = this.treeFilter;
    fill();
    return [filter, tree];
  }

  /** Branches are filled when they are opened: states may have thousands of members. */
  branches(node, above, marks) {
    const words = this.treeFilter.trim().toLowerCase();
    const wanted = (child, path) => !words || path.toLowerCase().includes(words) || (child.value ?? '').toLowerCase().includes(words)
      || [...child.inner].some(([name, inner]) => wanted(inner, joinPath(path, name)));
    const children = [...node.inner].map(([name, child]) => ({ name, child, path: joinPath(above, name) })).filter(({ child, path }) => wanted(child, path));
    const rows = children.slice(0, 400).map((entry) => this.branch(entry, marks, words !== ''));
    if (children.length > 400) rows.push(make('p', { class: 'quiet' }, `and ${children.length - 400} more: use the filter`));
    return rows;
  }

  branch({ name, child, path }, marks, allOpen) {
    const value = child.value === undefined ? null : make('span', { class: marks.changed.has(path) ? 'value changed' : 'value' }, child.value);
    const label = make('span', { class: 'member' }, name);
    if (child.inner.size === 0) return make('div', { class: 'leaf' }, label, ' ', value ?? make('span', { class: 'quiet' }, 'empty'));
    const details = make('details', { class: marks.touched.has(path) ? 'touched' : '' },
      make('summary', {}, label, ' ', value ?? make('span', { class: 'quiet' }, String(child.inner.size))));
    const fill = () => { if (details.open && details.childElementCount === 1) details.append(...this.branches(child, path, marks)); };
    details.open = allOpen || this.openPaths.has(path) || marks.touched.has(path);
    fill();
    details.addEventListener('toggle', () => {
      // What was opened by hand stays open from event to event.
      if (details.open) this.openPaths.add(path);
      else this.openPaths.delete(path);
      fill();
    });
    return details;
  }
}

/** Values in one line, broken at their braces where they are long. */
function pretty(text) {
  if (text.length < 70) return text;
  let depth = 0, out = '', quoted = false;
  for (let i = 0; i < text.length && i < 20000; i++) {
    const letter = text[i];
    if (letter === '"' && text[i - 1] !== '\\') quoted = !quoted;
    if (quoted) { out += letter; continue; }
    const short = '{['.includes(letter) && closesSoon(text, i);
    if (short) { out += text.slice(i, short + 1); i = short; continue; }
    if ('{['.includes(letter)) out += `${letter}\n${'  '.repeat(++depth)}`;
    else if ('}]'.includes(letter)) out += `\n${'  '.repeat(depth = Math.max(0, depth - 1))}${letter}`;
    else if (letter === ',' && depth > 0) { out += `,\n${'  '.repeat(depth)}`; if (text[i + 1] === ' ') i++; }
    else out += letter;
  }
  return out;
}

/** Where the brace at i closes, when that is within 40 letters. */
function closesSoon(text, i) {
  for (let j = i + 1, depth = 1; j < text.length && j - i < 40; j++) {
    if ('{['.includes(text[j])) depth++;
    if ('}]'.includes(text[j]) && --depth === 0) return j;
  }
  return 0;
}
