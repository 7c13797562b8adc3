// One transceiver session of node-smpp with so many submit_sm outstanding: node node-smpp.js PORT WINDOW SECONDS
const smpp = require('smpp');
const [port, window, seconds] = process.argv.slice(2).map(Number);
const text = 'Your coffee is paid: K7Q2M9';
const session = smpp.connect({ url: `smpp://127.0.0.1:${port}` });
let count = 0, latencies = [], open = 0, over = false, done = () => {};

function submit() {
  if (over) {
    if (--open === 0) done();
    return;
  }
  const sampled = count % 16 === 0 ? process.hrtime.bigint() : 0n;
  session.submit_sm({ source_addr: '500', dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '8613800138000', short_message: text }, pdu => {
    if (pdu.command_status !== 0) throw new Error(`refused with ${pdu.command_status}`);
    if (sampled) latencies.push(Number(process.hrtime.bigint() - sampled) / 1000);
    count++;
    submit();
  });
}

function run(duration) {
  return new Promise(resolve => {
    [count, latencies, open, over, done] = [0, [], window, false, resolve];
    for (let i = 0; i < window; i++) submit();
    setTimeout(() => { over = true; }, duration * 1000);
  });
}

session.on('error', error => { throw error; });
session.bind_transceiver({ system_id: 'bench', password: 'bench' }, async () => {
  await run(seconds / 5); // warm-up
  const startedAt = process.hrtime.bigint(), cpuBefore = process.cpuUsage();
  await run(seconds);
  const elapsed = Number(process.hrtime.bigint() - startedAt) / 1e9, cpu = process.cpuUsage(cpuBefore);
  latencies.sort((a, b) => a - b);
  const at = percent => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * percent / 100))] ?? 0;
  console.log(JSON.stringify({ rate: count / elapsed, p50: at(50), p99: at(99), cpu: (cpu.user + cpu.system) / count }));
  process.exit(0);
});
