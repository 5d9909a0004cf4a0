// The page of a run that the program itself recorded: a simulated one, with crashes, splits and people.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { settle, stateOf } from './browser.mjs';

const program = process.env.PEAL_PROGRAM;
const directory = mkdtempSync(join(tmpdir(), 'peal-real-run-'));
const peal = (...words) => execFileSync(program, words, { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 26 });
let browser;
let page;
let run;

before(async () => {
  peal('sim', '--seed', '7', '--trace', 'run.trace');
  peal('trace', 'view', 'run.trace', '--to', '15s', '-o', 'run.html');
  peal('trace', 'view', 'run.trace', '--to', '15s', '-o', 'run.json', '--json');
  run = JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8'));
  browser = await chromium.launch({ executablePath: process.env.PEAL_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  page = await browser.newPage({ viewport: { width: 1440, height: 860 } });
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error.stack ?? error)));
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) page.complaints.push(message.text()); });
  await page.goto(`file://${directory}/run.html`);
  await settle(page);
});

after(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true, force: true });
});

test('a recorded run opens without complaints', async () => {
  assert.deepEqual(page.complaints, []);
  assert.ok((await page.title()).includes('seed 7'));
});

test('the first vote of a recorded run can be followed round the ring', async () => {
  const vote = run.messages.kind.findIndex((kind, i) => run.kinds[kind] === 'Vote' && run.messages.arrive_event[i] >= 0);
  assert.ok(vote >= 0);
  await page.evaluate((event) => window.pealView.select(event), run.messages.arrive_event[vote]);
  await settle(page);
  assert.match(await page.textContent('body'), /candidate \d+/);
  assert.deepEqual(page.complaints, []);
});

test('the ring of a recorded run tells who swallows whose vote', async () => {
  const first = run.stats.elections[0];
  await page.goto(`file://${directory}/run.html#view=ring&from=${first.from - 500}&to=${first.to + 500}&now=${first.to}`);
  await page.reload();
  await settle(page);
  assert.match(await page.textContent('body'), /(swallows|passes) the vote for/);
  assert.deepEqual(page.complaints, []);
  assert.ok(await stateOf(page));
});
