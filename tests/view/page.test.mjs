// What the page of a run shows, and what its controls do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageBytes } from './assemble.mjs';
import { arrowsOf, picture, settle, stateOf } from './browser.mjs';
import { madeRun } from './made_run.mjs';
import { browser, election, first, kind, received, run, shows } from './shown.mjs';

const small = madeRun({ events: 700, seed: 3 });
const textOf = (event) => run.texts[run.events.text[event]];

async function clickEvent(page, event) {
  const { along, across } = await page.evaluate((e) => window.pealView.place(e), event);
  await page.locator('#overlay').click({ position: { x: along, y: across } });
  await settle(page);
}

test('its code is less than 200 KB', () => {
  assert.ok(pageBytes() < 200_000, `${pageBytes()} bytes`);
});

shows('opens and says what run it is', {}, async (page) => {
  assert.equal(await page.locator('#title').innerText(), 'seed 7');
  assert.match(await page.locator('#about').innerText(), /peal 0\.4\.0 .* 3,000 events/);
  assert.equal(await page.locator('#notes li').innerText(), run.notes[0]);
  await picture(page, 'diagram-light');
});

shows('draws an arrow for every message when all is unfolded', { run: small, hash: '#unfolded=1' }, async (page) => {
  assert.equal(await arrowsOf(page), small.messages.sent.length);
});

shows('folds heartbeats, and unfolds them by a key', { run: small }, async (page) => {
  const beats = ['Heartbeat', 'HeartbeatAck', 'Ping', 'Pong', 'Have'].map((name) => small.kinds.indexOf(name));
  const others = small.messages.kind.filter((k) => !beats.includes(k)).length;
  assert.ok(others < small.messages.kind.length);

  assert.equal(await arrowsOf(page), others);
  await page.keyboard.press('h');
  await settle(page);
  assert.equal(await arrowsOf(page), small.messages.sent.length);
});

shows('draws only what the range shows', { hash: election }, async (page) => {
  const drawn = await arrowsOf(page);
  assert.ok(drawn > 10 && drawn < 80, `${drawn}`);
  await picture(page, 'election');
});

shows('finds words, counts the hits, and selects one after the other', {}, async (page) => {
  const words = 'candidate 11, path [11, 3]';
  const events = [...run.events.text.keys()].filter((e) => textOf(e).includes(words));
  const lost = run.messages.text.filter((t, i) => run.texts[t].includes(words) && run.messages.arrive_event[i] < 0);

  await page.locator('#search-words').fill(words);
  await page.keyboard.press('Enter');
  await settle(page);

  assert.equal((await stateOf(page)).hits, events.length + lost.length);
  assert.deepEqual((await stateOf(page)).selected, { event: events[0] });
  await page.locator('#search-next').click();
  assert.deepEqual((await stateOf(page)).selected, { event: events[1] });
  await page.locator('#search-back').click();
  assert.deepEqual((await stateOf(page)).selected, { event: events[0] });
});

shows('says that nothing was found', {}, async (page) => {
  await page.locator('#search-words').fill('no such words');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#search-count').innerText(), 'none');
});

shows('a click on an event shows what it changed, and the state after it', { hash: election }, async (page) => {
  const event = received('Vote');
  await clickEvent(page, event);

  assert.deepEqual((await stateOf(page)).selected, { event });
  const rows = run.changes[run.events.changes[event]].map((row) => row.map((t) => run.texts[t]));
  assert.ok(rows.length > 0);
  assert.deepEqual(await page.locator('#changes dt').allInnerTexts(), rows.map(([path]) => path));
  assert.deepEqual(await page.locator('#changes del').allInnerTexts(), rows.map(([, before]) => before));
  assert.deepEqual(await page.locator('#changes ins').allInnerTexts(), rows.map(([, , after]) => after));
  assert.match(await page.locator('.content').innerText(), /candidate/);
});

shows('the state after an event is the full state with all changes since', {}, async (page) => {
  const event = received('ViewChange', 6);
  const line = run.events.line[event];
  const full = run.states.filter((s) => s.line === line && s.event <= event).at(-1);
  const members = new Map(full.members.map(([path, value]) => [run.texts[path], run.texts[value]]));
  for (let e = full.event + 1; e <= event; e++) {
    if (run.events.line[e] !== line || run.events.changes[e] < 0) continue;
    for (const [path, , after] of run.changes[run.events.changes[e]]) {
      if (run.texts[after] === 'nothing') members.delete(run.texts[path]);
      else members.set(run.texts[path], run.texts[after]);
    }
  }

  await page.evaluate((e) => window.pealView.select(e), event);
  assert.equal(await page.locator('#state h3').innerText(), `State after it, ${members.size} members`);
  await page.locator('#state input').fill('incarnation');
  assert.match(await page.locator('.tree').innerText(), new RegExp(`incarnation\\s+${members.get('self.incarnation')}`));
  assert.doesNotMatch(await page.locator('.tree').innerText(), /durable/);
});

shows('the state before an event is the one after the event before', {}, async (page) => {
  const event = received('Vote');
  const [path, before, after] = run.changes[run.events.changes[event]][0].map((text) => run.texts[text]);
  await page.evaluate((e) => window.pealView.select(e), event);
  const changed = page.locator('.tree .changed').first();
  assert.equal(await changed.innerText(), after);
  await page.locator('#state button', { hasText: 'before' }).click();
  assert.match(await page.locator('#state h3').innerText(), /^State before it/);
  assert.equal(await changed.count() ? await changed.innerText() : 'nothing', before, path);
});

shows('steps along a line, to the next line, and along a message', { hash: election }, async (page) => {
  const event = received('Vote');
  const line = run.events.line[event];
  await clickEvent(page, event);

  await page.keyboard.press('ArrowRight');
  const next = (await stateOf(page)).selected.event;
  assert.ok(next > event && run.events.line[next] === line);
  await page.keyboard.press('ArrowLeft');
  assert.equal((await stateOf(page)).selected.event, event);

  await page.keyboard.press('ArrowDown');
  assert.equal(run.events.line[(await stateOf(page)).selected.event], line + 1);
  await page.keyboard.press('ArrowUp');
  assert.equal(run.events.line[(await stateOf(page)).selected.event], line);

  await page.evaluate((e) => window.pealView.select(e), event);
  await page.keyboard.press('Enter');
  const arrivals = run.messages.send_event.map((e, i) => (e === event ? run.messages.arrive_event[i] : -1)).filter((e) => e >= 0);
  assert.equal((await stateOf(page)).selected.event, arrivals[0]);
});

shows('a link restores range, filters, selection and looks', {}, async (page) => {
  const event = received('Vote', 3);
  await page.evaluate(([e, from, to]) => { window.pealView.select(e); window.pealView.setRange(from, to); }, [event, first.from - 300, first.to + 300]);
  await page.keyboard.press('o');
  await page.keyboard.press('h');
  await page.keyboard.press('t');
  await page.locator('[data-line="7"]').uncheck();
  await page.locator('[data-family=discovery]').uncheck();
  await page.waitForTimeout(350);
  const before = await stateOf(page);

  const other = await browser.open(run, { hash: new URL(page.url()).hash });
  const after = await stateOf(other);
  assert.deepEqual(other.complaints, []);
  await other.context().close();

  assert.deepEqual(after.selected, { event });
  for (const member of ['from', 'to', 'vertical', 'unfolded', 'hiddenKinds', 'hiddenLines', 'selected', 'theme', 'mode', 'dark']) {
    assert.deepEqual(after[member], before[member], member);
  }
  assert.equal(after.vertical, true);
  assert.equal(after.unfolded, true);
  assert.deepEqual(after.hiddenLines, [7]);
  assert.deepEqual(after.hiddenKinds, [kind('Probe'), kind('Announce')]);
});

shows('a link that makes no sense is read as far as it does', { hash: '#from=x&to=-4&event=999999&without=Nothing&lines-off=99&view=cellar' }, async (page) => {
  const state = await stateOf(page);
  assert.equal(state.selected, null);
  assert.equal(state.mode, 'diagram');
  assert.deepEqual(state.hiddenKinds, []);
});

shows('filters by kind, by machine and by message id', {}, async (page) => {
  const all = await arrowsOf(page);
  const count = (name) => run.messages.kind.filter((k) => k === kind(name)).length;

  await page.locator('.families details', { hasText: 'Voting' }).locator('summary .count').click();
  await page.locator(`[data-kind="${kind('VoteAck')}"]`).uncheck();
  await settle(page);
  assert.equal(await arrowsOf(page), all - count('VoteAck'));
  await page.locator('.all button', { hasText: 'all' }).click();
  await settle(page);
  assert.equal(await arrowsOf(page), all);

  await page.locator('[data-line="5"]').uncheck();
  await settle(page);
  const beats = ['Heartbeat', 'HeartbeatAck', 'Have'].map(kind);
  const ofClient = [...run.messages.kind.keys()].filter((i) => (run.messages.from[i] === 5 || run.messages.to[i] === 5) && !beats.includes(run.messages.kind[i]));
  assert.equal(await arrowsOf(page), all - ofClient.length);
  await page.locator('[data-line="5"]').check();

  const id = run.texts[run.messages.ids.find((text) => text > 0)];
  await page.locator('#filter-id').fill(id);
  await page.keyboard.press('Enter');
  await settle(page);
  assert.equal(await arrowsOf(page), run.messages.ids.filter((text) => run.texts[text] === id).length);
});

shows('a vote that is pointed at names its round and all its hops', { hash: election }, async (page) => {
  const m = run.messages;
  const message = [...m.kind.keys()].find((i) => m.kind[i] === kind('Vote') && m.arrive_event[i] >= 0);
  const [from, to] = await page.evaluate(([a, b]) => [window.pealView.place(a), window.pealView.place(b)], [m.send_event[message], m.arrive_event[message]]);
  await page.locator('#overlay').hover({ position: { x: (from.along + to.along) / 2, y: (from.across + to.across) / 2 } });
  const text = run.texts[m.text[message]];
  const [, round, candidate] = /round (\d+), .*candidate (\d+)/.exec(text);
  const hops = m.text.filter((t) => run.texts[t].startsWith('Vote{') && run.texts[t].includes(`round ${round},`) && run.texts[t].includes(`candidate ${candidate},`)).length;
  assert.match(await page.locator('#tip').innerText(), new RegExp(`vote for ${candidate} in round ${round}, ${hops} hops`));
});
