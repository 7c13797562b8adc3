// The page: one stream of changes from the simulator, the phones on the desk, the panel beside them.

import { Handset } from './handset.js';
import { Panel } from './panel.js';
import { call } from './api.js';

const desk = document.getElementById('phones');
const phones = new Map();
const panel = new Panel();
let connected = false;
let smsc = { binds: [], shortCodes: ['500'] };

const network = {
  online: () => connected,
  bound: () => smsc.binds.some(bind => bind.bindType !== 'transmitter'),
  shortCode: () => smsc.shortCodes[0],
  send: (msisdn, to, text) => call('POST', `/api/phones/${msisdn}/sms`, { to, text }),
  dial: (msisdn, dial) => call('POST', `/api/phones/${msisdn}/ussd`, { dial }),
  answer: (msisdn, text) => call('POST', `/api/phones/${msisdn}/ussd/answer`, { text }),
  hangUp: msisdn => call('DELETE', `/api/phones/${msisdn}/ussd`),
  markRead: (msisdn, seq) => call('POST', `/api/phones/${msisdn}/messages/${seq}/read`),
  erase: (msisdn, seq) => call('DELETE', `/api/phones/${msisdn}/messages/${seq}`),
  remove: msisdn => call('DELETE', `/api/phones/${msisdn}`),
};

const form = document.getElementById('adder');
form.addEventListener('submit', async event => {
  event.preventDefault();
  const { msisdn, name, language } = Object.fromEntries(new FormData(form));
  const error = form.querySelector('.error');
  const problem = await call('PUT', `/api/phones/${encodeURIComponent(msisdn.trim())}`, { name: name.trim() || null, language });
  error.hidden = !problem;
  error.textContent = problem ?? '';
  if (problem) return;
  form.reset();
  desk.lastElementChild?.scrollIntoView({ behavior: 'smooth', block: 'nearest', inline: 'center' });
});

function phone(given) {
  let handset = phones.get(given.msisdn);
  if (handset) {
    handset.rename(given);
  } else {
    handset = new Handset(given, network);
    handset.root.dataset.colour = String(given.msisdn.split('').reduce((sum, digit) => sum + Number(digit), 0) % 5);
    phones.set(given.msisdn, handset);
    desk.append(handset.root);
    count();
  }
  return handset;
}

function remove(msisdn) {
  phones.get(msisdn)?.root.remove();
  phones.delete(msisdn);
  count();
}

function count() {
  document.getElementById('no-phones').hidden = phones.size > 0;
}

function showNetwork(state) {
  smsc = state;
  panel.smsc(state);
  const link = document.getElementById('link');
  link.dataset.state = !connected ? 'off' : state.binds.length > 0 ? 'bound' : 'free';
  link.textContent = !connected ? 'Simulator not reached, trying again…'
    : state.binds.length > 0 ? `${state.binds.length} ${state.binds.length === 1 ? 'bind' : 'binds'}` : 'No system is bound';
}

function connection(up) {
  if (connected === up) return;
  connected = up;
  showNetwork(smsc);
  for (const handset of phones.values()) handset.refresh();
}

const on = {
  // Everything, at the start and after every interruption.
  snapshot(all) {
    connected = true;
    const numbers = new Set(all.phones.map(given => given.msisdn));
    for (const msisdn of [...phones.keys()]) if (!numbers.has(msisdn)) remove(msisdn);
    showNetwork(all.smsc);
    for (const given of all.phones) phone(given).load(given.messages, given.ussd);
    count();
    panel.masps(all.masps);
    panel.log(all.log);
    panel.faults(all.faults);
    document.body.classList.add('ready');
  },
  message: ({ msisdn, content }) => phones.get(msisdn)?.take(content),
  ussd: ({ msisdn, session }) => phones.get(msisdn)?.ussd.take(session),
  erased: ({ msisdn, seq }) => phones.get(msisdn)?.forget(seq),
  phone: given => phone(given),
  phoneRemoved: ({ msisdn }) => remove(msisdn),
  smsc: ({ state }) => showNetwork(state),
  log: ({ line }) => panel.logged(line),
  masp: ({ masp }) => panel.masp(masp),
  maspRemoved: ({ keyword }) => panel.maspRemoved(keyword),
  faults: ({ faults }) => panel.faults(faults),
};

const stream = new EventSource('/api/events');
for (const [type, take] of Object.entries(on)) stream.addEventListener(type, event => take(JSON.parse(event.data)));
stream.onerror = () => connection(false);

// The clocks on the screens.
setInterval(() => { for (const handset of phones.values()) if (handset.screen.name === 'idle') handset.refresh(); }, 10000);
