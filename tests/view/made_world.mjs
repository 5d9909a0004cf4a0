// A small world of machines and messages that writes down everything in the columns of a run.

/** Numbers from a seed, the same on every machine (mulberry32). */
export function dice(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const KINDS = [
  'Probe', 'Announce', 'Join', 'JoinAnswer', 'Leave', 'ViewChange', 'ViewAck', 'NotAMember', 'Merge',
  'Heartbeat', 'HeartbeatAck', 'Ping', 'Pong', 'Suspect', 'LeaderAlive', 'Vote', 'VoteAck', 'Push',
  'PushAck', 'Have', 'Submit', 'Submitted', 'Forward', 'Forwarded', 'PresenceReport', 'PresenceList',
  'Attach', 'Attached', 'Detach', 'Detached', 'Deliver', 'DeliverAck', 'Servers', 'Query', 'Answer',
  'Unsupported', 'Groups', 'GroupPosts', 'GroupAck', 'Want', 'Found',
];
export const EVENT_KINDS = [
  'start', 'Received', 'Malformed', 'RefusedAt', 'Wake', 'Written', 'WriteFailed', 'ReadDone', 'ReadFailed',
  'AddressesChanged', 'Stop', 'Say', 'Ask', 'Close', 'end',
];

/** What is to happen, earliest first; what is planned first for one time comes first. */
class Plan {
  heap = [];
  next = 0;

  add(at, act) {
    const heap = this.heap;
    let i = heap.push({ at, order: this.next++, act }) - 1;
    for (let up; i > 0 && Plan.before(heap[i], heap[(up = (i - 1) >> 1)]); i = up) this.swap(i, up);
  }

  take() {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && Plan.before(heap[child], heap[least])) least = child;
      }
      if (least === i) return first;
      this.swap(i, least);
      i = least;
    }
  }

  static before(a, b) { return a.at < b.at || (a.at === b.at && a.order < b.order); }
  swap(i, j) { [this.heap[i], this.heap[j]] = [this.heap[j], this.heap[i]]; }
}

export class World {
  now = 0;
  plan = new Plan();
  texts = [''];
  textAt = new Map([['', 0]]);
  lines = [];
  machines = [];
  events = { line: [], at: [], what: [], text: [], changes: [] };
  changes = [];
  states = [];
  messages = {
    from: [], to: [], sent: [], arrived: [], kind: [], text: [], ids: [], send_event: [], arrive_event: [], lost_why: [],
  };
  bands = [];
  loss = 0.004;
  cut = null;  // A set of lines that the others do not reach.

  constructor(seed) { this.random = dice(seed); }

  text(words) {
    const known = this.textAt.get(words);
    if (known !== undefined) return known;
    this.textAt.set(words, this.texts.push(words) - 1);
    return this.texts.length - 1;
  }

  add(machine, line) {
    machine.line = this.lines.push(line) - 1;
    machine.world = this;
    machine.state = new Map();
    this.machines.push(machine);
  }

  later(us, act) { this.plan.add(this.now + Math.max(1, Math.round(us)), act); }

  run(until, eventsMost) {
    while (this.plan.heap.length > 0 && this.plan.heap[0].at <= until && this.events.at.length < eventsMost) {
      const { at, act } = this.plan.take();
      this.now = at;
      act();
    }
  }

  /** One event into a machine; what `act` does to its state is written down as changes. */
  event(machine, what, text, act = () => {}) {
    const events = this.events;
    const index = events.at.push(this.now) - 1;
    events.line.push(machine.line);
    events.what.push(EVENT_KINDS.indexOf(what));
    events.text.push(this.text(text));
    events.changes.push(-1);
    machine.event = index;
    machine.changed = [];
    act();
    if (what === 'start') {
      const members = [...machine.state].map(([path, value]) => [this.text(path), this.text(value)]);
      this.states.push({ line: machine.line, event: index, members });
    } else if (machine.changed.length > 0) {
      events.changes[index] = this.changes.push(machine.changed) - 1;
    }
    return index;
  }

  set(machine, path, value) {
    const after = String(value);
    const before = machine.state.get(path) ?? 'nothing';
    if (before === after) return;
    if (after === 'nothing') machine.state.delete(path);
    else machine.state.set(path, after);
    machine.changed?.push([this.text(path), this.text(before), this.text(after)]);
  }

  /** From within an event of `from`. */
  send(from, to, kind, content, data = {}) {
    const m = this.messages;
    const index = m.sent.push(this.now) - 1;
    const words = `${kind}{${content}}`;
    m.from.push(from.line);
    m.to.push(to ? to.line : -1);
    m.arrived.push(-1);
    m.kind.push(KINDS.indexOf(kind));
    m.text.push(this.text(words));
    m.ids.push(this.text(data.ids ?? ''));
    m.send_event.push(from.event);
    m.arrive_event.push(-1);
    m.lost_why.push(0);
    if (!to) return;
    const delay = 350 + 900 * this.random() * this.random() + (from === to ? -300 : 0);
    const cut = this.cut && this.cut.has(from.line) !== this.cut.has(to.line);
    const why = cut ? 'cut' : this.random() < this.loss ? 'loss' : '';
    if (why) m.lost_why[index] = this.text(why);
    else this.later(delay, () => this.arrive(index, from, to, kind, words, data));
  }

  arrive(index, from, to, kind, words, data) {
    const m = this.messages;
    if (to.pausedUntil > this.now) {
      this.plan.add(to.pausedUntil + 20, () => this.arrive(index, from, to, kind, words, data));
    } else if (!to.up) {
      m.lost_why[index] = this.text('receiver down');
    } else {
      m.arrived[index] = this.now;
      m.arrive_event[index] = this.event(to, 'Received', `Received ${words} from ${this.lines[from.line].name}`,
        () => to.on(kind, from, data));
    }
  }

  band(kind, text, from, to, where) { this.bands.push({ line: -1, ...where, from, to, kind, text }); }
}
