// The drawer on the left: which kinds, machines and messages of people are shown.

class Filters {
  constructor(app) {
    this.app = app;
    this.element = byId('filters');
    this.build();
  }

  build() {
    const { run } = this.app;
    this.id = make('input', { type: 'search', id: 'filter-id', placeholder: 'such as 4f2a:17', autocomplete: 'off', 'aria-label': 'Id of a message of a person',
      on: { change: () => this.app.setId(this.id.value.trim()) } });
    this.unfold = make('input', { type: 'checkbox', id: 'unfold', on: { change: () => this.app.setUnfolded(this.unfold.checked) } });
    this.element.replaceChildren(
      make('h2', {}, 'Messages'),
      make('label', { class: 'check' }, this.unfold, ' unfold heartbeats', make('kbd', {}, 'H')),
      make('div', { class: 'families' }, ...FAMILIES.map((family, index) => this.family(family, index)).filter(Boolean)),
      this.buttons('kinds'),
      make('h2', {}, 'Machines'),
      make('div', { class: 'lines' }, ...run.lines.map((line) => this.line(line))),
      make('h2', {}, 'Message id'),
      this.id);
    this.show();
  }

  family(family, index) {
    const { run } = this.app;
    const kinds = [...run.kinds.keys()].filter((kind) => run.familyOf[kind] === index && run.kindCounts[kind] > 0);
    if (kinds.length === 0) return null;
    const all = make('input', { type: 'checkbox', 'data-family': family.name,
      on: { change: () => this.app.hideKinds(kinds, !all.checked) } });
    const total = kinds.reduce((sum, kind) => sum + run.kindCounts[kind], 0);
    const rows = kinds.map((kind) => {
      const box = make('input', { type: 'checkbox', 'data-kind': String(kind), on: { change: () => this.app.hideKinds([kind], !box.checked) } });
      return make('label', { class: 'check kind' }, box, ` ${kindName(run, kind)}`, make('span', { class: 'count' }, run.kindCounts[kind].toLocaleString('en')));
    });
    return make('details', {}, make('summary', {}, make('label', { class: 'check', on: { click: (event) => event.stopPropagation() } }, all,
      make('i', { class: `swatch ${family.name}` }), family.label), make('span', { class: 'count' }, total.toLocaleString('en'))), ...rows);
  }

  line(line) {
    const box = make('input', { type: 'checkbox', 'data-line': String(line.index), on: { change: () => this.app.hideLines([line.index], !box.checked) } });
    return make('label', { class: 'check' }, box, ` ${line.name}`, make('span', { class: 'count' }, this.app.run.eventsOf[line.index].length.toLocaleString('en')));
  }

  buttons() {
    const every = [...this.app.run.kinds.keys()];
    return make('p', { class: 'all' }, make('button', { on: { click: () => this.app.hideKinds(every, false) } }, 'all'),
      make('button', { on: { click: () => this.app.hideKinds(every, true) } }, 'none'),
      make('button', { on: { click: () => this.onlyVoting(every) } }, 'only voting'));
  }

  onlyVoting(every) {
    const { run } = this.app;
    this.app.view.hiddenKinds = new Set(every.filter((kind) => run.familyOf[kind] > 1));
    this.app.filtersChanged();
  }

  show() {
    const { view } = this.app;
    this.unfold.checked = view.unfolded;
    this.id.value = view.id;
    for (const box of this.element.querySelectorAll('[data-kind]')) box.checked = !view.hiddenKinds.has(Number(box.dataset.kind));
    for (const box of this.element.querySelectorAll('[data-line]')) box.checked = !view.hiddenLines.has(Number(box.dataset.line));
    for (const box of this.element.querySelectorAll('[data-family]')) {
      const kinds = [...box.closest('details').querySelectorAll('[data-kind]')];
      box.checked = kinds.some((kind) => kind.checked);
      box.indeterminate = box.checked && !kinds.every((kind) => kind.checked);
    }
  }
}
