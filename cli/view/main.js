// Starts the page, and offers to tests what they cannot see from outside.

function main() {
  const app = new App(readRun(byId('run').textContent));
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
