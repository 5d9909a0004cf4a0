// Starts the page, and offers to tests what they cannot see from outside.

/** What is inside of gzip in base64. */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

async function main() {
  const text = byId('run').textContent.trim();
  // gzip begins with the same bytes always; JSON does not begin so.
  const app = new App(readRun(text.startsWith('H4sI') ? await unpacked(text) : text));
  byId('run').textContent = '';  // The text is not needed again, and may be large.
  app.start();
  window.pealView = {
    // Messages that are drawn as arrows in the latest frame.
    arrowsDrawn: () => app.diagram.arrows.choice.count,
    select: (event) => app.select({ event }, { reveal: true }),
    frameTimes: () => app.diagram.frames.slice(),
    state: () => ({ ...app.view, hiddenKinds: [...app.view.hiddenKinds], hiddenLines: [...app.view.hiddenLines], crowned: app.ringView.crowned ?? [],
      tokens: app.ringView.tokens ?? 0, playing: app.ringView.playing, hits: app.search.hits.length, dark: app.dark() }),
    // Where an event is, along time and across lines.
    place: (event) => ({ along: app.diagram.timeline.along(app.run.events.at[event]), across: app.diagram.timeline.across[app.run.events.line[event]] }),
    members: (event) => flatMembers(app.states.after(event)),
    start: () => app.diagram.timeline.start,
    setRange: (from, to) => app.setRange(from, to),
  };
}

main();
