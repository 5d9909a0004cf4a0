// The ring that plays a run.
import assert from 'node:assert/strict';
import { picture, settle, stateOf } from './browser.mjs';
import { first, received, run, shows } from './shown.mjs';

shows('the ring plays, tells what happens, and moves the crown', { hash: `#view=ring&now=${first.from - 200}` }, async (page) => {
  assert.deepEqual((await stateOf(page)).crowned, []);
  await page.locator('#play').click();
  await page.waitForFunction(() => window.pealView.state().tokens > 0, null, { timeout: 8000 });
  assert.match(await page.locator('#captions').innerText(), /sends a vote for itself to/);
  await picture(page, 'ring');
  await page.locator('#slow').uncheck();
  await page.waitForFunction((winner) => window.pealView.state().crowned.join() === winner, first.winner, { timeout: 8000 });
  await page.locator('#ring-canvas').focus();
  await page.keyboard.press('Space');
  assert.equal((await stateOf(page)).playing, false);

  const second = run.stats.elections.find((e) => e.winner && e.winner !== first.winner);
  await page.evaluate((at) => { const scrub = document.getElementById('scrub'); scrub.value = at; scrub.dispatchEvent(new Event('input')); }, second.to + 5000);
  await settle(page);
  assert.deepEqual((await stateOf(page)).crowned, [second.winner]);
  assert.match(await page.locator('#captions').innerText(), /vote came home/);
});

shows('who is dead wears no crown, whatever faults were told', { run: { ...run, bands: [] }, hash: `#view=ring&now=${run.bands.find((band) => band.kind === 'crash').from + 1000}` }, async (page) => {
  assert.deepEqual((await stateOf(page)).crowned, []);
});

shows('slowed down, a hop of a vote takes long enough to be seen', { hash: `#view=ring&now=${first.from}` }, async (page) => {
  await page.locator('#play').click();
  await page.waitForTimeout(600);
  assert.ok((await stateOf(page)).now - first.from < 1500);
});

shows('the moment of the ring is the selection of the diagram', { hash: '#view=ring' }, async (page) => {
  const event = received('Vote', 2);
  await page.evaluate((e) => window.pealView.select(e), event);
  assert.equal((await stateOf(page)).now, run.events.at[event]);
});
