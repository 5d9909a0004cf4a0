// The state of a machine after any of its events, from the nearest state that is known and the changes since.

const MARK_EVERY = 512;  // Events of a line after which a state is kept, so that a step back is short.

/** A node of a state: {value, inner}; inner: name ("role", "[3]") -> node. */
const newNode = (value) => ({ value, inner: new Map() });

function cloneNode(node) {
  const copy = newNode(node.value);
  for (const [name, child] of node.inner) copy.inner.set(name, cloneNode(child));
  return copy;
}

/** How many members have a value. */
function countMembers(node) {
  let count = node.value === undefined ? 0 : 1;
  for (const child of node.inner.values()) count += countMembers(child);
  return count;
}

/** "role.followers[3].acknowledged" -> ["role", "followers", "[3]", "acknowledged"]; keys may hold anything. */
function splitPath(path) {
  const parts = [];
  for (let i = 0; i < path.length;) {
    if (path[i] === '.') { i++; continue; }
    const end = path[i] === '[' ? closing(path, i) + 1 : i + /^[^.[]+/.exec(path.slice(i))[0].length;
    parts.push(path.slice(i, end));
    i = end;
  }
  return parts;
}

const joinPath = (path, name) => (path && name[0] !== '[' ? `${path}.${name}` : path + name);

/** Where the bracket at i closes; quoted ones do not count. The end, when it does not close. */
function closing(text, i) {
  for (let depth = 0, quoted = false; i < text.length; i++) {
    if (text[i] === '\\' && quoted) i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (!quoted && '([{'.includes(text[i])) depth++;
    else if (!quoted && ')]}'.includes(text[i]) && --depth === 0) return i;
  }
  return text.length - 1;
}

/** The node of a path, made when it is not there. */
function nodeAt(root, path) {
  let node = root;
  for (const part of splitPath(path)) {
    if (!node.inner.has(part)) node.inner.set(part, newNode());
    node = node.inner.get(part);
  }
  return node;
}

const setMember = (root, path, value) => { nodeAt(root, path).value = value; };

/** And what held nothing but it. */
function removeMember(root, path) {
  const nodes = [root];
  const parts = splitPath(path);
  for (const part of parts) {
    const next = nodes.at(-1).inner.get(part);
    if (!next) return;
    nodes.push(next);
  }
  nodes.at(-1).value = undefined;
  for (let i = parts.length; i > 0 && nodes[i].value === undefined && nodes[i].inner.size === 0; i--) nodes[i - 1].inner.delete(parts[i - 1]);
}

/** path -> value of all members that have one. */
function flatMembers(node, path = '', flat = {}) {
  if (node.value !== undefined) flat[path] = node.value;
  for (const [name, child] of node.inner) flatMembers(child, joinPath(path, name), flat);
  return flat;
}

class States {
  constructor(run) {
    this.run = run;
    this.full = run.lines.map(() => []);
    for (const state of run.states) this.full[state.line]?.push(state);
    for (const list of this.full) list.sort((a, b) => a.event - b.event);
    this.kept = run.lines.map(() => new Map());  // place on the line -> state after it.
  }

  /** The state after an event of its line, as a tree; null when nothing is known of it. */
  after(event) { return this.at(event, 0); }
  before(event) { return this.at(event, -1); }

  at(event, shift) {
    const line = this.run.events.line[event];
    const rows = this.run.eventsOf[line] ?? [];
    const place = lowerBound(rows.length, (i) => rows[i], event) + shift;
    if (place < 0 || (this.full[line].length === 0 && this.run.changes.length === 0)) return null;
    const { root, from } = this.nearest(line, rows, place);
    for (let i = from + 1; i <= place; i++) {
      this.apply(root, rows[i]);
      if (i % MARK_EVERY === 0) this.kept[line].set(i, cloneNode(root));
    }
    this.kept[line].delete(this.last?.line === line && this.last.place % MARK_EVERY ? this.last.place : -1);
    this.kept[line].set(place, cloneNode(root));
    this.last = { line, place };
    return root;
  }

  /** A copy of the latest known state that is not behind that place. */
  nearest(line, rows, place) {
    const full = this.full[line].findLast((state) => state.event <= rows[place]);
    let from = full ? lowerBound(rows.length, (i) => rows[i], full.event) : -1;
    let best = null;
    for (const [at, root] of this.kept[line]) if (at <= place && at >= from) { from = at; best = root; }
    if (best) return { root: cloneNode(best), from };
    const root = newNode();
    for (const [path, value] of full?.members ?? []) setMember(root, this.run.texts[path], this.run.texts[value]);
    return { root, from };
  }

  changesOf(event) {
    const index = this.run.events.changes[event];
    const rows = index >= 0 ? this.run.changes[index] ?? [] : [];
    return rows.map(([path, before, after]) => ({ path: this.run.texts[path], before: this.run.texts[before], after: this.run.texts[after] }));
  }

  /** Each change is of one path; what is inside it has paths of its own. */
  apply(root, event) {
    for (const { path, after } of this.changesOf(event)) {
      if (after === 'nothing') removeMember(root, path);
      else setMember(root, path, after);
    }
  }
}
