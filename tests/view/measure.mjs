// Opens pages of peal trace view and says how long that takes, and how their frames do: node measure.mjs PAGE...
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { settle, stateOf } from './browser.mjs';
import { tellFrames } from './frames.mjs';

const browser = await chromium.launch({ executablePath: process.env.PEAL_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const file of process.argv.slice(2)) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 860 } });
  const began = performance.now();
  await page.goto(pathToFileURL(resolve(file)).href, { timeout: 300_000 });
  await settle(page);
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(2)} MB, drawn after ${Math.round(performance.now() - began)} ms`);
  await tellFrames(page, (await stateOf(page)).to, console.log);
  await page.close();
}
await browser.close();
