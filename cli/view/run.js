// What the page knows of a run: its columns as typed arrays, with the indices that drawing and stepping need.
'use strict';

const BLOCK = 256;  // Messages that share one "latest end", so that looking for visible ones skips most.

function typed(Kind, column, count) {
  const array = new Kind(count);
  if (column) array.set(column.length > count ? column.slice(0, count) : column);
  return array;
}

function prepareEvents(raw) {
  const e = raw.events ?? {};
  const count = e.at?.length ?? 0;
  return {
    count,
    line: typed(Int32Array, e.line, count),
    at: typed(Float64Array, e.at, count),
    what: typed(Uint8Array, e.what, count),
    text: typed(Int32Array, e.text, count),
    changes: e.changes ? typed(Int32Array, e.changes, count) : new Int32Array(count).fill(-1),
  };
}

function prepareMessages(raw) {
  const m = raw.messages ?? {};
  const count = m.sent?.length ?? 0;
  const column = (Kind, name, otherwise) => (m[name] ? typed(Kind, m[name], count) : new Kind(count).fill(otherwise));
  return {
    count,
    from: column(Int32Array, 'from', -1), to: column(Int32Array, 'to', -1),
    sent: column(Float64Array, 'sent', -1), arrived: column(Float64Array, 'arrived', -1),
    kind: column(Uint8Array, 'kind', 0), text: column(Int32Array, 'text', 0), ids: column(Int32Array, 'ids', 0),
    sendEvent: column(Int32Array, 'send_event', -1), arriveEvent: column(Int32Array, 'arrive_event', -1),
    lostWhy: column(Int32Array, 'lost_why', 0),
    start: new Float64Array(count), end: new Float64Array(count), lost: new Uint8Array(count),
  };
}

/** How long a message usually takes: a lost one is drawn as if it had got half that far. */
function usualDelay(m) {
  const some = [];
  for (let i = 0, step = Math.max(1, m.count >> 10); i < m.count; i += step) {
    if (m.sent[i] >= 0 && m.arrived[i] >= m.sent[i]) some.push(m.arrived[i] - m.sent[i]);
  }
  some.sort((a, b) => a - b);
  return some[some.length >> 1] || 500;
}

function orderMessages(m) {
  m.usual = usualDelay(m);
  let sorted = true;
  for (let i = 0; i < m.count; i++) {
    const arrived = m.arrived[i] >= 0;
    m.start[i] = m.sent[i] >= 0 ? m.sent[i] : Math.max(0, m.arrived[i]);
    m.end[i] = arrived ? Math.max(m.arrived[i], m.start[i]) : m.start[i] + m.usual * 0.6;
    m.lost[i] = !arrived && m.sent[i] >= 0 && m.to[i] >= 0 ? 1 : 0;
    if (i > 0 && m.start[i] < m.start[i - 1]) sorted = false;
  }
  m.byStart = Int32Array.from({ length: m.count }, (_, i) => i);
  if (!sorted) m.byStart.sort((a, b) => m.start[a] - m.start[b] || a - b);
  m.blockEnd = new Float64Array(Math.ceil(m.count / BLOCK));
  m.byStart.forEach((i, at) => { m.blockEnd[at / BLOCK | 0] = Math.max(m.blockEnd[at / BLOCK | 0], m.end[i]); });
}

/** For each event the message that it received, and those that it sent, in order. */
function linkMessages(events, m) {
  events.received = new Int32Array(events.count).fill(-1);
  events.firstSent = new Int32Array(events.count + 1);
  for (let i = 0; i < m.count; i++) {
    if (m.arriveEvent[i] >= 0 && m.arriveEvent[i] < events.count) events.received[m.arriveEvent[i]] = i;
    if (m.sendEvent[i] >= 0 && m.sendEvent[i] < events.count) events.firstSent[m.sendEvent[i] + 1]++;
  }
  for (let i = 0; i < events.count; i++) events.firstSent[i + 1] += events.firstSent[i];
  events.sent = new Int32Array(events.firstSent[events.count]);
  const next = events.firstSent.slice();
  for (let i = 0; i < m.count; i++) {
    if (m.sendEvent[i] >= 0 && m.sendEvent[i] < events.count) events.sent[next[m.sendEvent[i]]++] = i;
  }
}

function eventsByLine(events, lines) {
  const counts = new Int32Array(lines.length);
  for (const line of events.line) if (line < lines.length) counts[line]++;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  events.line.forEach((line, event) => { if (line < lines.length) rows[line][counts[line]++] = event; });
  return rows;
}

/** Ids may be longer than what a number holds exactly; shorter ones are smaller. */
function idLess(a, b) { return a.length !== b.length && /^\d+$/.test(a + b) ? a.length < b.length : a < b; }
function compareIds(a, b) { return a === b ? 0 : idLess(a, b) ? -1 : 1; }

function prepareLines(raw) {
  const lines = (raw.lines ?? []).map((line, index) => ({ name: `line ${index}`, kind: 'client', id: String(index), ...line, index }));
  const servers = lines.filter((line) => line.kind === 'server').sort((a, b) => compareIds(a.id, b.id));
  servers.forEach((line, place) => { line.place = place; });
  return { lines, servers };
}

function prepareRun(raw) {
  const run = { title: '', program: '', notes: [], texts: [''], changes: [], states: [], bands: [], views: [], roles: [], kinds: [], ...raw };
  Object.assign(run, prepareLines(run));
  run.eventKinds = run.event_kinds ?? [];
  run.stats = run.stats ?? {};
  run.events = prepareEvents(run);
  run.messages = prepareMessages(run);
  orderMessages(run.messages);
  linkMessages(run.events, run.messages);
  run.eventsOf = eventsByLine(run.events, run.lines);
  const last = Math.max(run.events.at[run.events.count - 1] ?? 0, run.duration_us ?? 0);
  run.duration = Math.max(1, last);
  run.lineById = new Map(run.lines.map((line) => [line.id, line]));
  return run;
}

/** The first place of `sorted` (of length n) whose value, by `value(i)`, is not below `x`. */
function lowerBound(n, value, x) {
  let low = 0;
  for (let high = n; low < high;) {
    const middle = (low + high) >> 1;
    if (value(middle) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** use(message) for each that is under way within [from, to], by start. */
function eachMessage(m, from, to, use) {
  const end = lowerBound(m.count, (i) => m.start[m.byStart[i]], to + 1e-9);
  for (let block = 0; block * BLOCK < end; block++) {
    if (m.blockEnd[block] < from) continue;
    const stop = Math.min(end, (block + 1) * BLOCK);
    for (let i = block * BLOCK; i < stop; i++) {
      const message = m.byStart[i];
      if (m.end[message] >= from) use(message);
    }
  }
}

/** What JSON the page was given: alone, or as an assignment. */
function readRun(text) {
  const json = text.trim().replace(/^(?:const|var|let)\s+RUN\s*=\s*/, '').replace(/;$/, '');
  return json && json !== 'null' ? JSON.parse(json) : {};
}
