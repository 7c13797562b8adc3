// node-smpp as SMSC for one ESME: node - < node-smpp-smsc.js
// Prints its port, then a line for each PDU that it gets. A submit_sm that wants a receipt gets one, and "PAY" comes from a subscriber after the first.
'use strict';
const smpp = require('smpp');

let messages = 0;

function submitted(session, pdu) {
  const id = 's' + ++messages;
  const text = pdu.short_message;
  console.log(text.udh ? 'part' : 'submit_sm ' + pdu.source_addr + ' ' + pdu.destination_addr, text.message);
  session.send(pdu.response({ message_id: id }));
  const from = { source_addr: pdu.destination_addr, source_addr_ton: 1, destination_addr: pdu.source_addr };
  if (messages === 1) session.deliver_sm({ ...from, short_message: 'PAY COFFEE' });
  if (pdu.registered_delivery) {
    session.deliver_sm({
      ...from, esm_class: 4, receipted_message_id: id, message_state: 2,
      short_message: 'id:' + id + ' sub:001 dlvrd:001 submit date:2611231200 done date:2611231200 stat:DELIVRD err:000 text:',
    });
  }
}

const server = smpp.createServer((session) => {
  const answer = (command, fields) => session.on(command, (pdu) => {
    console.log([command, pdu.system_id, pdu.password].filter((field) => field !== undefined).join(' '));
    session.send(pdu.response(fields));
  });
  answer('bind_transceiver', { system_id: 'node', sc_interface_version: 0x34 });
  answer('enquire_link');
  answer('data_sm', { message_id: 'd1' });
  answer('submit_multi', { message_id: 'm1', unsuccess_sme: [{ dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '8613800138001', error_status_code: 0x0B }] });
  answer('query_sm', { message_id: 's1', message_state: 2 });
  answer('replace_sm');
  answer('cancel_sm');
  session.on('submit_sm', (pdu) => submitted(session, pdu));
  session.on('unbind', (pdu) => {
    console.log('unbind');
    session.send(pdu.response(), undefined, () => session.close(() => server.close()));
  });
  session.on('error', (problem) => { console.error(problem); process.exit(1); });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
