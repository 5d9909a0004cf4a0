// A plausible run in the form that the page reads, of any size, the same one for the same seed.
import { fileURLToPath } from 'node:url';
import { MadeServer } from './made_server.mjs';
import { EVENT_KINDS, KINDS, World } from './made_world.mjs';

const WORDS = ['pizza?', 'who is in?', 'at noon then', 'the usual place', 'I am late', 'save me a slice', 'two of us', 'done'];

/** A person's program: attaches to a server and says something from time to time. */
class MadeClient {
  isClient = true;
  up = true;
  pausedUntil = 0;
  said = 0;
  verdicts = 0;

  constructor(session, user) { Object.assign(this, { session, user }); }

  start(every) {
    const world = this.world;
    world.event(this, 'start', `client ${this.session} starts`, () => {
      for (const [path, value] of [['session', this.session], ['user.name', `"${this.user}"`], ['home', 'none'], ['outbox.next', 1],
        ['inbox.shown', 0]]) world.set(this, path, value);
      world.send(this, world.servers[0], 'Probe', 'cluster "peal", addresses 0');
    });
    const say = () => { this.say(); world.later(every * (0.5 + world.random()), say); };
    world.later(1_000_000 + every * world.random(), say);
    world.later(900_000, () => this.attach());
  }

  attach() {
    const up = this.world.servers.filter((s) => s.up);
    this.home = up[Math.floor(this.world.random() * up.length)];
    this.world.event(this, 'Wake', `Wake: attach to ${this.home.name}`, () => {
      this.world.set(this, 'home', this.home.id);
      this.world.send(this, this.home, 'Attach', `attachment 1, cluster "peal", user ${this.user}`);
    });
  }

  say() {
    if (!this.home) return;
    if (!this.home.up) return this.attach();
    const n = ++this.said;
    const words = WORDS[n % WORDS.length];
    const ids = `${this.session}:${n}`;
    this.world.event(this, 'Say', `Say ${ids} post #lunch "${words}"`, () => {
      this.world.set(this, 'outbox.next', n + 1);
      this.world.set(this, `outbox.waiting[${n}]`, `"${words}"`);
      this.world.send(this, this.home, 'Submit', `oldest ${n}, items [${n} post #lunch "${words}"]`,
        { n, ids, words, said: this.world.now });
    });
  }

  on(kind, from, data) {
    if (kind === 'Submitted') {
      this.world.set(this, `outbox.waiting[${data.n}]`, 'nothing');
      this.world.latencies.push(this.world.now - data.said);
    } else if (kind === 'Deliver') {
      this.shown = (this.shown ?? 0) + 1;
      this.world.set(this, 'inbox.shown', this.shown);
      this.world.send(this, from, 'DeliverAck', `attachment 1, n ${this.shown}`, { ids: data.ids });
    }
  }
}

function population(world, servers, clients) {
  world.servers = [];
  world.clients = [];
  world.views = [];
  world.roles = [];
  world.elections = [];
  world.latencies = [];
  world.election = (round, reason) => {
    if (world.elections.some((e) => e.round >= round)) return;
    world.elections.push({ round, reason, from: world.now, to: -1, winner: '' });
  };
  world.elected = (round, id) => {
    const election = world.elections.find((e) => e.round === round && e.to < 0);
    if (election) Object.assign(election, { to: world.now, winner: String(id) });
  };
  const ids = Array.from({ length: servers }, (_, i) => 3 + 2 * i);
  for (const id of ids) {
    const server = new MadeServer(id);
    world.servers.push(server);
    world.add(server, { name: server.name, kind: 'server', id: String(id) });
  }
  const names = ['ann', 'bob', 'cem', 'dora', 'eve', 'finn', 'gül', 'hana'];
  for (let i = 0; i < clients; i++) {
    const session = (0x4f2a + i * 0x1357).toString(16);
    const client = new MadeClient(session, names[i % names.length]);
    world.clients.push(client);
    world.add(client, { name: `client ${session}`, kind: 'client', id: `${session}00c0ffee` });
  }
}

function disasters(world, us) {
  const at = (share, act) => world.plan.add(Math.round(us * share), act);
  const last = world.servers[world.servers.length - 1];
  const length = (share) => Math.round(us * share);
  at(0.3, () => {
    last.crash();
    world.band('crash', 'process crashed', world.now, world.now + length(0.16), { line: last.line });
  });
  at(0.46, () => last.start());
  at(0.58, () => {
    const first = world.servers[0];
    first.pausedUntil = world.now + length(0.05);
    world.band('pause', 'host asleep', world.now, first.pausedUntil, { line: first.line });
  });
  at(0.68, () => {
    world.cut = new Set([0, 1]);
    world.band('partition', 'cut: 3, 5 | the others', world.now, world.now + length(0.12), { lines: [0, 1] });
  });
  at(0.8, () => { world.cut = null; });
  const slow = world.servers[Math.min(2, world.servers.length - 1)];
  world.band('disk', 'disk is slow', length(0.86), length(0.92), { line: slow.line });
}

function columns(world, us, seed) {
  const end = Math.max(us, world.events.at.at(-1) ?? 0);
  const closed = (rows) => rows.map((row) => ({ ...row, to: Math.min(row.to, end) })).filter((row) => row.to > row.from);
  const counts = new Map();
  for (const kind of world.messages.kind) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  world.elections.forEach((e) => { if (e.to < 0) e.to = Math.min(end, e.from + 400_000); });
  return {
    version: 1, title: `seed ${seed}`, program: 'peal 0.4.0', start_wall_ms: 1764268710000, duration_us: end,
    notes: ['server 5: nothing recorded between 3.2 s and 4.0 s'],
    lines: world.lines, kinds: KINDS, texts: world.texts, events: world.events, event_kinds: EVENT_KINDS, changes: world.changes,
    states: world.states, messages: world.messages, bands: world.bands, views: closed(world.views), roles: closed(world.roles),
    stats: {
      messages_by_kind: [...counts].map(([kind, count]) => [kind, count, count * (40 + 7 * kind)]),
      elections: world.elections, acknowledged_us: world.latencies.sort((a, b) => a - b),
      failover_us: world.elections.filter((e) => e.reason === 'silence').map((e) => e.to - e.from + 131_000).sort((a, b) => a - b),
    },
  };
}

/** Stops at `events` events, or at the end of `seconds`; traffic is as dense as that needs. */
export function madeRun({ seed = 7, servers = 5, clients = 3, events = 3000, seconds } = {}) {
  const us = 1e6 * (seconds ?? (events <= 3000 ? Math.max(1.5, events / 250) : 12 + (events - 3000) / 2500));
  const world = new World(seed);
  population(world, servers, clients);
  world.servers.forEach((server, i) => world.plan.add(i * 40, () => server.start()));
  const says = Math.max(1, (events - (us / 1e6) * 36 * servers) / (6 + 3 * servers + 3 * clients) / Math.max(1, clients));
  world.clients.forEach((client, i) => world.plan.add(200_000 + i * 30_000, () => client.start((us - 1e6) / says)));
  if (servers > 2) disasters(world, us);
  world.run(seconds ? us : 2 * us, events);
  return columns(world, seconds ? us : world.now, seed);
}

/** What a recording of nothing looks like. */
export function emptyRun() {
  return {
    version: 1, title: 'nothing', program: 'peal 0.4.0', start_wall_ms: null, duration_us: 0, notes: [], lines: [], kinds: [], texts: [''],
    events: { line: [], at: [], what: [], text: [], changes: [] }, event_kinds: EVENT_KINDS, changes: [], states: [],
    messages: { from: [], to: [], sent: [], arrived: [], kind: [], text: [], ids: [], send_event: [], arrive_event: [], lost_why: [] },
    bands: [], views: [], roles: [],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [seed, events] = process.argv.slice(2).map(Number);
  process.stdout.write(JSON.stringify(madeRun({ seed: seed || 7, events: events || 3000 })));
}
