// One handset: its screens, its keys, its typing. It knows the messages that the network gives it and nothing else.

import { KEYS, LETTERS, SYMBOLS, character, measure, nextMode } from './keypad.js';
import { WORDS, readyTexts } from './words.js';
import { UssdScreen } from './ussd.js';
import { element } from './drawing.js';

const MULTI_TAP_MS = 1000;
const HOLD_MS = 600;
const NOTE_MS = 1800;
const BACKLIGHT_MS = 12000;

const clock = at => new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = at => new Date(at).toLocaleDateString('en-GB', { day: '2-digit', month: '2-digit' });
const when = at => new Date(at).toDateString() === new Date().toDateString() ? clock(at) : day(at);

export class Handset {
  constructor(phone, network) {
    this.msisdn = phone.msisdn;
    this.network = network;
    this.messages = [];
    this.draft = { to: '', text: '' };
    this.mode = 'Abc';
    this.stack = [];
    this.ussd = new UssdScreen(this);
    this.build();
    this.rename(phone);
    this.show(this.idle());
  }

  get words() { return WORDS[this.language]; }
  get screen() { return this.stack[this.stack.length - 1]; }
  get unread() { return this.messages.filter(message => !message.read); }

  // ---- what the network says

  rename({ name, language }) {
    this.name = name;
    this.language = language in WORDS ? language : 'en';
    this.root.querySelector('.name').textContent = name;
    this.root.querySelector('.number').textContent = `+${this.msisdn}`;
    this.root.querySelector('.lcd').lang = this.language;
    this.root.querySelector('.keys').setAttribute('aria-label', `Keys of ${name}`);
    this.input.setAttribute('aria-label', `Screen of ${name}, +${this.msisdn}: type here`);
    this.removeButton.textContent = 'Remove';
    this.removeButton.setAttribute('aria-label', `Remove ${name}`);
    this.refresh();
  }

  load(messages, session) {
    this.messages = messages;
    this.ussd.restore(session);
    this.refresh();
  }

  take(message) {
    const index = this.messages.findIndex(known => known.seq === message.seq);
    const arrived = index < 0 && message.direction === 'in';
    if (index < 0) this.messages.push(message); else this.messages[index] = message;
    if (arrived) {
      this.ring();
      this.say(`${this.words.newMessage}, ${this.words.from} ${message.peer}: ${message.text}`);
    }
    this.refresh();
  }

  forget(seq) {
    this.messages = this.messages.filter(message => message.seq !== seq);
    this.refresh();
  }

  ring() {
    this.light();
    this.root.classList.remove('ringing');
    void this.root.offsetWidth; // restarts the animation when a second message comes at once
    this.root.classList.add('ringing');
  }

  refresh() {
    if (this.screen) this.draw();
  }

  // ---- drawing

  build() {
    this.root = document.getElementById('handset').content.firstElementChild.cloneNode(true);
    this.root.dataset.msisdn = this.msisdn;
    this.lcd = this.root.querySelector('.lcd');
    this.content = this.root.querySelector('.content');
    this.input = this.root.querySelector('.typing');
    this.removeButton = this.root.querySelector('.remove');

    const digits = this.root.querySelector('.digits');
    for (const key of KEYS) {
      const button = element('button', 'key digit');
      const [face, sub] = key === 'star' ? ['✱', ''] : key === 'hash' ? ['#', 'Abc'] : [key, key === '0' ? '␣' : LETTERS[key] ?? '.,?'];
      button.type = 'button';
      button.dataset.key = key;
      button.append(element('b', '', face), element('small', '', sub));
      button.setAttribute('aria-label', key === 'star' ? 'Star, symbols' : key === 'hash' ? 'Hash, capitals or digits' : key === '0' ? '0, space' : `${key} ${sub.split('').join(' ')}`);
      digits.append(button);
    }
    const buttons = [...this.root.querySelectorAll('.key')];
    buttons.forEach((button, index) => {
      button.dataset.test = `key-${button.dataset.key}`;
      button.tabIndex = index === 0 ? 0 : -1; // one stop for all keys; the arrows go from key to key
      this.listen(button);
    });
    this.root.querySelector('.keys').addEventListener('keydown', event => {
      const at = buttons.indexOf(document.activeElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + 3, ArrowUp: at - 3 }[event.key];
      if (to === undefined || !buttons[to]) return;
      event.preventDefault();
      buttons[at].tabIndex = -1;
      buttons[to].tabIndex = 0;
      buttons[to].focus();
    });

    this.lcd.addEventListener('click', event => {
      const soft = event.target.closest('[data-soft]');
      if (soft) this.press(soft.dataset.soft); else this.input.focus({ preventScroll: true });
      this.light();
    });
    this.input.addEventListener('keydown', event => this.typed(event));
    this.input.addEventListener('input', event => this.entered(event));
    this.input.addEventListener('compositionend', () => { if (this.screen.typing) this.draw(); });
    this.input.addEventListener('focus', () => this.light());
    this.input.addEventListener('select', () => { if (this.screen.typing) this.draw(); });
    this.removeButton.addEventListener('click', () => this.askRemove());
  }

  listen(button) {
    let held = null;
    let used = false;
    const key = button.dataset.key;
    button.addEventListener('mousedown', event => event.preventDefault()); // typing on the screen goes on
    button.addEventListener('pointerdown', event => {
      used = false;
      // The keyboard comes to the phone at hand. Not by touch: a keyboard would open on the glass.
      if (event.pointerType === 'mouse') this.input.focus({ preventScroll: true });
      held = setTimeout(() => { used = this.hold(key); }, HOLD_MS);
    });
    for (const over of ['pointerup', 'pointerleave', 'pointercancel']) button.addEventListener(over, () => clearTimeout(held));
    button.addEventListener('click', () => {
      if (!used) this.press(key);
      used = false;
    });
  }

  draw() {
    const screen = this.screen;
    const keep = this.content.scrollTop;
    const same = this.drawn === screen;
    this.lcd.dataset.screen = screen.name;
    this.content.replaceChildren();
    screen.draw(this.content);
    this.content.scrollTop = same ? keep : 0;
    this.content.querySelector('[aria-selected=true], .caret')?.scrollIntoView({ block: 'nearest' });
    this.drawn = screen;
    for (const soft of ['left', 'ok', 'right']) {
      this.lcd.querySelector(`[data-soft=${soft}]`).textContent = screen[soft]?.[0] ?? '';
      const name = { left: 'Left key', ok: 'Middle key', right: 'Right key' }[soft];
      this.root.querySelector(`.key[data-key=${soft}]`).setAttribute('aria-label', screen[soft] ? `${name}: ${screen[soft][0]}` : name);
    }
    const unread = this.unread.length;
    const mail = this.lcd.querySelector('.mail');
    mail.hidden = unread === 0;
    mail.textContent = unread > 1 ? `✉${unread}` : '✉';
    this.lcd.querySelector('.mode').textContent = screen.typing ? this.mode : '';
    this.lcd.querySelector('.clock').textContent = screen.name === 'idle' ? '' : clock(Date.now());
    this.root.classList.toggle('offline', !this.network.online());
    this.root.classList.toggle('unread', unread > 0);
  }

  title(text, note) {
    const head = element('div', 'title');
    head.append(element('span', '', text));
    if (note) head.append(element('span', 'note', note));
    return head;
  }

  light() {
    this.root.classList.add('lit');
    clearTimeout(this.dark);
    this.dark = setTimeout(() => this.root.classList.remove('lit'), BACKLIGHT_MS);
  }

  say(text) { this.root.querySelector('.live').textContent = text; }

  show(screen) {
    this.leave();
    this.stack.push(screen);
    this.enter();
  }

  back() {
    this.leave();
    if (this.stack.length > 1) this.stack.pop();
    this.enter();
  }

  home() {
    this.leave();
    this.stack.length = 1;
    this.enter();
  }

  enter() {
    const screen = this.screen;
    if (screen.typing) {
      this.input.value = screen.load();
      this.input.setSelectionRange(this.input.value.length, this.input.value.length);
      this.mode = screen.mode ?? this.mode;
    } else {
      this.input.value = '';
    }
    this.input.inputMode = screen.typing ? 'text' : 'none';
    this.draw();
  }

  leave() {
    if (this.screen?.typing) {
      this.screen.save(this.input.value);
      this.screen.mode = this.mode;
    }
    this.tap = null;
  }

  // ---- keys

  press(key) {
    this.light();
    this.root.classList.remove('ringing');
    const screen = this.screen;
    if (key === 'end') {
      this.ussd.hangUp();
      return this.home();
    }
    const own = screen.keys?.[key];
    if (own) return own();
    if (['left', 'ok', 'right'].includes(key)) return screen[key]?.[1]();
    if (screen.type && (/^\d$/.test(key) || key === 'star' || key === 'hash')) return screen.type(key);
    if (key === 'up' || key === 'down') this.content.scrollBy({ top: key === 'up' ? -54 : 54 });
  }

  // A held digit types itself; a held * or # does nothing else than a short press.
  hold(key) {
    if (!this.screen.typing || !/^\d$/.test(key)) return false;
    this.tap = null;
    this.insert(key);
    return true;
  }

  // The computer's keyboard while the screen has the focus.
  typed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const composing = this.screen.typing;
    const key = { Enter: 'ok', Home: 'left', Escape: 'right', End: 'end' }[event.key]
      ?? (composing ? undefined : { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'west', ArrowRight: 'east', Backspace: 'right' }[event.key]);
    if (key) {
      event.preventDefault();
      if (composing && event.key === 'Escape') return this.screen === this.ussd ? this.ussd.hangUp() : this.back();
      return this.press(key);
    }
    if (composing) queueMicrotask(() => requestAnimationFrame(() => { if (this.screen.typing) this.draw(); }));
  }

  // Characters, pasted text and input methods arrive here, not in keydown.
  entered(event) {
    this.light();
    this.tap = null;
    if (this.screen.typing) return this.draw();
    if (event.isComposing) return;
    const entered = this.input.value;
    this.input.value = '';
    for (const typed of entered) {
      const key = { '*': 'star', '#': 'hash' }[typed] ?? typed;
      if (KEYS.includes(key)) this.press(key);
    }
  }

  // ---- screens

  idle() {
    const words = () => this.words;
    const phone = this;
    return {
      name: 'idle',
      get left() { return phone.unread.length > 0 ? [words().read, () => phone.readNewest()] : [words().inbox, () => phone.show(phone.box('in'))]; },
      get ok() { return [words().menu, () => phone.show(phone.menu())]; },
      get right() { return [words().write, () => phone.compose()]; },
      keys: { down: () => this.show(this.box('in')), up: () => this.show(this.ready()), call: () => this.show(this.box('out')) },
      type: key => this.show(this.dial(key === 'star' ? '*' : key === 'hash' ? '#' : key)),
      draw: content => {
        const unread = this.unread.length;
        content.append(element('div', 'carrier', this.network.online() ? 'CarrierPay' : this.words.noNetwork));
        if (unread > 0) {
          const mail = element('div', 'arrived');
          mail.append(element('span', 'envelope', '✉'), element('span', '', `${unread} ${unread === 1 ? this.words.newMessage : this.words.newMessages}`));
          content.append(mail);
        } else {
          content.append(element('div', 'big', clock(Date.now())));
          content.append(element('div', 'date', new Date().toLocaleDateString(this.language === 'zh' ? 'zh-CN' : 'en-GB', { weekday: 'short', day: 'numeric', month: 'short' })));
        }
        content.append(element('div', 'own', this.name));
      },
    };
  }

  list({ name, title, items, empty, ok, left, right }) {
    const phone = this;
    let index = 0;
    const current = () => items()[Math.min(index, items().length - 1)];
    const move = by => {
      const count = items().length;
      if (count === 0) return;
      index = (Math.min(index, count - 1) + by + count) % count;
      this.draw();
      this.say(items()[index].label);
    };
    return {
      name,
      get left() { return left && current() ? [left[0], () => left[1](current())] : undefined; },
      get ok() { return current() ? [ok[0], () => ok[1](current())] : undefined; },
      right: right ?? [this.words.back, () => phone.back()],
      keys: { up: () => move(-1), down: () => move(1), ...(left ? { call: () => current() && left[1](current()) } : {}) },
      type: key => {
        const chosen = items()[Number(key) - 1];
        if (!chosen) return;
        index = Number(key) - 1;
        (left ?? ok)[1](chosen);
      },
      draw: content => {
        content.append(this.title(title, items().length > 0 ? `${Math.min(index, items().length - 1) + 1}/${items().length}` : ''));
        if (items().length === 0) return content.append(element('div', 'empty', empty ?? ''));
        const box = element('div', 'list');
        box.setAttribute('role', 'listbox');
        box.setAttribute('aria-label', title);
        items().forEach((item, at) => {
          const row = element('div', item.unread ? 'row unread' : 'row');
          row.setAttribute('role', 'option');
          row.setAttribute('aria-selected', String(at === Math.min(index, items().length - 1)));
          row.append(element('span', 'icon', item.icon ?? String(at + 1)), element('span', 'label', item.label));
          if (item.note) row.append(element('span', 'note', item.note));
          row.addEventListener('click', event => {
            event.stopPropagation();
            index = at;
            ok[1](item);
          });
          box.append(row);
        });
        content.append(box);
      },
    };
  }

  menu() {
    const items = () => [
      { label: this.words.inbox, note: this.unread.length > 0 ? `✉${this.unread.length}` : '', run: () => this.show(this.box('in')) },
      { label: this.words.write, run: () => this.compose() },
      { label: this.words.ready, run: () => this.show(this.ready()) },
      { label: this.words.sent, run: () => this.show(this.box('out')) },
      { label: `${this.words.services} *${this.network.shortCode()}#`, run: () => this.ussd.dial(`*${this.network.shortCode()}#`) },
    ];
    return this.list({ name: 'menu', title: this.words.menu, items, ok: [this.words.select, item => item.run()] });
  }

  box(direction) {
    const icon = message => direction === 'in' ? (message.read ? '○' : '●') : { delivered: '✓', queued: '…', failed: '✗', expired: '✗' }[message.state];
    return this.list({
      name: direction === 'in' ? 'inbox' : 'sent',
      title: direction === 'in' ? this.words.inbox : this.words.sent,
      empty: direction === 'in' ? this.words.noMessages : this.words.nothingSent,
      items: () => this.messages.filter(message => message.direction === direction).reverse()
        .map(message => ({ label: message.text, note: when(message.at), icon: icon(message), unread: !message.read, message })),
      ok: [this.words.open, item => this.show(this.message(item.message.seq))],
    });
  }

  readNewest() {
    this.show(this.box('in'));
    this.show(this.message(this.unread[this.unread.length - 1].seq));
  }

  message(seq) {
    const find = () => this.messages.find(message => message.seq === seq);
    const message = find();
    if (message && !message.read) this.network.markRead(this.msisdn, seq);
    return {
      name: 'message',
      left: message?.direction === 'in' ? [this.words.readyKey, () => this.show(this.ready(message.peer))] : [this.words.erase, () => this.eraseAndBack(seq)],
      ok: message?.direction === 'in' ? [this.words.reply, () => this.compose(message.peer)] : [this.words.edit, () => this.compose(message.peer, message.text)],
      right: [this.words.back, () => this.back()],
      keys: { call: () => this.compose(message?.peer) },
      draw: content => {
        const shown = find();
        if (!shown) return content.append(element('div', 'empty', this.words.noMessages));
        content.append(this.title(`${shown.direction === 'in' ? this.words.from : this.words.to} ${shown.peer}`, when(shown.at)));
        content.append(element('div', 'text', shown.text));
        const facts = [];
        if (shown.parts > 1) facts.push(`${shown.parts} ${this.words.parts}`);
        if (shown.direction === 'out') facts.push(this.words[shown.state] + (shown.problem ? `: ${shown.problem}` : ''));
        if (facts.length > 0) content.append(element('div', 'facts', `(${facts.join(', ')})`));
      },
    };
  }

  eraseAndBack(seq) {
    this.network.erase(this.msisdn, seq);
    this.back();
  }

  ready(to) {
    return this.list({
      name: 'ready',
      title: this.words.ready,
      items: () => readyTexts(this.language, this.messages).map(({ text, shown, incomplete }) => ({ label: shown ?? text, text, incomplete })),
      left: [this.words.send, item => item.incomplete ? this.compose(to, item.text, '123') : this.send(to ?? this.network.shortCode(), item.text)],
      ok: [this.words.edit, item => this.compose(to, item.text, item.incomplete ? '123' : undefined)],
    });
  }

  compose(to, text, mode) {
    // What was begun is kept, but never sent to somebody else.
    const kept = to === undefined || to === this.draft.to ? this.draft : { to, text: '' };
    this.draft = { to: kept.to || this.network.shortCode(), text: text ?? kept.text };
    this.mode = mode ?? 'Abc';
    // Writing from within writing (a ready text) is still one text.
    const open = this.stack.findIndex(screen => screen.name === 'compose');
    if (open >= 0) this.stack.length = open;
    const phone = this;
    this.stack.push({
      name: 'compose',
      typing: true,
      load: () => this.draft.text,
      save: typed => { this.draft.text = typed; },
      left: [this.words.options, () => this.show(this.writeOptions())],
      ok: [this.words.send, () => this.send(this.draft.to, this.input.value)],
      get right() { return phone.input.value ? [phone.words.clear, () => phone.clearOne()] : [phone.words.back, () => phone.back()]; },
      keys: {
        call: () => this.send(this.draft.to, this.input.value),
        star: () => this.show(this.symbols()),
        hash: () => this.nextMode(),
        west: () => this.moveCaret(-1), east: () => this.moveCaret(1), up: () => this.moveCaret(-20), down: () => this.moveCaret(20),
      },
      type: key => this.multiTap(key),
      draw: content => this.drawText(content),
    });
    this.enter();
  }

  drawText(content) {
    const text = this.input.value;
    const { left, parts } = measure(text);
    content.append(this.title(`${this.words.to} ${this.draft.to}`, `${left}/${parts}`));
    content.append(this.typedText());
  }

  // What is typed, with the caret and the letter that another press would change.
  typedText() {
    const text = this.input.value;
    const at = this.input.selectionStart;
    const box = element('div', 'text writing');
    const pending = this.tap && this.tap.at === at ? 1 : 0;
    box.append(text.slice(0, at - pending));
    if (pending) box.append(element('u', '', text.slice(at - 1, at)));
    box.append(element('span', 'caret'), text.slice(at));
    return box;
  }

  nextMode() {
    this.tap = null;
    this.mode = nextMode(this.mode);
    this.draw();
  }

  writeOptions() {
    const items = () => [
      { label: this.words.send, run: () => { this.back(); this.send(this.draft.to, this.input.value); } },
      { label: this.words.ready, run: () => { this.back(); this.show(this.ready(this.draft.to)); } },
      { label: this.words.symbol, run: () => { this.back(); this.show(this.symbols()); } },
      { label: this.words.change, run: () => { this.back(); this.show(this.recipient()); } },
      { label: this.words.clearAll, run: () => { this.draft.text = ''; this.stack.pop(); this.enter(); } },
    ];
    return this.list({ name: 'options', title: this.words.options, items, ok: [this.words.select, item => item.run()] });
  }

  symbols() {
    let index = 0;
    const columns = 7;
    const insert = () => {
      const symbol = SYMBOLS[index];
      this.back();
      this.insert(symbol);
    };
    const move = by => { index = (index + by + SYMBOLS.length) % SYMBOLS.length; this.draw(); };
    return {
      name: 'symbols',
      ok: [this.words.insert, insert],
      right: [this.words.back, () => this.back()],
      keys: { west: () => move(-1), east: () => move(1), up: () => move(-columns), down: () => move(columns), star: () => move(1) },
      draw: content => {
        content.append(this.title(this.words.symbol));
        const grid = element('div', 'symbols');
        [...SYMBOLS].forEach((symbol, at) => {
          const cell = element('span', '', symbol);
          if (at === index) cell.setAttribute('aria-selected', 'true');
          cell.addEventListener('click', event => { event.stopPropagation(); index = at; insert(); });
          grid.append(cell);
        });
        content.append(grid);
      },
    };
  }

  // A line of digits: the recipient of a text, or a number dialled.
  numberEntry(name, title, first, accept, keys) {
    const phone = this;
    let digits = first;
    return {
      name,
      left: undefined,
      get ok() { return digits ? accept(digits) : undefined; },
      get right() { return digits ? [phone.words.clear, () => { digits = digits.slice(0, -1); if (digits || name === 'recipient') phone.draw(); else phone.back(); }] : [phone.words.back, () => phone.back()]; },
      keys: keys ? { call: () => keys(digits) } : {},
      type: key => {
        if (digits.length < 20) digits += key === 'star' ? '*' : key === 'hash' ? '#' : key;
        this.draw();
      },
      draw: content => {
        content.append(this.title(title));
        const line = element('div', 'digits-line', digits);
        line.append(element('span', 'caret'));
        content.append(line);
      },
    };
  }

  recipient() {
    return this.numberEntry('recipient', this.words.to, this.draft.to, digits => [this.words.ok, () => { this.draft.to = digits; this.back(); }]);
  }

  dial(first) {
    const isUssd = digits => /^[*#].+#$/.test(digits);
    const write = digits => { this.back(); this.compose(digits); };
    const noCalls = () => this.note('✗', '', this.words.noCalls.replace('500', this.network.shortCode()));
    const accept = digits => isUssd(digits) ? [this.words.call, () => this.ussd.dial(digits)] : [this.words.write, () => write(digits)];
    return this.numberEntry('dial', this.words.number, first, accept, digits => isUssd(digits) ? this.ussd.dial(digits) : noCalls());
  }

  note(icon, head, text, stay) {
    const screen = {
      name: 'note',
      ok: [this.words.ok, () => this.back()],
      keys: {},
      draw: content => {
        const box = element('div', 'notice');
        box.append(element('div', 'sign', icon));
        if (head) box.append(element('strong', '', head));
        if (text) box.append(element('div', '', text));
        content.append(box);
      },
    };
    this.show(screen);
    this.say([head, text].filter(Boolean).join('. '));
    if (!stay) setTimeout(() => { if (this.screen === screen) this.back(); }, text ? NOTE_MS * 2 : NOTE_MS);
    return screen;
  }

  // ---- typing

  multiTap(key) {
    const now = performance.now();
    const again = this.tap && this.tap.key === key && this.mode !== '123' && now - this.tap.time < MULTI_TAP_MS;
    const at = this.input.selectionStart;
    const before = this.input.value.slice(0, again ? at - 1 : at);
    const press = again ? this.tap.press + 1 : 0;
    const typed = character(key, press, this.mode, before);
    this.input.setRangeText(typed, again ? at - 1 : at, again ? at : this.input.selectionEnd, 'end');
    this.tap = this.mode === '123' ? null : { key, press, time: now, at: this.input.selectionStart };
    this.draw();
    clearTimeout(this.tapOver);
    this.tapOver = setTimeout(() => { this.tap = null; this.refresh(); }, MULTI_TAP_MS);
  }

  insert(text) {
    this.input.setRangeText(text, this.input.selectionStart, this.input.selectionEnd, 'end');
    this.tap = null;
    this.draw();
  }

  clearOne() {
    const at = this.input.selectionStart;
    // A character outside the basic plane is two units: both go.
    const width = at >= 2 && /[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(this.input.value.slice(0, at)) ? 2 : 1;
    if (at > 0) this.input.setRangeText('', at - width, at, 'end');
    this.tap = null;
    this.draw();
  }

  moveCaret(by) {
    const to = Math.max(0, Math.min(this.input.value.length, this.input.selectionStart + by));
    this.input.setSelectionRange(to, to);
    this.tap = null;
    this.draw();
  }

  async send(to, text) {
    if (!text.trim()) return this.note('✗', this.words.notSent, this.words.emptyText);
    const written = this.screen.name === 'compose';
    const sending = this.note('✉', this.words.sending, '', true);
    const problem = await this.network.send(this.msisdn, to, text);
    if (this.screen !== sending) return; // hung up meanwhile; the text is on its way all the same
    // Taken off without leaving it: the line of typing is empty now, and would replace the draft below.
    this.stack.length -= 1;
    if (problem) {
      this.enter();
      return this.note('✗', this.words.notSent, problem, true);
    }
    if (written) this.draft = { to: '', text: '' };
    this.stack.length = 1;
    this.note('✓', this.words.wasSent, this.network.bound() ? '' : this.words.waiting);
  }

  // ---- leaving the desk

  askRemove() {
    if (this.removing) return this.network.remove(this.msisdn);
    this.removing = setTimeout(() => {
      this.removing = null;
      this.removeButton.textContent = 'Remove';
    }, 3000);
    this.removeButton.textContent = 'Remove? Press again';
  }
}
