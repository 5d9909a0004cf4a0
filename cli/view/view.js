// What the reader looks at: range of time, filters, selection; and which messages that leaves to be drawn.

const HIDDEN = 0, ARROW = 1, FOLDED = 2;

function newView(run) {
  return {
    mode: 'diagram', from: 0, to: run.duration, scroll: 0, vertical: false, unfolded: false,
    hiddenKinds: new Set(), hiddenLines: new Set(), id: '', words: '', selected: null, now: 0, theme: '', speed: 1, slow: true,
  };
}

/** A pale margin on both sides, so that the first and the last event are not at the edge. */
function wholeRange(run) {
  const margin = run.duration * 0.015;
  return [-margin, run.duration + margin];
}

/** run.shown: for each message how it is drawn; run.dotShown: for each event whether its dot is. */
function applyFilters(run, view) {
  const m = run.messages;
  const carries = view.id ? run.texts.map((text) => text !== '' && ` ${text} `.includes(` ${view.id} `)) : null;
  run.shown = new Uint8Array(m.count);
  const kindShown = run.familyOf.map((family, kind) => (view.hiddenKinds.has(kind) ? HIDDEN
    : family === HEARTBEATS && !view.unfolded ? FOLDED : ARROW));
  const lineShown = new Uint8Array(run.lines.length + 1);  // The last one stands for machines outside the picture.
  for (let line = 0; line <= run.lines.length; line++) lineShown[line] = view.hiddenLines.has(line) ? 0 : 1;
  const outside = run.lines.length;
  for (let i = 0; i < m.count; i++) {
    const from = m.from[i] < 0 ? outside : m.from[i], to = m.to[i] < 0 ? outside : m.to[i];
    if (!lineShown[from] || !lineShown[to] || (from === outside && to === outside)) continue;
    if (carries && !carries[m.ids[i]]) continue;
    run.shown[i] = carries ? (view.hiddenKinds.has(m.kind[i]) ? HIDDEN : ARROW) : kindShown[m.kind[i]];
  }
  countBlocks(run);
  filterDots(run, view);
}

function filterDots(run, view) {
  const e = run.events;
  run.dotShown = new Uint8Array(e.count);
  for (let i = 0; i < e.count; i++) {
    const message = e.received[i];
    let shown = message < 0 ? !view.id : run.shown[message] === ARROW;
    for (let s = e.firstSent[i]; !shown && s < e.firstSent[i + 1]; s++) shown = run.shown[e.sent[s]] === ARROW;
    // A wake that did nothing but send folded heartbeats is folded with them.
    if (shown && message < 0 && !view.id && e.firstSent[i] < e.firstSent[i + 1]) shown = anySentShown(run, i);
    run.dotShown[i] = shown ? 1 : 0;
  }
  // For drawing: times of the shown ones alone, line by line, and whether each changed its machine.
  run.dots = run.eventsOf.map((rows) => {
    const shown = rows.filter((event) => run.dotShown[event]);
    return { at: Float64Array.from(shown, (event) => e.at[event]), changed: Uint8Array.from(shown, (event) => (e.changes[event] >= 0 ? 1 : 0)) };
  });
}

function anySentShown(run, event) {
  const e = run.events;
  for (let s = e.firstSent[event]; s < e.firstSent[event + 1]; s++) if (run.shown[e.sent[s]] === ARROW) return true;
  return false;
}
