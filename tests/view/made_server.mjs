// A server of a made run: after it has voted it leads or follows, and writes what people say.
import { MadeVoter } from './made_voter.mjs';

export class MadeServer extends MadeVoter {
  // --- Leading and following

  tick() {
    if (this.role === 'leader') {
      this.step('Wake: heartbeat is due', () => {
        this.beat++;
        this.set('role.beat', this.beat);
        for (const id of this.view.members) {
          if (id !== this.id) this.send(this.server(id), 'Heartbeat', `view ${this.view.number}/${this.id}, n ${this.beat}, stable []`,
            { n: this.beat, view: this.view });
        }
        if (this.beat % 10 === 0) {
          for (const peer of this.peers()) if (!this.view.members.includes(peer.id)) this.announceTo(peer);
        }
      });
    } else if (this.role === 'follower' && this.round === 0 && this.world.now - this.heard > 130_000) {
      const leader = this.view.leader;
      this.step(`Wake: server ${leader} is silent`, () => {
        this.set(`watch.silent[${leader}]`, 'true');
        this.suspected.add(leader);
        for (const id of this.view.members) {
          if (id !== this.id && id !== leader) this.send(this.server(id), 'Suspect', `server ${leader}, view ${this.view.number}/${leader}`, { leader });
        }
        this.vote('silence');
      });
    }
  }

  gossip() {
    const peers = this.peers();
    const to = peers[Math.floor(this.world.random() * peers.length)];
    this.step('Wake: gossip is due', () => this.send(to, 'Have', `cluster "peal", answer false, held {${this.held}}`));
  }

  on(kind, from, data) {
    const handler = this[`on${kind}`];
    if (handler) handler.call(this, from, data);
  }

  onProbe(from) {
    if (this.role === 'leader' || (this.view && from.isClient)) this.announceTo(from);
  }

  announceTo(to) {
    this.send(to, 'Announce', `cluster "peal", view ${this.view.number}/${this.view.leader}, members ${this.view.members.length}`, { view: this.view });
  }

  onAnnounce(from, { view }) {
    if (!this.view && this.round === 0) this.send(from, 'Join', `cluster "peal", self ${this.id}, held {${this.held}}`);
    else if (this.role === 'leader' && this.id > view.leader) this.announceTo(from);
    else if (this.role === 'leader' && this.id < view.leader && this.round === 0) {
      this.send(from, 'Merge', `view {id {number ${this.view.number}, leader ${this.id}}, members [${this.view.members.join(', ')}]}`, { view: this.view });
    }
  }

  onMerge(from, { view }) {
    if (this.role === 'leader' && this.round === 0) this.vote('merge', Math.max(view.number, this.view.number) + 1);
  }

  onJoin(from) {
    if (this.role !== 'leader') return;
    const members = [...new Set([...this.view.members, from.id])].sort((a, b) => a - b);
    this.install({ number: this.view.number + 1, leader: this.id, members });
    this.announceView();
  }

  onViewChange(from, { view }) {
    this.install(view);
    this.send(from, 'ViewAck', `view ${view.number}/${view.leader}, held {${this.held}}, durable {${this.held}}`);
  }

  onHeartbeat(from, { n, view }) {
    this.heard = this.world.now;
    this.set('watch.heard', `${this.world.now} us`);
    if (this.view && view.number > this.view.number && view.members.includes(this.id)) this.install(view);
    this.send(from, 'HeartbeatAck', `view ${view.number}/${view.leader}, n ${n}, durable [${this.held}]`, { n });
  }

  onHeartbeatAck(from, { n }) { this.set(`role.followers[${from.id}].heartbeat`, n); }

  onSuspect(from, { leader }) {
    if (this.round !== 0 || this.view?.leader !== leader) return;
    this.suspected.add(leader);
    this.vote('silence');
  }

  onVoteAck(from, { round, candidate }) {
    if (this.pending.delete(`${round}/${candidate}`)) this.set('voting.hops', `[${[...this.pending.keys()].join(', ')}]`);
  }

  // --- Messages of people

  onAttach(from) {
    this.send(from, 'Attached', `attachment 1, home ${this.id}, name "${from.user}"`);
    this.set(`homes.sessions[${from.session}].attached`, 'true');
  }

  onSubmit(from, data) {
    if (this.role === 'leader') return this.append(data, from, null);
    if (!this.view) return;
    this.send(this.server(this.view.leader), 'Forward', `session ${from.session}, items [${data.n} post #lunch "${data.words}"]`,
      { ...data, home: this, client: from });
  }

  onForward(from, data) { if (this.role === 'leader') this.append(data, data.client, from); }

  append(data, client, home) {
    this.held++;
    this.set('history.held', this.held);
    this.set(`submissions.waiting[${data.ids}]`, '{copies 0}');
    this.waiting ??= new Map();
    this.waiting.set(this.held, { ...data, client, home, copies: 1 });
    for (const id of this.view.members) {
      if (id !== this.id) this.send(this.server(id), 'Push', `n ${++this.pushes}, stable [], entries [${this.held} = ${data.ids} "${data.words}"]`,
        { seq: this.held, ids: data.ids });
    }
    this.written(this.held);
  }

  written(seq, then = () => {}) {
    this.wake(250 + 500 * this.world.random(), () => {
      this.world.event(this, 'Written', `Written token ${seq}`, () => {
        this.set('history.durable', seq);
        then();
      });
    });
  }

  onPush(from, { seq, ids }) {
    this.held = Math.max(this.held, seq);
    this.set('history.held', this.held);
    this.written(seq, () => this.send(from, 'PushAck', `received [${seq}], durable [${seq}]`, { seq, ids }));
  }

  onPushAck(from, { seq }) {
    const waits = this.waiting?.get(seq);
    if (!waits || this.role !== 'leader') return;
    this.set(`role.followers[${from.id}].acknowledged`, seq);
    if (++waits.copies !== Math.floor(this.view.members.length / 2) + 1) return;
    this.set('history.stable', seq);
    this.set(`submissions.waiting[${waits.ids}]`, 'nothing');
    const receipt = `receipts [${waits.n} accepted copies ${waits.copies}]`;
    if (waits.home) this.send(waits.home, 'Forwarded', `session ${waits.client.session}, ${receipt}`, waits);
    else this.send(waits.client, 'Submitted', receipt, waits);
    for (const client of this.world.clients) {
      if (client.up) this.send(client, 'Deliver', `attachment 1, items [${waits.ids} "${waits.words}"]`, waits);
    }
  }

  onForwarded(from, data) { this.send(data.client, 'Submitted', `receipts [${data.n} accepted]`, data); }
}
