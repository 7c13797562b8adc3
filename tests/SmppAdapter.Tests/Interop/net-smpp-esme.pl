# Net::SMPP as ESME: perl - PORT < net-smpp-esme.pl
# Prints a line for each PDU that it gets; the test compares them with what our server was told.
use strict;
use warnings;
use Net::SMPP;
use Encode qw(encode);

$| = 1;
my ($port) = @ARGV;
my @to = (source_addr => '500', dest_addr_ton => 1, dest_addr_npi => 1, destination_addr => '8613800138000');

sub told {
    my ($what, $pdu) = @_;
    defined $pdu or die "no answer to $what\n";
    print join(' ', $what, $pdu->status, grep { defined && length } @{$pdu}{qw(message_id system_id)}), "\n";
    return $pdu;
}

my $smsc = Net::SMPP->new_connect('127.0.0.1', port => $port, smpp_version => 0x34, system_id => 'perl', password => 'secret') or die "cannot connect: $!\n";
my $bound = told(bind => $smsc->bind_transceiver());
print 'version ', unpack('H*', $bound->{sc_interface_version} // ''), "\n";
told(enquire => $smsc->enquire_link());
told(submit => $smsc->submit_sm(@to, short_message => 'hello', registered_delivery => 1, validity_period => '000000000500000R'));
told(ucs2 => $smsc->submit_sm(@to, data_coding => 8, short_message => encode('UTF-16BE', "\x{4F60}\x{597D}")));
my @parts = ('a' x 153, 'b' x 153, 'c' x 10);
for my $i (1 .. @parts) {
    told("part$i" => $smsc->submit_sm(@to, esm_class => 0x40, short_message => pack('C*', 5, 0, 3, 42, scalar @parts, $i) . $parts[$i - 1]));
}
told(payload => $smsc->submit_sm(@to, message_payload => 'p' x 1000));
# Its data_sm dies for want of the destination_addr that it is given; so the fields are packed here, and the header and the parameter are its own.
my $body = pack('Z*CCZ*CCZ*CCC', '', 3, 0, '500', 1, 1, '8613800138000', 0, 0, 0);
told(data => $smsc->req_backend(0x103, $body, $smsc, message_payload => 'data'));
told(multi => $smsc->submit_multi(source_addr => '500', short_message => 'all', dest_flag => [1, 1], dest_addr_ton => [1, 1], dest_addr_npi => [1, 1],
    destination_addr => ['8613800138000', '8613800138001']));
my $state = told(query => $smsc->query_sm(message_id => '42', source_addr => '500'));
print "state $state->{message_state} $state->{final_date}\n";
told(replace => $smsc->replace_sm(message_id => '42', source_addr => '500', short_message => 'new'));
told(cancel => $smsc->cancel_sm(message_id => '42', source_addr => '500', destination_addr => '8613800138000'));

# What the server delivers next: texts and a receipt.
for (1 .. 3) {
    my $pdu = $smsc->read_pdu() or die "nothing was delivered\n";
    print join(' ', deliver => $pdu->explain_cmd, $pdu->{source_addr}, $pdu->{esm_class}, $pdu->{data_coding}, unpack('H*', $pdu->{short_message})), "\n";
    $smsc->deliver_sm_resp(seq => $pdu->seq, message_id => '');
}
told(unbind => $smsc->unbind());
