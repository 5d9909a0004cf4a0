// Which kinds of message belong together, and how each is drawn.

// Colours after Okabe and Ito, moved apart in lightness so that they differ without hue, on white and on black.
const FAMILIES = [
  { name: 'voting', label: 'Voting', light: '#d1480f', dark: '#ff8a4c', kinds: ['Vote', 'VoteAck', 'Suspect', 'LeaderAlive'] },
  { name: 'membership', label: 'Membership', light: '#a8327f', dark: '#ee8fcb',
    kinds: ['Join', 'JoinAnswer', 'Leave', 'ViewChange', 'ViewAck', 'NotAMember', 'Merge'] },
  { name: 'submissions', label: 'Submissions', light: '#1f5fc4', dark: '#6ea8ff', kinds: ['Submit', 'Submitted', 'Forward', 'Forwarded'] },
  { name: 'delivery', label: 'Delivery', light: '#b98400', dark: '#f3c04b', kinds: ['Deliver', 'DeliverAck', 'Groups', 'GroupPosts', 'GroupAck'] },
  { name: 'replication', label: 'Replication', light: '#0b8f6a', dark: '#3cd0a4', kinds: ['Push', 'PushAck', 'Want', 'Found'] },
  { name: 'sessions', label: 'Sessions', light: '#474c57', dark: '#c3c8d2',
    kinds: ['Attach', 'Attached', 'Detach', 'Detached', 'PresenceReport', 'PresenceList', 'Query', 'Answer', 'Servers', 'Unsupported'] },
  { name: 'discovery', label: 'Discovery', light: '#3c9ac9', dark: '#7fd0f5', kinds: ['Probe', 'Announce'] },
  { name: 'heartbeats', label: 'Heartbeats', light: '#8b909b', dark: '#858c99', kinds: ['Heartbeat', 'HeartbeatAck', 'Ping', 'Pong', 'Have'] },
  { name: 'other', label: 'Other', light: '#7b6a58', dark: '#b7a693', kinds: [] },
];
const HEARTBEATS = FAMILIES.findIndex((family) => family.name === 'heartbeats');
const OTHER = FAMILIES.length - 1;

// Answers are dashed, so that there and back differ without colour.
const ANSWERS = new Set(['VoteAck', 'ViewAck', 'HeartbeatAck', 'Pong', 'PushAck', 'DeliverAck', 'GroupAck', 'JoinAnswer', 'Submitted',
  'Forwarded', 'Attached', 'Detached', 'Answer', 'LeaderAlive', 'Found']);
const HEADS = { Vote: 'big', ViewChange: 'diamond', Suspect: 'bar', Merge: 'diamond' };

function prepareKinds(run) {
  const family = new Map(FAMILIES.flatMap(({ kinds }, index) => kinds.map((kind) => [kind, index])));
  const most = Math.max(run.kinds.length, 256);
  run.familyOf = new Uint8Array(most).fill(OTHER);
  run.answers = new Uint8Array(most);
  run.kinds.forEach((kind, index) => {
    run.familyOf[index] = family.get(kind) ?? OTHER;
    run.answers[index] = ANSWERS.has(kind) ? 1 : 0;
  });
  run.kindCounts = new Int32Array(most);
  for (const kind of run.messages.kind) run.kindCounts[kind]++;
  run.messages.family = run.messages.kind.map((kind) => run.familyOf[kind]);
}

const kindName = (run, kind) => run.kinds[kind] ?? `kind ${kind}`;

// Pale grounds for views, one for each leader; told apart from messages by being areas.
const LEADERS = [
  { light: '#cfe3f7', dark: '#1d3850', strong: { light: '#4d8fcc', dark: '#5da3e0' } },
  { light: '#f8dfc4', dark: '#4a3420', strong: { light: '#d08a3c', dark: '#e0a05d' } },
  { light: '#d5ecd4', dark: '#203f2a', strong: { light: '#549f5c', dark: '#66b872' } },
  { light: '#eadbf3', dark: '#3b2a4d', strong: { light: '#9468b8', dark: '#ab84d1' } },
  { light: '#cdebe9', dark: '#17403f', strong: { light: '#3a9d98', dark: '#55bab5' } },
  { light: '#efe9bf', dark: '#423d1a', strong: { light: '#a89a2e', dark: '#c4b64c' } },
  { light: '#f6d7e4', dark: '#4b2738', strong: { light: '#c45f8b', dark: '#da7ca2' } },
];
function leaderColour(run, id, dark, strong) {
  const place = run.lineById.get(String(id))?.place ?? 0;
  const colour = LEADERS[place % LEADERS.length];
  return (strong ? colour.strong : colour)[dark ? 'dark' : 'light'];
}

const PALETTES = {
  light: { ground: '#ffffff', ink: '#1c2026', soft: '#5d6470', faint: '#a3a9b3', grid: '#e9ebef', line: '#9aa1ac', accent: '#1a56c4',
    alarm: '#b3261e', hatch: 'rgba(70,76,88,0.22)', shade: 'rgba(70,76,88,0.10)', dot: '#3c434e', gutter: '#f6f7f9', halo: 'rgba(255,255,255,0.78)',
    gold: '#c98a00' },
  dark: { ground: '#14171c', ink: '#e8ebf0', soft: '#a2aab6', faint: '#666e7b', grid: '#23282f', line: '#5b6370', accent: '#7fb0ff',
    alarm: '#ff8a80', hatch: 'rgba(200,208,220,0.22)', shade: 'rgba(200,208,220,0.09)', dot: '#c5ccd6', gutter: '#1a1e24', halo: 'rgba(20,23,28,0.78)',
    gold: '#f5c542' },
};
