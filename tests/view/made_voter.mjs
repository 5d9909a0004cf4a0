// How a server of a made run comes up, looks for others and votes, as LeLann, Chang and Roberts have it.
const HEARTBEAT_US = 50_000;

export class MadeVoter {
  up = false;
  pausedUntil = 0;

  constructor(id) { this.id = id; }

  get name() { return `server ${this.id}`; }

  start() {
    this.up = true;
    this.life = (this.life ?? 0) + 1;
    Object.assign(this, {
      round: 0, highest: this.view?.number ?? 0, ownSent: false, view: null, role: '', held: this.held ?? 0, acked: new Set(),
      heard: this.world.now, suspected: new Set(), pending: new Map(), beat: 0, pushes: 0,
    });
    this.state.clear();
    this.world.event(this, 'start', `${this.name} starts, ${this.held} entries`, () => {
      for (const [path, value] of [
        ['self.id', this.id], ['self.incarnation', 7000 + this.id * 10 + this.life], ['config.cluster', '"peal"'],
        ['config.heartbeat_every', '50 ms'], ['view.id.number', 0], ['voting.round', 0], ['voting.own_sent', 'false'],
        ['history.held', this.held], ['history.durable', this.held], ['history.stable', this.held], ['refusals.count', 0],
      ]) this.set(path, value);
      this.turn('looking');
      this.probeAll();
    });
    this.every(100_000, () => { if (this.role === 'looking') this.probe(); });
    this.every(HEARTBEAT_US, () => this.tick());
    this.every(1_000_000, () => this.gossip());
  }

  set(path, value) { this.world.set(this, path, value); }
  send(to, kind, content, data) { if (to) this.world.send(this, to, kind, content, data); }
  peers() { return this.world.servers.filter((s) => s !== this); }
  server(id) { return this.world.servers.find((s) => s.id === id); }
  wake(us, act) {
    const life = this.life;
    this.world.later(us, () => {
      if (!this.up || this.life !== life) return;
      if (this.pausedUntil > this.world.now) this.wake(this.pausedUntil - this.world.now + 10, act);
      else act();
    });
  }
  every(us, act) { this.wake(us * (0.98 + 0.04 * this.world.random()), () => { act(); this.every(us, act); }); }
  step(text, act) { this.world.event(this, 'Wake', text, act); }

  turn(role) {
    if (this.role === role) return;
    const now = this.world.now;
    if (this.roleRow) this.roleRow.to = now;
    this.role = role;
    this.roleRow = { line: this.line, from: now, to: Infinity, role };
    this.world.roles.push(this.roleRow);
    this.set('role.name', role);
  }

  crash() {
    this.up = false;
    const now = this.world.now;
    if (this.roleRow) this.roleRow.to = now;
    if (this.viewRow) this.viewRow.to = now;
    this.roleRow = this.viewRow = null;
    this.role = '';
  }

  probe() {
    if (this.world.now - this.heard < 550_000 || this.round !== 0) this.step('Wake: probe for the cluster', () => this.probeAll());
    else this.step('Wake: nobody answers, vote', () => this.vote('startup'));
  }

  probeAll() { this.peers().forEach((peer) => this.send(peer, 'Probe', 'cluster "peal", addresses 1')); }

  // --- Voting

  successor(skip = this.suspected) {
    const ring = this.world.servers.map((s) => s.id).filter((id) => id === this.id || !skip.has(id));
    return this.server(ring[(ring.indexOf(this.id) + 1) % ring.length]);
  }

  vote(reason, round = Math.max(this.highest, this.view?.number ?? 0) + 1) {
    this.enter(round, reason);
    if (this.ownSent) return;
    this.ownSent = true;
    this.set('voting.own_sent', 'true');
    this.pass({ round, reason, candidate: this.id, path: [this.id] });
  }

  enter(round, reason) {
    if (round <= this.round) return;
    this.round = this.highest = round;
    this.ownSent = false;
    this.passed = new Set();
    this.set('voting.round', round);
    this.set('voting.reason', reason);
    this.set('voting.own_sent', 'false');
    this.world.election(round, reason);
    this.wake(400_000, () => {
      if (this.round === round) this.step('Wake: the vote did not come home in time', () => this.vote(reason, round + 1));
    });
  }

  pass(vote, tries = 1) {
    const to = this.successor();
    const key = `${vote.round}/${vote.candidate}`;
    this.pending.set(key, to.id);
    this.set('voting.hops', `[${[...this.pending.keys()].join(', ')}]`);
    const { round, reason, candidate, path } = vote;
    this.send(to, 'Vote', `round ${round}, reason ${reason}, candidate ${candidate}, path [${path.join(', ')}], proposal []`, vote);
    this.wake(9_000, () => {
      if (this.pending.get(key) !== to.id || this.round !== round) return;
      this.step(`Wake: ${to.name} did not acknowledge the vote of ${candidate}`, () => {
        if (tries >= 3) this.suspected.add(to.id);
        this.pass(vote, tries >= 3 ? 1 : tries + 1);
      });
    });
  }

  onVote(from, vote) {
    const { round, reason, candidate, path } = vote;
    this.send(from, 'VoteAck', `round ${round}, candidate ${candidate}, declined false`, vote);
    if (this.view && round <= this.view.number) return;
    this.enter(round, reason);
    if (round < this.round || this.passed.has(candidate)) return;
    if (candidate === this.id) return this.lead(round, path);
    if (candidate < this.id) return this.vote(reason, round);
    this.passed.add(candidate);
    this.set(`voting.passed[${candidate}]`, 'true');
    this.pass({ ...vote, path: [...path, this.id] });
  }

  lead(number, members) {
    this.world.elected(number, this.id);
    this.install({ number, leader: this.id, members: [...members].sort((a, b) => a - b) });
    this.announceView();
  }

  announceView() {
    for (const id of this.view.members) {
      if (id !== this.id) {
        this.send(this.server(id), 'ViewChange',
          `view {id {number ${this.view.number}, leader ${this.id}}, members [${this.view.members.join(', ')}]}`, { view: this.view });
      }
    }
  }

  install(view) {
    if (this.view && view.number <= this.view.number) return;
    const now = this.world.now;
    if (this.viewRow) this.viewRow.to = now;
    this.viewRow = { line: this.line, from: now, to: Infinity, number: view.number, leader: String(view.leader),
      members: view.members.map(String) };
    this.world.views.push(this.viewRow);
    const old = this.view?.members ?? [];
    this.view = view;
    this.highest = Math.max(this.highest, view.number);
    this.round = 0;
    this.ownSent = false;
    this.pending.clear();
    this.suspected.clear();
    this.acked.clear();
    this.heard = now;
    this.turn(view.leader === this.id ? 'leader' : 'follower');
    this.set('view.id.number', view.number);
    this.set('view.id.leader', view.leader);
    view.members.forEach((id, i) => this.set(`view.members[${i}]`, id));
    for (let i = view.members.length; i < old.length; i++) this.set(`view.members[${i}]`, 'nothing');
    this.set('voting.round', 0);
    this.set('voting.own_sent', 'false');
  }
}
