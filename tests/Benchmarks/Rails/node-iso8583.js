// One connection to a bank with npm's iso_8583 and so many 0200 outstanding: node node-iso8583.js PORT WINDOW SECONDS ACCOUNT
const net = require('net');
const Iso = require('iso_8583');
const [port, window, seconds] = process.argv.slice(2, 5).map(Number);
const account = process.argv[5];
const amount = 125, waiting = new Map();
let stan = 0, terminal = process.pid % 1000, count = 0, latencies = [], open = 0, over = false, done = () => {}, debited = 0, debits = 0;

const digits = (value, length) => String(value).padStart(length, '0');
const now = () => new Date().toISOString().replace(/\D/g, ''); // YYYYMMDDhhmmss...

function send(message, answered) {
  const octets = new Iso(message).getRawMessage(), length = Buffer.alloc(2);
  length.writeUInt16BE(octets.length);
  waiting.set(message[11] + message[41], answered);
  socket.write(Buffer.concat([length, octets]));
}

function debit() {
  if (over) {
    if (--open === 0) done();
    return;
  }
  if (++stan > 999999) { stan = 1; terminal++; }
  const sampled = count % 16 === 0 ? process.hrtime.bigint() : 0n, at = now();
  send({
    0: '0200', 3: '001000', 4: digits(amount, 12), 7: at.slice(4, 14), 11: digits(stan, 6), 12: at.slice(8, 14), 13: at.slice(4, 8), 32: '123456',
    37: digits(debits % 1e12, 12), 41: `N${digits(terminal, 7)}`, 42: 'COFFEE'.padEnd(15), 49: '978', 102: account,
  }, answer => {
    if (answer[39] !== '00' || Number(answer[4]) !== amount) throw new Error(`not approved: ${JSON.stringify(answer)}`);
    if (sampled) latencies.push(Number(process.hrtime.bigint() - sampled) / 1000);
    count++;
    debits++;
    debited += amount;
    debit();
  });
}

function run(duration) {
  return new Promise(resolve => {
    [count, latencies, open, over, done] = [0, [], window, false, resolve];
    for (let i = 0; i < window; i++) debit();
    setTimeout(() => { over = true; }, duration * 1000);
  });
}

let rest = Buffer.alloc(0);
const socket = net.connect({ port, host: '127.0.0.1', noDelay: true }, () => send({ 0: '0800', 7: now().slice(4, 14), 11: '000001', 41: 'N0000000', 70: '001' }, measure));
socket.on('data', octets => {
  rest = rest.length === 0 ? octets : Buffer.concat([rest, octets]);
  let at = 0;
  while (rest.length - at >= 2 && rest.length - at - 2 >= rest.readUInt16BE(at)) {
    const length = rest.readUInt16BE(at);
    const answer = new Iso().getIsoJSON(rest.subarray(at + 2, at + 2 + length), { lenHeader: false });
    at += 2 + length;
    const key = answer[11] + (answer[41] ?? 'N0000000'), answered = waiting.get(key);
    if (!answered) throw new Error(`an answer to nobody: ${JSON.stringify(answer)}`);
    waiting.delete(key);
    answered(answer);
  }
  rest = rest.subarray(at);
});

async function measure() {
  await run(seconds / 2); // warm-up
  const startedAt = process.hrtime.bigint(), cpuBefore = process.cpuUsage();
  await run(seconds);
  const elapsed = Number(process.hrtime.bigint() - startedAt) / 1e9, cpu = process.cpuUsage(cpuBefore);
  latencies.sort((a, b) => a - b);
  const at = percent => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * percent / 100))] ?? 0;
  console.log(JSON.stringify({ rate: count / elapsed, p50: at(50), p99: at(99), cpu: (cpu.user + cpu.system) / count, debited, debits }));
  process.exit(0);
}
