// The address of the page holds what it shows: view, range, filters, selection.

const MODES = ['diagram', 'ring', 'figures'];

function linkOf(run, view) {
  const parts = new URLSearchParams();
  if (view.mode !== 'diagram') parts.set('view', view.mode);
  const [from, to] = wholeRange(run);
  if (Math.abs(view.from - from) > 1 || Math.abs(view.to - to) > 1) parts.set('from', `${round(view.from)}`), parts.set('to', `${round(view.to)}`);
  if (view.selected) parts.set(view.selected.event !== undefined ? 'event' : 'message', String(view.selected.event ?? view.selected.message));
  if (view.mode === 'ring') parts.set('now', String(Math.round(view.now)));
  if (view.unfolded) parts.set('unfolded', '1');
  if (view.vertical) parts.set('down', '1');
  if (view.hiddenKinds.size) parts.set('without', [...view.hiddenKinds].map((kind) => kindName(run, kind)).join('.'));
  if (view.hiddenLines.size) parts.set('lines-off', [...view.hiddenLines].join('.'));
  if (view.id) parts.set('id', view.id);
  if (view.words) parts.set('words', view.words);
  if (view.theme) parts.set('theme', view.theme);
  return parts.toString();
}

const round = (us) => Math.round(us * 1000) / 1000;

/** What makes no sense for this run is left out. */
function readLink(run, view, hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const number = (name) => (parts.has(name) && Number.isFinite(Number(parts.get(name))) ? Number(parts.get(name)) : null);
  view.mode = MODES.includes(parts.get('view')) ? parts.get('view') : 'diagram';
  const whole = wholeRange(run);
  [view.from, view.to] = clampRange(run, number('from') ?? whole[0], number('to') ?? whole[1]);
  const event = number('event'), message = number('message');
  view.selected = event >= 0 && event !== null && event < run.events.count ? { event: event | 0 }
    : message !== null && message >= 0 && message < run.messages.count ? { message: message | 0 } : null;
  view.now = Math.min(run.duration, Math.max(0, number('now') ?? 0));
  view.unfolded = parts.get('unfolded') === '1';
  view.vertical = parts.get('down') === '1';
  const names = (parts.get('without') ?? '').split('.').filter(Boolean);
  view.hiddenKinds = new Set(names.map((name) => run.kinds.indexOf(name)).filter((kind) => kind >= 0));
  view.hiddenLines = new Set((parts.get('lines-off') ?? '').split('.').filter(Boolean).map(Number).filter((line) => run.lines[line]));
  view.id = parts.get('id') ?? '';
  view.words = parts.get('words') ?? '';
  view.theme = ['light', 'dark'].includes(parts.get('theme')) ? parts.get('theme') : '';
}
