// Figures of the run: messages by kind, elections, how long things took.

class Plots {
  constructor(app) {
    this.app = app;
    this.element = byId('figures');
  }

  show() {
    if (this.built) return;
    this.built = true;
    const { stats } = this.app.run;
    this.element.replaceChildren(
      this.kinds(stats.messages_by_kind ?? countedKinds(this.app.run)),
      this.elections(stats.elections ?? []),
      this.latencies('From a message to its ✓✓', stats.acknowledged_us ?? [], 'acknowledged'),
      this.latencies('From a leader’s death to the next leader', stats.failover_us ?? [], 'failover'));
  }

  kinds(rows) {
    const { run } = this.app;
    const sorted = [...rows].filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
    const most = Math.max(1, ...sorted.map(([, count]) => count));
    const body = sorted.map(([kind, count, bytes]) => {
      const family = FAMILIES[run.familyOf[kind] ?? OTHER];
      return make('tr', {}, make('th', { scope: 'row' }, kindName(run, kind)),
        make('td', { class: 'bar' }, make('i', { class: family.name, style: `width:${(100 * count / most).toFixed(2)}%` })),
        make('td', { class: 'number' }, count.toLocaleString('en')), make('td', { class: 'number quiet' }, bytes ? bytesText(bytes) : ''));
    });
    return make('section', { class: 'kinds' }, make('h2', {}, 'Messages by kind'), sorted.length ? make('table', {}, ...body) : make('p', { class: 'quiet' }, 'None.'));
  }

  elections(rows) {
    const body = rows.map((election) => make('tr', {},
      make('td', {}, make('button', { on: { click: () => this.app.showSpan(election.from, election.to) } }, exactTime(election.from))),
      make('td', { class: 'number' }, String(election.round)), make('td', {}, election.reason ?? ''),
      make('td', { class: 'number' }, election.to >= election.from ? shortTime(election.to - election.from) : ''), make('td', {}, election.winner || 'nobody')));
    const head = make('tr', {}, ...['began', 'round', 'reason', 'took', 'winner'].map((name) => make('th', { scope: 'col' }, name)));
    return make('section', { class: 'elections' }, make('h2', {}, 'Elections'), rows.length ? make('table', {}, head, ...body) : make('p', { class: 'quiet' }, 'None.'));
  }

  latencies(title, sample, name) {
    const section = make('section', { class: name }, make('h2', {}, title));
    if (sample.length === 0) section.append(make('p', { class: 'quiet' }, 'None.'));
    else {
      const sorted = [...sample].sort((a, b) => a - b);
      const part = (share) => shortTime(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]);
      section.append(histogram(sorted), make('p', { class: 'quiet' }, `${sorted.length.toLocaleString('en')} measured · half within ${part(0.5)} · 99 % within ${part(0.99)} · longest ${part(1)}`));
    }
    return section;
  }
}

function countedKinds(run) { return run.kinds.map((_, kind) => [kind, run.kindCounts[kind], 0]); }

function bytesText(bytes) { return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : bytes >= 1e3 ? `${(bytes / 1e3).toFixed(1)} kB` : `${bytes} B`; }

/** Bars over a logarithmic scale, and the share that was as fast or faster as a line. */
function histogram(sorted) {
  const width = 560, height = 190, left = 34, bottom = 24, top = 8, right = 34;
  const low = Math.log10(Math.max(1, sorted[0])) - 0.02, high = Math.max(low + 0.3, Math.log10(Math.max(1, sorted[sorted.length - 1])) + 0.02);
  const x = (us) => left + (Math.log10(Math.max(1, us)) - low) / (high - low) * (width - left - right);
  const y = (share) => height - bottom - share * (height - bottom - top);
  const bins = new Array(40).fill(0);
  for (const us of sorted) bins[Math.min(39, Math.max(0, Math.floor((x(us) - left) / (width - left - right) * 40)))]++;
  const most = Math.max(...bins);
  const step = (width - left - right) / 40;
  const bars = bins.map((count, i) => makeSvg('rect', { x: left + i * step + 0.5, width: step - 1, y: y(count / most), height: height - bottom - y(count / most), class: 'bin' }));
  // A step at each value; of large samples, at 300 of them.
  const kept = sorted.filter((_, i) => i % Math.ceil(sorted.length / 300) === 0 || i === sorted.length - 1);
  const points = kept.flatMap((us, i) => [i, i + 1].map((n) => `${x(us).toFixed(1)},${y(n / kept.length).toFixed(1)}`));
  const ticks = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const digit of high - low < 0.9 ? [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8] : [1, 2, 5]) {
      const us = digit * 10 ** power;
      if (Math.log10(us) < low || Math.log10(us) > high) continue;
      ticks.push(makeSvg('line', { x1: x(us), x2: x(us), y1: top, y2: height - bottom, class: 'grid' }),
        makeSvg('text', { x: x(us), y: height - 7, 'text-anchor': 'middle' }, us >= 1e6 ? `${us / 1e6} s` : us >= 1e3 ? `${us / 1e3} ms` : `${us} µs`));
    }
  }
  for (const share of [0, 0.5, 1]) ticks.push(makeSvg('text', { x: width - right + 5, y: y(share) + 4 }, `${share * 100}%`));
  return makeSvg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Distribution, bars and cumulated share' },
    ...ticks, ...bars, makeSvg('polyline', { points: points.join(' '), class: 'share' }));
}
