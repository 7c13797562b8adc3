// The screen of a USSD session. It is the network's: it comes when the network speaks, and takes the place of whatever is shown.

import { element } from './drawing.js';

const live = session => session !== undefined && session !== null && session.state !== 'ended';

export class UssdScreen {
  constructor(handset) {
    this.handset = handset;
    this.name = 'ussd';
    this.typed = '';
    this.mode = '123';
  }

  get isLive() { return live(this.session); }
  get isAsked() { return this.session?.state === 'asked'; }
  get words() { return this.handset.words; }

  // What is typed here is kept while another screen (symbols) is above.
  get typing() { return this.isAsked; }
  load() { return this.typed; }
  save(text) { if (this.isAsked) this.typed = text; }

  // ---- what the network says

  take(session) {
    const before = this.session;
    // A stream that was interrupted tells again what is known.
    if (before && before.id === session.id && before.version >= session.version) return;
    const last = session.lines[session.lines.length - 1];
    const isNew = last !== undefined && !last.fromPhone && (before?.id !== session.id || last.at !== this.newest);
    if (isNew) this.newest = last.at;
    this.session = session;
    if (this.isAsked && isNew) [this.typed, this.mode] = ['', '123'];
    if (session.end === 'cancelled') return this.close();
    this.open();
    if (isNew || !this.isLive) {
      this.handset.light();
      this.handset.say([session.text, this.problem()].filter(Boolean).join('. '));
    }
    if (session.pushed && session.lines.length === 1 && !session.lines[0].fromPhone) this.handset.ring();
  }

  // After an interruption: a session that goes on is shown, one that ended meanwhile is not. A simulator that was started anew counts from one again.
  restore(session) {
    const known = this.session;
    if (known && (session?.id !== known.id || session.version < known.version)) {
      this.close();
      this.session = undefined;
    }
    if (live(session)) this.take(session);
    else if (this.isLive) this.close();
  }

  // ---- what the person does

  async dial(code) {
    const phone = this.handset;
    phone.home();
    this.typed = '';
    this.session = { id: 0, version: 0, dialled: code, state: 'waiting', text: null, lines: [], end: null };
    this.open();
    phone.say(`${code}. ${this.words.ussdWait}`);
    const problem = await phone.network.dial(phone.msisdn, code);
    if (!problem) return;
    if (this.session?.id === 0) this.close();
    phone.note('✗', this.words.ussdFailed, problem, true);
  }

  async answer() {
    const phone = this.handset;
    const text = phone.input.value;
    if (!text) return;
    this.save(text);
    const asked = this.session;
    this.session = { ...asked, state: 'waiting', lines: [...asked.lines, { fromPhone: true, text }] };
    phone.enter();
    const problem = await phone.network.answer(phone.msisdn, text);
    if (!problem || this.session?.version !== asked.version) return;
    this.session = asked;
    phone.enter();
    phone.note('✗', this.words.notSent, problem, true);
  }

  hangUp() {
    if (this.isLive) this.handset.network.hangUp(this.handset.msisdn);
    this.close();
  }

  open() {
    const stack = this.handset.stack;
    const at = stack.indexOf(this);
    if (at < 0) return this.handset.show(this);
    // Symbols above stay there while an answer is typed; a new text is shown at once.
    if (this.handset.screen !== this && this.typed === '') {
      this.handset.leave();
      stack.length = at + 1;
    }
    if (this.handset.screen === this) this.handset.enter();
  }

  close() {
    const { handset } = this;
    const at = handset.stack.indexOf(this);
    if (this.session) this.session = { ...this.session, state: 'ended' };
    this.typed = '';
    if (at < 0) return;
    handset.leave();
    handset.stack.length = at;
    handset.enter();
  }

  // ---- keys and drawing

  get left() { return this.isAsked ? [this.words.symbol, () => this.handset.show(this.handset.symbols())] : undefined; }

  get ok() { return this.isAsked ? [this.words.send, () => this.answer()] : this.isLive ? undefined : [this.words.ok, () => this.close()]; }

  get right() {
    if (!this.isLive) return [this.words.back, () => this.close()];
    return this.isAsked && this.handset.input.value ? [this.words.clear, () => this.handset.clearOne()] : [this.words.cancel, () => this.hangUp()];
  }

  get keys() {
    const phone = this.handset;
    return !this.isAsked ? {} : {
      call: () => this.answer(),
      star: () => phone.insert('*'),
      hash: () => phone.nextMode(),
      west: () => phone.moveCaret(-1),
      east: () => phone.moveCaret(1),
    };
  }

  get type() { return this.isAsked ? key => this.handset.multiTap(key) : undefined; }

  draw(content) {
    const { session, handset } = this;
    content.append(handset.title(session.dialled || 'USSD', session.pushed ? this.words.ussdPushed : ''));
    // While the network waits for the service, a notification of it can be read.
    const isNotified = session.state === 'waiting' && session.lines.length > 0 && !session.lines[session.lines.length - 1].fromPhone;
    if (session.state === 'waiting' && !isNotified) {
      const box = element('div', 'notice');
      box.append(element('div', 'sign wait', '⇄'), element('div', '', this.words.ussdWait));
      return content.append(box);
    }
    if (session.text !== null && (session.end === null || session.end === 'completed')) content.append(element('div', 'text', session.text));
    if (this.isAsked) {
      const reply = element('div', 'reply');
      reply.append(element('span', 'sr', this.words.reply), handset.typedText());
      content.append(reply);
    } else if (this.problem()) {
      const box = element('div', 'notice');
      box.append(element('div', 'sign', '✗'), element('strong', '', this.problem()));
      content.append(box);
    }
  }

  problem() {
    return { noAnswer: this.words.ussdNoAnswer, userTimeout: this.words.ussdTimeout, sessionTimeout: this.words.ussdTimeout,
      refused: this.words.ussdRefused, dropped: this.words.ussdDropped }[this.session.end] ?? '';
  }
}
