// Tests of one page each: opened, tried, closed, and without a complaint from the browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { madeRun } from './made_run.mjs';

export const run = madeRun({ events: 3000 });
export const first = run.stats.elections[0];
export const election = `#from=${first.from - 500}&to=${first.to + 1500}`;
export const kind = (name) => run.kinds.indexOf(name);

/** The nth event that received a message of that kind. */
export function received(name, n = 0) {
  const m = run.messages;
  const found = [...m.kind.keys()].filter((i) => m.kind[i] === kind(name) && m.arrive_event[i] >= 0);
  return m.arrive_event[found[n]];
}

export let browser;
before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

/** Options: as of open(); run: another than the usual one. */
export function shows(name, options, body) {
  test(name, async () => {
    const page = await browser.open(options.run ?? run, options);
    try {
      await body(page);
      assert.deepEqual(page.complaints, []);
    } finally {
      await page.context().close();
    }
  });
}
