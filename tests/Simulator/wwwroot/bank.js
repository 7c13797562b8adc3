// The bank's page: asks for the state once a second while somebody looks at it.

import { call } from './api.js';

const ROWS = 200;
const PAUSE = 1000;
const get = id => document.getElementById(id);
const clock = at => new Date(at).toLocaleTimeString('en-GB');
const number = value => value.toLocaleString('en-GB');
const WORDS = { lose: 'lose', mute: 'do, never answer', cut: 'do, cut', delay: 'answer late', hold: 'hold back', code: 'answer', standIn: 'do all the same, answer first', duplicate: 'answer twice', wrongAmount: 'answer another amount', wrongStan: 'answer another STAN' };
let newest = 0;

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function pair(left, right) {
  const row = document.createElement('li');
  row.append(element('strong', left), element('span', right));
  return row;
}

function show(state) {
  const signedOn = state.peers.filter(peer => peer.isSignedOn).length;
  const link = get('link');
  link.dataset.state = signedOn > 0 ? 'bound' : 'free';
  link.textContent = signedOn > 0 ? `${signedOn} signed on` : 'Nobody is signed on';
  get('address').textContent = state.address;
  get('profile').textContent = state.profile;
  get('messages').textContent = number(state.messages);
  get('held').textContent = number(state.held);
  get('release').hidden = state.held === 0;
  get('cut').hidden = state.peers.length === 0;
  get('accounts').replaceChildren(...state.accounts.map(account => pair(account.number, `${number(account.balance)} ${account.currency}`)));
  get('peers').replaceChildren(...(state.peers.length > 0
    ? state.peers.map(peer => pair(peer.remoteAddress, `${peer.isSignedOn ? 'signed on' : 'connected'}, since ${clock(peer.since)}`))
    : [element('li', `Connect to ${state.address} and sign on with 0800.`, 'empty')]));
  get('faults').replaceChildren(...state.faults.map(fault =>
    element('li', `${fault.on ?? 'any'}: ${WORDS[fault.fault]}${fault.responseCode ? ` ${fault.responseCode}` : ''}${fault.delayMs ? ` ${fault.delayMs} ms` : ''} × ${fault.remaining}`)));
  get('fault-clear').hidden = state.faults.length === 0;
}

function add(entry) {
  const row = document.createElement('tr');
  row.dataset.kind = entry.kind;
  const time = document.createElement('td');
  const at = element('time', clock(entry.at));
  at.dateTime = entry.at;
  time.append(at);
  row.append(time, element('td', entry.account), element('td', entry.kind), element('td', `${number(entry.amount)} ${entry.currency}`, 'number'),
    element('td', number(entry.balance), 'number'), element('td', entry.stan ?? ''), element('td', entry.rrn ?? ''));
  const rows = get('ledger');
  rows.prepend(row);
  while (rows.children.length > ROWS) rows.lastElementChild.remove();
  get('no-ledger').hidden = true;
  newest = entry.seq;
}

async function refresh() {
  try {
    const [state, ledger] = await Promise.all([fetch('/api/bank').then(answer => answer.json()), fetch(`/api/bank/ledger?after=${newest}`).then(answer => answer.json())]);
    show(state);
    ledger.entries.forEach(add);
  } catch {
    get('link').dataset.state = 'off';
    get('link').textContent = 'The simulator is not reached';
  }
}

async function watch() {
  if (!document.hidden) await refresh();
  setTimeout(watch, PAUSE);
}

get('fault-form').addEventListener('submit', async event => {
  event.preventDefault();
  await call('POST', '/api/bank/faults', { ...JSON.parse(get('fault').value), on: get('fault-on').value || null, count: Number(get('fault-count').value) });
  await refresh();
});
get('account-form').addEventListener('submit', async event => {
  event.preventDefault();
  const { number: account, balance } = event.target.elements;
  const problem = await call('PUT', `/api/bank/accounts/${encodeURIComponent(account.value)}`, { balance: Number(balance.value) });
  get('account-error').hidden = !problem;
  get('account-error').textContent = problem ?? '';
  await refresh();
});
get('fault-clear').addEventListener('click', async () => { await call('DELETE', '/api/bank/faults'); await refresh(); });
get('release').addEventListener('click', async () => { await call('POST', '/api/bank/release'); await refresh(); });
get('cut').addEventListener('click', async () => { await call('POST', '/api/bank/cut'); await refresh(); });
document.addEventListener('visibilitychange', refresh);
watch();
