// How the page is moved about in, and how it looks: light, dark, on paper, as figures.
import assert from 'node:assert/strict';
import { picture, settle, stateOf } from './browser.mjs';
import { run, shows } from './shown.mjs';

shows('zooms by wheel and keys, pans by dragging, and fits all', {}, async (page) => {
  const whole = await stateOf(page);
  await page.locator('#overlay').hover({ position: { x: 500, y: 300 } });
  await page.mouse.wheel(0, -600);
  await settle(page);
  const zoomed = await stateOf(page);
  assert.ok(zoomed.to - zoomed.from < (whole.to - whole.from) / 2);

  await page.mouse.down();
  await page.mouse.move(400 + 218, 420, { steps: 3 });
  await page.mouse.up();
  assert.ok((await stateOf(page)).from > zoomed.from);
  assert.equal((await stateOf(page)).selected, null);

  await page.keyboard.press('-');
  assert.ok(Math.abs((await stateOf(page)).to - (await stateOf(page)).from - 2 * (zoomed.to - zoomed.from)) < 2);
  await page.keyboard.press('f');
  assert.deepEqual([(await stateOf(page)).from, (await stateOf(page)).to], [whole.from, whole.to]);
});

shows('two fingers zoom, and what is under them stays there', {}, async (page) => {
  const client = await page.context().newCDPSession(page);
  const box = await page.locator('#overlay').boundingBox();
  const touch = (type, ...places) => client.send('Input.dispatchTouchEvent', { type, touchPoints: places.map((x, id) => ({ x: box.x + x, y: box.y + 200, id })) });
  const timeAt = async (x) => { const { from, to } = await stateOf(page); const start = await page.evaluate(() => window.pealView.start()); return from + (x - start) / (box.width - start) * (to - from); };
  const under = [await timeAt(300), await timeAt(400)];

  await touch('touchStart', 300, 400);
  await touch('touchMove', 290, 450);
  await touch('touchMove', 250, 550);
  await settle(page);

  assert.ok(Math.abs(await timeAt(250) - under[0]) < 20_000);
  assert.ok(Math.abs(await timeAt(550) - under[1]) < 20_000);

  await touch('touchEnd');
  const zoomed = await stateOf(page);
  assert.equal(zoomed.selected, null);
  await touch('touchStart', 300);
  await touch('touchMove', 320);
  await touch('touchMove', 360);
  await touch('touchEnd');
  const moved = await stateOf(page);
  assert.ok(moved.from < zoomed.from && moved.to < zoomed.to);
});

for (const dark of [false, true]) {
  shows(`follows the system, here ${dark ? 'dark' : 'light'}, and can be told otherwise`, { dark }, async (page) => {
    // The page's own colour, and that of the picture at a place where nothing is drawn.
    const ground = () => page.evaluate(() => {
      const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
      copy.drawImage(document.getElementById('picture'), -200, -30);
      return [getComputedStyle(document.body).backgroundColor, copy.getImageData(0, 0, 1, 1).data.join()].join(' / ');
    });
    const light = 'rgb(255, 255, 255) / 255,255,255,255';
    const night = 'rgb(20, 23, 28) / 20,23,28,255';
    assert.equal(await ground(), dark ? night : light);
    await picture(page, dark ? 'diagram-dark' : 'diagram-light');
    await page.keyboard.press('t');
    await settle(page);
    assert.equal(await ground(), dark ? light : night);
    assert.equal((await stateOf(page)).dark, !dark);
  });
}

shows('figures list the elections, and a click goes there', { hash: '#view=figures' }, async (page) => {
  assert.equal(await page.locator('.elections tr').count(), run.stats.elections.length + 1);
  assert.equal(await page.locator('.kinds tr').count(), run.stats.messages_by_kind.length);
  assert.equal(await page.locator('#figures svg').count(), 2);
  await picture(page, 'figures');
  await page.locator('.elections button').nth(1).click();
  const state = await stateOf(page);
  assert.equal(state.mode, 'diagram');
  assert.ok(state.from < run.stats.elections[1].from && state.to > run.stats.elections[1].to);
});

shows('help lists the keys, and closes', {}, async (page) => {
  await page.keyboard.press('?');
  assert.ok(await page.locator('#help').isVisible());
  assert.match(await page.locator('#help').innerText(), /fold or unfold heartbeats/);
  await page.keyboard.press('Escape');
  assert.ok(!await page.locator('#help').isVisible());
});

shows('on paper: light, without controls, and fine', { dark: true }, async (page) => {
  const screen = await page.evaluate(() => document.getElementById('picture').width / document.getElementById('picture').clientWidth);
  await page.emulateMedia({ media: 'print' });
  await settle(page);
  assert.equal((await stateOf(page)).dark, false);
  assert.ok(!await page.locator('#filters').isVisible());
  const paper = await page.evaluate(() => document.getElementById('picture').width / document.getElementById('picture').clientWidth);
  assert.equal(Math.round(paper / screen), 3);
  await page.emulateMedia({ media: 'screen' });
  await settle(page);
  assert.equal((await stateOf(page)).dark, true);
});
