# Net::SMPP as SMSC for one ESME: perl - < net-smpp-smsc.pl
# Prints its port, then a line for each PDU that it gets. A submit_sm that wants a receipt gets one, and "PAY" comes from a subscriber after the first.
use strict;
use warnings;
use Net::SMPP;

$| = 1;
my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34) or die "cannot listen: $!\n";
print $listener->sockport, "\n";
my $esme = $listener->accept or die "nobody came: $!\n";
my $messages = 0;
my %commands = (
    0x00000009 => sub { $esme->bind_transceiver_resp(seq => $_[0]->seq, system_id => 'perl', sc_interface_version => "\x34") },
    0x00000015 => sub { $esme->enquire_link_resp(seq => $_[0]->seq) },
    0x00000003 => sub { $esme->query_sm_resp(seq => $_[0]->seq, message_id => $_[0]{message_id}, message_state => 2, final_date => '261123120000000+') },
    0x00000007 => sub { $esme->replace_sm_resp(seq => $_[0]->seq) },
    0x00000008 => sub { $esme->cancel_sm_resp(seq => $_[0]->seq) },
    0x00000103 => sub { $esme->data_sm_resp(seq => $_[0]->seq, message_id => 'd1') },
    0x00000021 => sub { $esme->submit_multi_resp(seq => $_[0]->seq, message_id => 'm1', dest_addr_ton => [1], dest_addr_npi => [1],
        destination_addr => ['8613800138001'], error_status_code => [0x0B]) },
    0x00000004 => \&submitted,
    0x80000005 => sub { },
);

sub submitted {
    my ($pdu) = @_;
    my $id = 's' . ++$messages;
    my @from = (source_addr => $pdu->{destination_addr}, source_addr_ton => 1, destination_addr => $pdu->{source_addr}, async => 1);
    $esme->submit_sm_resp(seq => $pdu->seq, message_id => $id);
    $esme->deliver_sm(@from, short_message => 'PAY COFFEE') if $messages == 1;
    $esme->deliver_sm(@from, esm_class => 0x04, short_message => "id:$id sub:001 dlvrd:001 submit date:2611231200 done date:2611231200 stat:DELIVRD err:000 text:",
        receipted_message_id => "$id\0", message_state => "\x02") if $pdu->{registered_delivery};
}

while (my $pdu = $esme->read_pdu()) {
    my $text = $pdu->{short_message} // '';
    $text = $pdu->{message_payload} if $text eq '' && defined $pdu->{message_payload};
    print join(' ', $pdu->explain_cmd, map({ defined $_ && length $_ ? $_ : '-' } @{$pdu}{qw(system_id password source_addr destination_addr esm_class data_coding message_id)}), unpack('H*', $text)), "\n";
    if ($pdu->cmd == 0x00000006) {
        $esme->unbind_resp(seq => $pdu->seq);
        last;
    }
    my $answer = $commands{$pdu->cmd} or die sprintf("unexpected command 0x%08X\n", $pdu->cmd);
    $answer->($pdu);
}
