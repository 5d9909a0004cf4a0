// Votes by round and candidate, and what LCR says of each hop.

const VOTE_ROUND = /\bround:? ?(\d+)/;
const VOTE_CANDIDATE = /\bcandidate:? ?(?:\{(?:value )?)?(?:server )?s?([0-9a-z]+)/i;
const VOTE_REASON = /\breason:? ?(\w+)/;

function readVote(text) {
  const round = VOTE_ROUND.exec(text)?.[1];
  const candidate = VOTE_CANDIDATE.exec(text)?.[1];
  return round && candidate ? { round, candidate, reason: VOTE_REASON.exec(text)?.[1] ?? '' } : null;
}

/** run.votes: message -> {round, candidate, reason, chain}; a chain is all votes of one candidate in one round, in order. */
function prepareVotes(run) {
  const m = run.messages;
  run.votes = new Map();
  run.voteAcks = new Map();
  const chains = new Map();
  const vote = run.kinds.indexOf('Vote');
  const ack = run.kinds.indexOf('VoteAck');
  for (const message of m.byStart) {
    if (m.kind[message] !== vote && m.kind[message] !== ack) continue;
    const said = readVote(run.texts[m.text[message]] ?? '');
    if (!said) continue;
    const key = `${said.round}/${said.candidate}`;
    if (!chains.has(key)) chains.set(key, { votes: [], acks: [] });
    said.chain = chains.get(key);
    const isVote = m.kind[message] === vote;
    (isVote ? run.votes : run.voteAcks).set(message, said);
    (isVote ? said.chain.votes : said.chain.acks).push(message);
  }
}

function voteOf(run, message) { return run.votes.get(message) ?? run.voteAcks.get(message) ?? null; }

const shortName = (run, line) => (line < 0 ? 'somebody outside' : run.lines[line]?.id?.length <= 12 && run.lines[line].kind === 'server'
  ? run.lines[line].id : run.lines[line]?.name ?? '?');

/** What the receiver makes of a vote, in the words of the algorithm. */
function verdict(run, message) {
  const { candidate } = run.votes.get(message);
  const to = run.lines[run.messages.to[message]];
  if (!to) return '';
  if (candidate === to.id) return `${candidate}'s vote came home: it met nobody higher, so ${candidate} leads`;
  if (idLess(candidate, to.id)) return `${to.id} swallows the vote for ${candidate}, because ${to.id}\u00a0>\u00a0${candidate}`;
  return `${to.id} passes the vote for ${candidate} on, because ${candidate}\u00a0>\u00a0${to.id}`;
}

function voteCaptions(run, add) {
  const m = run.messages;
  for (const [message, vote] of run.votes) {
    const from = shortName(run, m.from[message]);
    const to = shortName(run, m.to[message]);
    if (m.sent[message] >= 0) {
      if (vote.candidate === run.lines[m.from[message]]?.id) {
        add(m.sent[message], `${from} sends a vote for itself to ${to}, the next on the ring (round ${vote.round}${vote.reason ? `, ${vote.reason}` : ''})`, 'vote');
      }
      if (m.lost[message]) add(m.end[message], `The vote for ${vote.candidate} from ${from} to ${to} is lost; it will be sent again`, 'trouble');
    }
    if (m.arrived[message] >= 0 && m.to[message] >= 0) {
      add(m.arrived[message], verdict(run, message), vote.candidate === run.lines[m.to[message]].id ? 'home' : 'vote');
    }
  }
}

/** Sentences for people who watch, by time: {at, text, tone}. */
function prepareCaptions(run) {
  const captions = [];
  const add = (at, text, tone) => { if (text) captions.push({ at, text, tone }); };
  voteCaptions(run, add);
  const name = (line) => run.lines[line]?.name ?? 'All machines';
  for (const view of run.views) {
    const members = view.members?.length ? `: ${view.members.join(', ')}` : '';
    add(view.from, `${name(view.line)} installs view ${view.number}, led by ${view.leader}${members}`, 'view');
  }
  for (const role of run.roles) {
    if (role.role === 'looking') add(role.from, `${name(role.line)} looks for its cluster`, 'role');
    if (role.role === 'leader') add(role.from, `${name(role.line)} leads`, 'home');
  }
  for (const band of run.bands) {
    const who = band.lines?.length ? '' : band.line >= 0 ? `${name(band.line)}: ` : '';
    add(band.from, `${who}${band.text || band.kind}`, 'trouble');
    if (band.to < run.duration) add(band.to, `${who}${band.text || band.kind}: over`, 'role');
  }
  captions.sort((a, b) => a.at - b.at);
  run.captions = captions;
}
