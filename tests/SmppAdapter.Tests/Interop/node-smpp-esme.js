// node-smpp as ESME: node - PORT < node-smpp-esme.js
// Prints a line for each PDU that it gets; the test compares them with what our server was told.
'use strict';
const smpp = require('smpp');

const session = smpp.connect({ url: 'smpp://127.0.0.1:' + process.argv[2] });
const failed = (problem) => { console.error(problem); process.exit(1); };
session.on('error', failed);

function ask(command, fields) {
  return new Promise((resolve) => session[command](fields, (pdu) => {
    console.log([pdu.command, pdu.command_status, pdu.message_id || pdu.system_id].filter((field) => field !== undefined).join(' '));
    resolve(pdu);
  }));
}

const delivered = new Promise((resolve) => {
  let count = 0;
  session.on('deliver_sm', (pdu) => {
    console.log('deliver_sm', pdu.source_addr, pdu.short_message.message);
    session.send(pdu.response(), undefined, () => { if (++count === 3) resolve(); });
  });
});

session.on('connect', async () => {
  const to = { source_addr: '500', dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '8613800138000' };
  await ask('bind_transceiver', { system_id: 'node', password: 'secret' });
  await ask('enquire_link', {});
  await ask('submit_sm', { ...to, short_message: 'hello' });
  await ask('submit_sm', { ...to, short_message: '你好' });
  await ask('submit_sm', { ...to, message_payload: 'p'.repeat(1000) });
  await ask('data_sm', { ...to, message_payload: 'data' });
  await ask('submit_multi', { source_addr: '500', short_message: 'all', dest_address: [{ dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '8613800138000' }] });
  await ask('query_sm', { message_id: '42', source_addr: '500' });
  await ask('replace_sm', { message_id: '42', source_addr: '500', short_message: 'new' });
  await ask('cancel_sm', { message_id: '42', ...to });
  await delivered;
  await ask('unbind', {});
  session.close();
});
