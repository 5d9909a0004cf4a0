// Which messages of a frame become arrows, and which are only counted because they are too many or folded.

const ARROWS_MOST = 1000;  // More than that is a blot to the eye, and too slow for a weak machine.
const BUCKET = 4;          // Pixels of one bar.

/** Messages that are shown as arrows, counted by family up to each block: how many a range has is a subtraction. */
function countBlocks(run) {
  const m = run.messages;
  const blocks = Math.ceil(m.count / BLOCK);
  const sums = new Int32Array((blocks + 1) * FAMILIES.length);
  for (let block = 0; block < blocks; block++) {
    const row = (block + 1) * FAMILIES.length;
    for (let family = 0; family < FAMILIES.length; family++) sums[row + family] = sums[row - FAMILIES.length + family];
    for (let at = block * BLOCK; at < Math.min(m.count, (block + 1) * BLOCK); at++) {
      const i = m.byStart[at];
      if (run.shown[i] === ARROW) sums[row + m.family[i]]++;
    }
  }
  run.familySums = sums;
}

class ArrowChoice {
  constructor(run) {
    this.run = run;
    this.drawn = new Int32Array(2048);
    this.count = 0;
    this.dense = new Uint8Array(FAMILIES.length);
    this.bars = new Uint16Array(0);
    this.folded = new Uint16Array(0);
    this.foldedOfLine = new Int32Array(run.lines.length);
  }

  choose(timeline) {
    const from = timeline.at(timeline.start), to = timeline.at(timeline.end);
    this.decide(from, to);
    this.place(timeline, from);
    this.collect(from, to);
  }

  /** The families come in the order of what they tell: the first that is too many, and each that does not fit behind it, becomes bars. */
  decide(from, to) {
    const m = this.run.messages;
    const at = (us) => lowerBound(m.count, (i) => m.start[m.byStart[i]], us);
    const first = at(from) / BLOCK | 0, last = Math.ceil(at(to) / BLOCK);
    let total = 0;
    for (let family = 0; family < FAMILIES.length; family++) {
      const sums = this.run.familySums;
      const count = last - first < 6 ? 0 : sums[last * FAMILIES.length + family] - sums[first * FAMILIES.length + family];
      // What is bars becomes arrows only once there is some room again, so that panning does not flicker.
      const most = this.dense[family] ? ARROWS_MOST * 0.85 : ARROWS_MOST;
      this.dense[family] = total + count > most ? 1 : 0;
      if (!this.dense[family]) total += count;
    }
  }

  /** Buckets lie at fixed times, so that bars do not change their heights while the picture moves. */
  place(timeline, from) {
    this.bucketUs = BUCKET / timeline.scale;
    this.origin = Math.floor(from / this.bucketUs) * this.bucketUs;
    this.width = Math.ceil((timeline.end - timeline.start) / BUCKET) + 2;
    this.denseFamilies = [...FAMILIES.keys()].filter((family) => this.dense[family]);
    const cells = this.run.lines.length * this.width;
    if (this.folded.length < cells) this.folded = new Uint16Array(cells);
    else this.folded.fill(0, 0, cells);
    const all = cells * FAMILIES.length;
    if (this.denseFamilies.length > 0) {
      if (this.bars.length < all) this.bars = new Uint16Array(all);
      else this.bars.fill(0, 0, all);
    }
    this.foldedOfLine.fill(0);
  }

  collect(from, to) {
    const { run, width, origin } = this;
    const m = run.messages;
    const { shown } = run;
    const perUs = 1 / this.bucketUs;
    const end = lowerBound(m.count, (i) => m.start[m.byStart[i]], to + 1e-9);
    this.count = 0;
    for (let block = 0; block * BLOCK < end; block++) {
      if (m.blockEnd[block] < from) continue;
      const stop = Math.min(end, (block + 1) * BLOCK);
      for (let at = block * BLOCK; at < stop; at++) {
        const i = m.byStart[at];
        const how = shown[i];
        if (how === HIDDEN || m.end[i] < from) continue;
        if (how === FOLDED) this.countFolded(i, ((m.end[i] - origin) * perUs) | 0);
        else if (this.dense[m.family[i]]) {
          const bucket = ((m.start[i] - origin) * perUs) | 0;
          const line = m.from[i] >= 0 ? m.from[i] : m.to[i];
          if (bucket >= 0 && bucket < width) this.bars[(m.family[i] * run.lines.length + line) * width + bucket]++;
        } else this.add(i);
      }
    }
  }

  countFolded(i, bucket) {
    const m = this.run.messages;
    const line = m.to[i] >= 0 ? m.to[i] : m.from[i];
    if (bucket < 0 || bucket >= this.width) return;
    this.folded[line * this.width + bucket]++;
    this.foldedOfLine[line]++;
  }

  add(i) {
    if (this.count === this.drawn.length) {
      const larger = new Int32Array(this.count * 2);
      larger.set(this.drawn);
      this.drawn = larger;
    }
    this.drawn[this.count++] = i;
  }
}
