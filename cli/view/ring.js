// The ring at one moment: who is up, who leads, who reaches whom, and what is under way.

/** Rows of {line, from, to} by line, in order of time, to be asked for a moment. */
function rowsByLine(run, rows) {
  const byLine = run.lines.map(() => []);
  for (const row of rows) byLine[row.line]?.push(row);
  for (const list of byLine) list.sort((a, b) => a.from - b.from);
  return byLine;
}

function rowAt(rows, at) {
  const place = lowerBound(rows.length, (i) => rows[i].from, at + 0.5) - 1;
  return place >= 0 && rows[place].to > at ? rows[place] : null;
}

class Ring {
  constructor(run) {
    this.run = run;
    this.views = rowsByLine(run, run.views);
    this.roles = rowsByLine(run, run.roles);
    this.clients = run.lines.filter((line) => line.kind !== 'server');
    this.elections = this.findElections();
  }

  /** Spans of time in which votes are under way: what is played slowly. */
  findElections() {
    const m = this.run.messages;
    const spans = [];
    const margin = this.run.messages.usual;
    for (const message of this.run.votes.keys()) {
      const from = m.start[message] - margin, to = m.end[message] + margin;
      const last = spans[spans.length - 1];
      if (last && from <= last.to + 20 * margin) last.to = Math.max(last.to, to);
      else spans.push({ from, to });
    }
    return spans;
  }

  electionAt(at) { return this.elections.find((span) => span.from <= at && at < span.to) ?? null; }

  /** servers: {line, up, role, view, paused, side} in ring order; groups: how many sides there are. */
  at(at) {
    const { run } = this;
    const bands = run.bands.filter((band) => band.from <= at && at < band.to);
    const parts = bands.filter((band) => band.kind === 'partition' && band.lines?.length);
    const servers = run.servers.map((line) => {
      const mine = bands.filter((band) => band.line === line.index || (band.line === -1 && !band.lines?.length) || (band.kind !== 'partition' && band.lines?.includes(line.index)));
      const side = 1 + parts.findIndex((band) => band.lines.includes(line.index));
      return { line, side, view: rowAt(this.views[line.index], at), role: rowAt(this.roles[line.index], at)?.role ?? '',
        up: !mine.some((band) => band.kind === 'crash'), paused: mine.some((band) => band.kind === 'pause'),
        troubles: mine.filter((band) => !['crash', 'pause', 'partition'].includes(band.kind)) };
    });
    return { at, servers, divided: parts.length > 0, clients: this.clients };
  }

  /** use(message, share of its way) for each message under way. */
  underWay(at, use) {
    const m = this.run.messages;
    eachMessage(m, at, at, (i) => {
      if (m.from[i] < 0 || m.to[i] < 0) return;
      use(i, (at - m.start[i]) / Math.max(1, m.end[i] - m.start[i]) * (m.lost[i] ? 0.6 : 1));
    });
  }

  captionsUntil(at, count) {
    const { captions } = this.run;
    const end = lowerBound(captions.length, (i) => captions[i].at, at + 0.5);
    return captions.slice(Math.max(0, end - count), end);
  }
}
