// How fast a page opens, and how smoothly its picture moves at several zooms.
import { arrowsOf } from './browser.mjs';

/** Milliseconds from frame to frame while the picture moves: painting is in it, which the page itself cannot see. */
const panned = (page, from, to) => page.evaluate(async ([start, end]) => {
  const gaps = [];
  let last = 0;
  for (let i = 0; i < 30; i++) {
    const shift = (end - start) * 0.004 * (i < 15 ? i : 30 - i);
    window.pealView.setRange(start + shift, end + shift);
    const clock = await new Promise(requestAnimationFrame);
    if (last) gaps.push(clock - last);
    last = clock;
  }
  return { gaps, drawing: window.pealView.frameTimes().slice(-30) };
}, [from, to]);

const spread = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  return `median ${sorted[sorted.length >> 1].toFixed(1)} ms, 95 % ${sorted[Math.floor(sorted.length * 0.95)].toFixed(1)} ms`;
};

/** tell(line) for each share of a run of so many microseconds. */
export async function tellFrames(page, duration, tell) {
  for (const share of [0.97, 0.3, 0.03, 0.001]) {
    const from = duration * 0.02;
    const { gaps, drawing } = await panned(page, from, from + duration * share);
    tell(`${(share * 100).toFixed(1)} % of the run, ${await arrowsOf(page)} arrows: drawing ${spread(drawing)}; frame to frame ${spread(gaps)}`);
  }
}
