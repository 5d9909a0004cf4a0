// What is not drawn as arrows: folded heartbeats as ticks, families that are too many as bars along the lines.

/** Heartbeats: ticks below the line of who got them, longer and darker where there are more. */
function drawFolded(pen, run, choice, timeline, palette) {
  const c = pen.context;
  const { width, folded } = choice;
  const x0 = timeline.along(choice.origin) + 1;
  c.fillStyle = palette.faint;
  let least = 1;
  for (const [most, alpha] of [[1, 0.4], [3, 0.6], [10, 0.8], [65535, 1]]) {
    c.globalAlpha = alpha;
    for (const { index: line } of timeline.shown) {
      if (choice.foldedOfLine[line] === 0) continue;
      const y = timeline.across[line] + 4;
      for (let b = 0; b < width; b++) {
        const count = folded[line * width + b];
        if (count >= least && count <= most) c.fillRect(x0 + b * BUCKET, y, 1.6, 3 + Math.min(5, Math.log2(count) * 1.4));
      }
    }
    least = most + 1;
  }
  c.globalAlpha = 1;
}

/** Stacked on the line of who sent them; the highest in the picture has all the room. */
function drawBars(pen, run, choice, timeline, dark) {
  const { width, bars, denseFamilies } = choice;
  if (denseFamilies.length === 0) return;
  const lines = run.lines.length;
  const sums = new Int32Array(lines * width);
  let most = 1;
  for (const family of denseFamilies) {
    const row = family * lines * width;
    for (let cell = 0; cell < sums.length; cell++) {
      if (bars[row + cell] > 0) most = Math.max(most, sums[cell] += bars[row + cell]);
    }
  }
  const c = pen.context;
  const raised = new Float32Array(sums.length);
  const x0 = timeline.along(choice.origin);
  c.globalAlpha = 0.75;
  for (const family of denseFamilies) {
    c.fillStyle = dark ? FAMILIES[family].dark : FAMILIES[family].light;
    for (const { index: line } of timeline.shown) {
      const room = timeline.half[line] * 1.25;
      for (let cell = line * width; cell < (line + 1) * width; cell++) {
        const count = bars[family * lines * width + cell];
        if (count === 0) continue;
        const height = room * Math.sqrt(sums[cell] / most) * count / sums[cell];
        raised[cell] += height;
        c.fillRect(x0 + (cell - line * width) * BUCKET, timeline.across[line] - raised[cell], BUCKET - 0.8, height);
      }
    }
  }
  c.globalAlpha = 1;
}
