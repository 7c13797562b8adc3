// The quiet panel beside the phones: the network, the merchants, what happened, what is to go wrong.

import { call } from './api.js';

const LOG_LINES = 60;
const get = id => document.getElementById(id);
const clock = at => new Date(at).toLocaleTimeString('en-GB');
const WENT = { 0: 'not answered', 200: 'answered', 400: 'not a quote request', 401: 'signature refused', 409: 'refused', 500: 'failed' };

export class Panel {
  constructor() {
    get('fault-form').addEventListener('submit', event => {
      event.preventDefault();
      call('POST', '/api/faults', { ...JSON.parse(get('fault').value), count: Number(get('fault-count').value) });
    });
    get('fault-clear').addEventListener('click', () => call('DELETE', '/api/faults'));
  }

  smsc(state) {
    get('smsc-address').textContent = state.address ?? '';
    for (const count of ['delivered', 'submitted', 'queued']) get(count).textContent = (state[count] ?? 0).toLocaleString('en-GB');
    const binds = state.binds.map(bind => {
      const row = document.createElement('li');
      const name = document.createElement('strong');
      name.textContent = bind.systemId;
      const rest = document.createElement('span');
      rest.textContent = `${bind.bindType}, since ${clock(bind.since)}`;
      row.append(name, rest);
      return row;
    });
    if (binds.length === 0) {
      const row = document.createElement('li');
      row.className = 'empty';
      row.textContent = state.address ? `No system is bound. Bind to ${state.address} as ${state.systemId}; messages wait until then.` : '…';
      binds.push(row);
    }
    get('binds').replaceChildren(...binds);
  }

  masps(all) {
    const keywords = new Set(all.map(masp => masp.keyword));
    for (const form of [...get('masps').children]) if (!keywords.has(form.dataset.keyword)) form.remove();
    for (const masp of all) this.masp(masp);
    get('no-masps').hidden = all.length > 0;
  }

  masp(masp) {
    let form = [...get('masps').children].find(known => known.dataset.keyword === masp.keyword);
    if (!form) {
      form = get('merchant').content.firstElementChild.cloneNode(true);
      form.dataset.keyword = masp.keyword;
      form.querySelector('.keyword').textContent = masp.keyword;
      form.addEventListener('input', () => this.mark(form));
      form.addEventListener('submit', event => this.change(event, form));
      get('masps').append(form);
      get('no-masps').hidden = true;
    }
    const secret = form.querySelector('.secret');
    secret.textContent = masp.hasSecret ? '' : 'no secret: refuses all';
    for (const name of ['price', 'currency', 'text', 'mode']) {
      const field = form.elements[name];
      // What a person is changing is not overwritten under their hands.
      if (field.value === (form.known?.[name] ?? '') || form.known === undefined) field.value = String(masp[name]);
    }
    form.known = Object.fromEntries(['price', 'currency', 'text', 'mode'].map(name => [name, String(masp[name])]));
    this.mark(form);
    const last = masp.lastQuote;
    form.querySelector('.asked').textContent = last
      ? `${clock(last.at)} asked ${last.request?.item ?? masp.keyword}: ${WENT[last.status] ?? last.status}${last.answer ? ` ${last.answer.price} ${last.answer.currency}` : ''} · ${masp.quotes} asked, ${masp.notices} notices`
      : masp.notices > 0 ? `${masp.notices} notices` : 'Not asked yet';
  }

  maspRemoved(keyword) {
    [...get('masps').children].find(known => known.dataset.keyword === keyword)?.remove();
    get('no-masps').hidden = get('masps').children.length > 0;
  }

  mark(form) {
    form.querySelector('button').disabled = Object.entries(form.known).every(([name, value]) => form.elements[name].value === value);
  }

  async change(event, form) {
    event.preventDefault();
    const { price, currency, text, mode } = form.elements;
    const wanted = { price: Number(price.value), currency: currency.value, text: text.value, mode: mode.value };
    const problem = await call('PUT', `/api/masps/${form.dataset.keyword}`, wanted);
    const error = form.querySelector('.error');
    error.hidden = !problem;
    error.textContent = problem ?? '';
  }

  log(lines) {
    get('log').replaceChildren();
    for (const line of lines.slice(-LOG_LINES)) this.logged(line);
    get('no-log').hidden = lines.length > 0;
  }

  logged(line) {
    const row = document.createElement('li');
    row.dataset.kind = line.kind;
    const time = document.createElement('time');
    time.dateTime = line.at;
    time.textContent = clock(line.at);
    const text = document.createElement('span');
    text.textContent = line.text;
    row.append(time, text);
    get('log').prepend(row);
    while (get('log').children.length > LOG_LINES) get('log').lastElementChild.remove();
    get('no-log').hidden = true;
  }

  faults(pending) {
    const words = {
      deliverDuplicate: 'deliver again', deliverMute: 'lose answers to deliveries', deliverDelay: 'hold back', submitMute: 'do not answer submits',
      submitDelay: 'answer submits late', submitStatus: 'refuse submits', linkCut: 'cut the link', linkRefuse: 'refuse binds',
      deliverUnknownTlv: 'deliver with unknown parameters', deliverSequence: 'deliver with a chosen number', submitSameId: 'give the same id', responseDuplicate: 'answer twice',
      responseWrongSequence: 'answer under a wrong number', responseNoBody: 'answer without a body', responseNack: 'answer with generic_nack',
      linkReset: 'reset the connection', linkSilent: 'fall silent', linkHalfOpen: 'accept and never answer', linkBanner: 'greet as another service',
      bindMute: 'do not answer binds', sendUnbind: 'unbind unasked', wireSplit: 'split PDUs', wireOctets: 'send octet by octet', wireLength: 'claim a wrong length', wireGarbage: 'send garbage',
      ussdDrop: 'lose USSD sessions', ussdAbort: 'give USSD sessions up', ussdDuplicate: 'deliver USSD inputs again', ussdSilence: 'show no USSD text',
    };
    get('faults').replaceChildren(...pending.map(fault => {
      const row = document.createElement('li');
      row.textContent = `${words[fault.kind] ?? fault.kind}${fault.status ? ` ${fault.status}` : ''}${fault.delayMs ? ` ${fault.delayMs} ms` : ''} × ${fault.remaining}`;
      return row;
    }));
    get('fault-clear').hidden = pending.length === 0;
  }
}
