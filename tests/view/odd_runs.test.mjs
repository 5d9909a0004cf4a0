// Runs that are odd: empty, tiny, incomplete, huge, or with words that look like markup.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { arrowsOf, openBrowser, stateOf } from './browser.mjs';
import { tellFrames } from './frames.mjs';
import { emptyRun, madeRun } from './made_run.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

const KEYS = ['ArrowRight', 'ArrowDown', 'Enter', 'e', 'z', 'h', 'o', '+', 'f', '2', ' ', ' ', '3', '1', 'n', 't', 'Escape'];

/** Opens it and presses every key in every view: nothing may go wrong. */
async function survives(run, check = async () => {}) {
  const page = await browser.open(run);
  await check(page);
  for (const key of KEYS) {
    await page.keyboard.press(key);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

test('an empty run says so', () => survives(emptyRun(), async (page) => {
  assert.ok(await page.locator('#nothing').isVisible());
  assert.equal(await arrowsOf(page), 0);
}));

test('nothing but a version is a run, too', () => survives({ version: 1 }));

test('a run of one line', () => survives(madeRun({ servers: 1, clients: 0, events: 60, seconds: 2 })));

test('a run of clients only', () => {
  const run = emptyRun();
  run.lines = [{ name: 'client a', kind: 'client', id: 'a' }];
  run.texts = ['', 'client a starts'];
  run.events = { line: [0], at: [5], what: [0], text: [1], changes: [-1] };
  return survives(run);
});

test('without figures they are counted', async () => {
  const run = madeRun({ events: 700 });
  delete run.stats;
  await survives(run, async (page) => {
    await page.keyboard.press('3');
    assert.ok(await page.locator('.kinds tr').count() > 5);
  });
});

test('kinds, roles, bands and lines that the page does not know', () => {
  const run = madeRun({ events: 700 });
  run.kinds = run.kinds.map((kind) => (kind === 'Push' ? 'Shove' : kind)).slice(0, 39);
  run.messages.kind[5] = 77;
  run.messages.from[6] = -1;
  run.messages.sent[6] = -1;
  run.messages.to[7] = -1;
  run.roles.push({ line: 0, from: 0, to: 5000, role: 'juggler' }, { line: 99, from: 0, to: 5, role: 'leader' });
  run.views.push({ line: 99, from: 0, to: 5, number: 1, leader: 'x' });
  run.bands.push({ line: 99, from: 0, to: 5, kind: 'flood', text: 'flood' }, { line: -1, from: 0, to: 50_000, kind: 'other', text: 'all slow' });
  run.lines[1].kind = 'observer';
  return survives(run, async (page) => assert.ok(await page.locator('[data-family=other]').count() > 0));
});

test('words that look like markup stay words', async () => {
  const run = madeRun({ events: 700 });
  const words = '</script><script>window.broken = 1</script><img src=x onerror="window.broken = 1">';
  run.title = words;
  run.notes = [words];
  run.lines[0].name = words;
  run.texts[run.events.text[0]] = words;
  run.bands[0].text = words;
  await survives(run, async (page) => {
    assert.equal(await page.locator('#title').innerText(), words);
    await page.evaluate(() => window.pealView.select(0));
    assert.equal(await page.locator('.content').innerText().then((text) => text.replace(/\s/g, '')), words.replace(/\s/g, ''));
    await page.keyboard.press('2');
    assert.equal(await page.evaluate(() => window.broken), undefined);
  });
});

/** One machine whose events make these changes: [[path, before, after], ...] each. */
function changing(members, ...events) {
  const texts = [''];
  const text = (words) => { const at = texts.indexOf(words); return at >= 0 ? at : texts.push(words) - 1; };
  const run = emptyRun();
  run.lines = [{ name: 'server 3', kind: 'server', id: '3' }];
  run.states = [{ line: 0, event: 0, members: members.map((row) => row.map(text)) }];
  run.changes = events.map((changes) => changes.map((row) => row.map(text)));
  const at = [0, ...events.keys()].map((_, i) => i);
  run.events = { line: at.map(() => 0), at, what: at.map(() => 0), text: at.map(() => 0), changes: at.map((i) => i - 1) };
  run.texts = texts;
  return run;
}

/** The flat state that the page has after that event. */
const membersAfter = (page, event) => page.evaluate((e) => window.pealView.members(e), event);

test('states follow changes of single members, of lists and of keys with brackets', async () => {
  const run = changing([['role', 'looking'], ['queue[0]', 'a'], ['queue[1]', 'b'], ['sent["x[1].y"].n', '1']],
    [['role', 'looking', 'nothing'], ['role.beat', 'nothing', '0'], ['queue[0]', 'a', 'b'], ['queue[1]', 'b', 'nothing']],
    [['role.beat', '0', '1'], ['queue', 'nothing', '65 elements'], ['queue[0]', 'b', 'nothing'], ['sent["x[1].y"].n', '1', '2']],
    [['role', 'nothing', 'looking'], ['role.beat', '1', 'nothing'], ['sent["x[1].y"].n', '2', 'nothing']]);
  const page = await browser.open(run);

  assert.deepEqual(await membersAfter(page, 1), { 'role.beat': '0', 'queue[0]': 'b', 'sent["x[1].y"].n': '1' });
  assert.deepEqual(await membersAfter(page, 3), { role: 'looking', queue: '65 elements' });
  assert.deepEqual(await membersAfter(page, 2), { 'role.beat': '1', queue: '65 elements', 'sent["x[1].y"].n': '2' });
  assert.deepEqual(await membersAfter(page, 0), { role: 'looking', 'queue[0]': 'a', 'queue[1]': 'b', 'sent["x[1].y"].n': '1' });
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

for (const events of [10_000, 100_000]) {
  test(`${events} events load, and move at every zoom`, async (t) => {
    const run = madeRun({ events });
    const began = performance.now();
    const page = await browser.open(run);
    t.diagnostic(`${run.messages.sent.length} messages, opened in ${Math.round(performance.now() - began)} ms, of which in the page `
      + `${await page.evaluate(() => Math.round(performance.getEntriesByType('navigation')[0].domComplete))} ms`);
    await tellFrames(page, run.duration_us, (line) => t.diagnostic(line));
    assert.equal(run.events.at.length, events);
    assert.ok((await stateOf(page)).from > 0);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}
