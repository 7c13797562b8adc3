// The charging system: balances, what was booked, who is connected, what is to go wrong. Asks once a second.

import { call } from './api.js';

const LINES = 200;
const get = id => document.getElementById(id);
const figure = value => value.toLocaleString('en-GB');
let seen = 0;

function cell(row, text, kind = '') {
  const td = row.insertCell();
  td.className = kind;
  td.textContent = text;
}

function fill(list, rows, empty) {
  list.replaceChildren(...rows);
  if (empty) empty.hidden = rows.length > 0;
}

function item(strong, text) {
  const row = document.createElement('li');
  if (strong) {
    const name = document.createElement('strong');
    name.textContent = strong;
    row.append(name);
  }
  const rest = document.createElement('span');
  rest.textContent = text;
  row.append(rest);
  return row;
}

function accounts(all) {
  fill(get('accounts'), all.map(account => {
    const row = document.createElement('tr');
    row.dataset.msisdn = account.msisdn;
    cell(row, account.msisdn);
    cell(row, figure(account.balance), 'number');
    cell(row, figure(account.creditLimit), 'number');
    return row;
  }), get('no-accounts'));
}

function ledger(lines) {
  for (const line of lines) {
    seen = line.seq;
    const row = get('ledger').insertRow(0);
    cell(row, new Date(line.at).toLocaleTimeString('en-GB'));
    cell(row, line.msisdn);
    cell(row, line.kind);
    cell(row, figure(line.amount), 'number');
    cell(row, figure(line.balance), 'number');
    cell(row, line.sessionId ?? '');
  }
  while (get('ledger').rows.length > LINES) get('ledger').deleteRow(-1);
  get('no-ledger').hidden = get('ledger').rows.length > 0;
}

function state(ocs) {
  get('address').textContent = ocs.address;
  get('currency').textContent = `${ocs.currency}, minor units`;
  for (const count of ['debits', 'refunds', 'repeats']) get(count).textContent = figure(ocs[count]);
  const connected = ocs.connections.map(c => item(c.originHost, `since ${new Date(c.since).toLocaleTimeString('en-GB')}`));
  if (connected.length === 0) {
    const nobody = item('', `Nobody is connected. Connect to ${ocs.address}; the realm is ${ocs.realm}.`);
    nobody.className = 'empty';
    connected.push(nobody);
  }
  fill(get('connections'), connected);
  get('release').hidden = ocs.held === 0;
  get('release').textContent = `Let ${ocs.held} held back go`;
  get('link').dataset.state = ocs.connections.length > 0 ? 'bound' : 'free';
  get('link').textContent = ocs.connections.length > 0 ? `${ocs.connections.length} connected` : 'Nobody connected';
}

function faults(pending) {
  fill(get('faults'), pending.map(fault => {
    const { fault: kind, count, ...more } = fault;
    const words = Object.entries(more).filter(([, value]) => value !== null).map(([name, value]) => `${name} ${value}`);
    return item('', `${[kind, ...words].join(', ')} × ${count}`);
  }));
  get('fault-clear').hidden = pending.length === 0;
}

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(path);
  return answer.json();
}

async function refresh() {
  try {
    const [ocs, books, lines, pending] = await Promise.all(
      [read('/api/ocs'), read('/api/ocs/accounts'), read(`/api/ocs/ledger?after=${seen}`), read('/api/ocs/faults')]);
    state(ocs);
    accounts(books.accounts);
    ledger(lines.lines);
    faults(pending.faults);
  } catch {
    get('link').dataset.state = 'off';
    get('link').textContent = 'The simulator is not reached';
    // It may have begun anew.
    seen = 0;
    get('ledger').replaceChildren();
  }
}

async function keepFresh() {
  await refresh();
  setTimeout(keepFresh, 1000);
}

get('account-form').addEventListener('submit', async event => {
  event.preventDefault();
  const { msisdn, balance, creditLimit } = event.target.elements;
  const problem = await call('PUT', `/api/ocs/accounts/${encodeURIComponent(msisdn.value)}`, { balance: Number(balance.value), creditLimit: Number(creditLimit.value) });
  const error = event.target.querySelector('.error');
  error.hidden = !problem;
  error.textContent = problem ?? '';
  refresh();
});
get('fault-form').addEventListener('submit', async event => {
  event.preventDefault();
  await call('POST', '/api/ocs/faults', { ...JSON.parse(get('fault').value), count: Number(get('fault-count').value) });
  refresh();
});
get('fault-clear').addEventListener('click', async () => { await call('DELETE', '/api/ocs/faults'); refresh(); });
get('release').addEventListener('click', async () => { await call('DELETE', '/api/ocs/held'); refresh(); });
get('cut').addEventListener('click', async () => { await call('DELETE', '/api/ocs/connections'); refresh(); });
keepFresh();
