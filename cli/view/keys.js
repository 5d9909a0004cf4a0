// Every key of the page in one table, which is also what the help shows.

const KEYS = [
  { keys: ['ArrowLeft'], name: '←', text: 'event before on the same line', act: (app) => app.stepper.along(-1) },
  { keys: ['ArrowRight'], name: '→', text: 'next event on the same line', act: (app) => app.stepper.along(1) },
  { keys: ['ArrowUp'], name: '↑', text: 'to the line above', act: (app) => app.stepper.across(-1) },
  { keys: ['ArrowDown'], name: '↓', text: 'to the line below', act: (app) => app.stepper.across(1) },
  { keys: ['Enter'], name: 'Enter', text: 'follow the first message that it sent', act: (app) => app.stepper.follow() },
  { keys: ['Shift+ArrowLeft'], name: 'Shift ←', text: 'earlier', act: (app) => app.panShare(-0.2) },
  { keys: ['Shift+ArrowRight'], name: 'Shift →', text: 'later', act: (app) => app.panShare(0.2) },
  { keys: ['Shift+ArrowUp'], name: 'Shift ↑', text: 'lines further up', act: (app) => app.scroll(-60) },
  { keys: ['Shift+ArrowDown'], name: 'Shift ↓', text: 'lines further down', act: (app) => app.scroll(60) },
  { keys: ['+', '='], name: '+', text: 'zoom in', act: (app) => app.zoomHere(0.5) },
  { keys: ['-', '_'], name: '−', text: 'zoom out', act: (app) => app.zoomHere(2) },
  { keys: ['f', '0'], name: 'F', text: 'the whole run', act: (app) => app.fit() },
  { keys: ['z'], name: 'Z', text: 'zoom to what is selected', act: (app) => app.zoomToSelection() },
  { keys: ['e'], name: 'E', text: 'next election', act: (app) => app.goElection(1) },
  { keys: ['Shift+e', 'E'], name: 'Shift E', text: 'election before', act: (app) => app.goElection(-1) },
  { keys: ['h'], name: 'H', text: 'fold or unfold heartbeats', act: (app) => app.setUnfolded(!app.view.unfolded) },
  { keys: ['o'], name: 'O', text: 'time to the right or downwards', act: (app) => app.turn() },
  { keys: ['/'], name: '/', text: 'search', act: () => byId('search-words').focus() },
  { keys: ['n'], name: 'N', text: 'next hit', act: (app) => app.search.go(1) },
  { keys: ['Shift+n', 'N'], name: 'Shift N', text: 'hit before', act: (app) => app.search.go(-1) },
  { keys: ['1'], name: '1', text: 'diagram', act: (app) => app.setMode('diagram') },
  { keys: ['2'], name: '2', text: 'ring', act: (app) => app.setMode('ring') },
  { keys: ['3'], name: '3', text: 'figures', act: (app) => app.setMode('figures') },
  { keys: [' '], name: 'Space', text: 'play or pause the ring', act: (app) => app.ringView.toggle() },
  { keys: ['t'], name: 'T', text: 'light or dark', act: (app) => app.toggleTheme() },
  { keys: ['Escape'], name: 'Esc', text: 'select nothing', act: (app) => app.select(null) },
  { keys: ['?'], name: '?', text: 'this help', act: () => openHelp() },
];

function installKeys(app) {
  const table = new Map(KEYS.flatMap((entry) => entry.keys.map((key) => [key, entry])));
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId('help').open) return;
    const target = event.target;
    if (target.closest('input:not([type=checkbox]):not([type=range]), select, textarea')) return;
    // What a focused control does with a key comes first.
    if (target.closest('button, summary, input, label') && (event.key === 'Enter' || event.key === ' ')) return;
    if (target.closest('input[type=range]') && event.key.startsWith('Arrow')) return;
    const shifted = event.shiftKey && (event.key.startsWith('Arrow') || event.key.length === 1) ? table.get(`Shift+${event.key}`) : null;
    const entry = shifted ?? table.get(event.key);
    if (!entry) return;
    event.preventDefault();
    entry.act(app);
  });
}

function buildHelp() {
  const rows = KEYS.map(({ name, text }) => make('div', {}, make('dt', {}, make('kbd', {}, name)), make('dd', {}, text)));
  byId('help').replaceChildren(make('h2', {}, 'Keys'), make('dl', {}, ...rows), make('h2', {}, 'Mouse'),
    make('p', {}, 'The wheel zooms where the pointer is; dragging moves; shift and wheel moves in time; alt and wheel moves over the lines. A click selects, a double click zooms in.'),
    make('h2', {}, 'Signs'),
    make('p', {}, 'A full dot is an event that changed its machine’s state, a small one an event that did not. Dashed arrows are answers. An arrow that ends in a cross did not arrive. '
      + 'The ground of a line is the view that the server is in, in the colour of its leader; the crown is on the leader’s line.'),
    make('form', { method: 'dialog' }, make('button', { autofocus: '' }, 'Close')));
}

function openHelp() { byId('help').showModal(); }
