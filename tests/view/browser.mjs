// A browser with the page of a run open, for tests; what the page complains about is kept.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { assemble } from './assemble.mjs';

export async function openBrowser() {
  const directory = mkdtempSync(join(tmpdir(), 'peal-view-'));
  const browser = await chromium.launch({ executablePath: process.env.PEAL_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'], headless: true });
  let pages = 0;

  /** page.complaints: console errors, exceptions, and every address outside the file that was asked for. */
  async function open(run, { hash = '', dark = false, size = { width: 1440, height: 860 }, density = 1 } = {}) {
    const file = join(directory, `run${pages++}.html`);
    writeFileSync(file, assemble(run));
    const context = await browser.newContext({ viewport: size, colorScheme: dark ? 'dark' : 'light', deviceScaleFactor: density });
    const page = await context.newPage();
    page.complaints = [];
    page.on('pageerror', (error) => page.complaints.push(String(error.stack ?? error)));
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) page.complaints.push(message.text()); });
    page.on('request', (request) => { if (!/^(file|data|blob):/.test(request.url())) page.complaints.push(`asks for ${request.url()}`); });
    page.address = pathToFileURL(file).href;
    await page.goto(page.address + hash);
    await settle(page);
    return page;
  }

  async function close() {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  }
  return { open, close };
}

/** Until what was asked to be drawn is drawn. */
export async function settle(page) {
  await page.waitForFunction(() => window.pealView);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
}

export const stateOf = (page) => page.evaluate(() => window.pealView.state());
export const arrowsOf = (page) => page.evaluate(() => window.pealView.arrowsDrawn());

export async function picture(page, name) {
  const directory = process.env.PEAL_SCREENSHOTS;
  if (!directory) return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`) });
}
