%% The judge of our Diameter: Erlang/OTP's own stack, as a charging system (server/1), as its client (client/1), and as one in a hurry (load/1).
%% The dictionary is RFC 8506's, as far as events go, and is compiled by OTP from the grammar below.
-module(erlang_peer).
-export([server/1, client/1, load/1]).
-export([peer_up/3, peer_down/3, pick_peer/4, prepare_request/3, prepare_retransmit/3, handle_answer/4, handle_error/4, handle_request/3]).

%% Of diameter.hrl, which only the packages for development bring.
-record(diameter_packet, {header, avps, msg, bin, errors = [], transport_data}).
-record(diameter_header, {version, length, cmd_code, application_id, hop_by_hop_id, end_to_end_id, is_request, is_proxiable, is_error, is_retransmitted}).
-record(diameter_event, {service, info}).

%% Arguments: port. Grants every debit; prints a line for each request.
server([Port]) ->
    start("ocs.operator.example"),
    {ok, _} = diameter:add_transport(judge, {listen, [{transport_module, diameter_tcp},
        {transport_config, [{reuseaddr, true}, {ip, {127,0,0,1}}, {port, list_to_integer(Port)}]}]}),
    say("listening", []),
    stop_with_input().

%% Arguments: port, number. Debits 2.50 EUR, repeats it, checks the balance; prints the answers.
client([Port, Number]) ->
    connect(Port),
    Debit = request("engine.carrierpay.example;1;1;pay_1", Number, 0),
    tell(diameter:call(judge, cc, ['CCR' | Debit], [])),
    tell(diameter:call(judge, cc, ['CCR' | Debit], [])),
    tell(diameter:call(judge, cc, ['CCR' | request("engine.carrierpay.example;1;2;pay_2", Number, 2)], [])),
    tell(diameter:call(judge, cc, ['CCR' | maps:remove('Requested-Action', request("engine.carrierpay.example;1;3;pay_3", Number, 0))], [])),
    diameter:stop_service(judge),
    halt(0).

%% Arguments: port, number, debits outstanding, milliseconds. Debits 2.50 EUR again and again; prints what it reached as JSON, times in microseconds.
load([Port, Number, Window, Milliseconds]) ->
    connect(Port),
    [Outstanding, Duration] = [list_to_integer(N) || N <- [Window, Milliseconds]],
    {Warm, _, _, _} = pay(Number, Outstanding, Duration div 2),
    {Count, Times, Elapsed, Cpu} = pay(Number, Outstanding, Duration),
    Sorted = list_to_tuple(lists:sort(Times)),
    At = fun(Percent) -> element(min(size(Sorted), size(Sorted) * Percent div 100 + 1), Sorted) end,
    say("{\"rate\":~.1f,\"p50\":~p,\"p99\":~p,\"cpu\":~.2f,\"debits\":~p,\"debited\":~p}",
        [Count * 1.0e6 / Elapsed, At(50), At(99), Cpu * 1.0e3 / Count, Warm + Count, (Warm + Count) * 250]),
    halt(0).

pay(Number, Outstanding, Duration) ->
    Self = self(),
    {CpuBefore, _} = erlang:statistics(runtime),
    Begin = erlang:monotonic_time(microsecond),
    Payers = [spawn_link(fun() -> Self ! {self(), debits(Number, Begin + Duration * 1000, 0, [])} end) || _ <- lists:seq(1, Outstanding)],
    Paid = [receive {Payer, Result} -> Result end || Payer <- Payers],
    {CpuAfter, _} = erlang:statistics(runtime),
    {lists:sum([C || {C, _} <- Paid]), lists:append([T || {_, T} <- Paid]), erlang:monotonic_time(microsecond) - Begin, CpuAfter - CpuBefore}.

debits(Number, End, Count, Times) ->
    case erlang:monotonic_time(microsecond) of
        At when At >= End, Count > 0 -> {Count, Times};
        At ->
            Session = lists:flatten(io_lib:format("engine.carrierpay.example;~p;~p;load", [erlang:system_time(microsecond), erlang:unique_integer([positive])])),
            {ok, ['CCA' | #{'Result-Code' := 2001}]} = diameter:call(judge, cc, ['CCR' | request(Session, Number, 0)], []),
            debits(Number, End, Count + 1, [erlang:monotonic_time(microsecond) - At | Times])
    end.

connect(Port) ->
    start("engine.carrierpay.example"),
    diameter:subscribe(judge),
    {ok, _} = diameter:add_transport(judge, {connect, [{transport_module, diameter_tcp}, {connect_timer, 1000},
        {transport_config, [{raddr, {127,0,0,1}}, {rport, list_to_integer(Port)}]}]}),
    receive #diameter_event{info = Info} when element(1, Info) == up -> ok after 20000 -> halt(1) end.

%% Requests with errors OTP answers by itself, as RFC 6733 has it.
start(Host) ->
    {ok, [Forms]} = diameter_make:codec(dictionary(), [return, forms]),
    {ok, cc_dictionary, Code} = compile:forms(Forms, [binary]),
    {module, cc_dictionary} = code:load_binary(cc_dictionary, "cc_dictionary.erl", Code),
    ok = diameter:start(),
    ok = diameter:start_service(judge, [{'Origin-Host', Host}, {'Origin-Realm', "operator.example"}, {'Vendor-Id', 0},
        {'Product-Name', "Erlang/OTP"}, {'Auth-Application-Id', [4]}, {restrict_connections, false},
        {decode_format, map}, {string_decode, false},
        {application, [{alias, common}, {dictionary, diameter_gen_base_rfc6733}, {module, ?MODULE}, {request_errors, answer}]},
        {application, [{alias, cc}, {dictionary, cc_dictionary}, {module, ?MODULE}, {answer_errors, callback}, {request_errors, answer}]}]).

request(Session, Number, Action) ->
    #{'Session-Id' => Session, 'Origin-Host' => "engine.carrierpay.example", 'Origin-Realm' => "operator.example",
      'Destination-Realm' => "operator.example", 'Auth-Application-Id' => 4, 'Service-Context-Id' => "carrierpay@operator.example",
      'CC-Request-Type' => 4, 'CC-Request-Number' => 0, 'Requested-Action' => Action,
      'Subscription-Id' => [#{'Subscription-Id-Type' => 0, 'Subscription-Id-Data' => Number}],
      'Requested-Service-Unit' => #{'CC-Money' => #{'Unit-Value' => #{'Value-Digits' => 25, 'Exponent' => -1}, 'Currency-Code' => 978}}}.

tell({ok, ['CCA' | A]}) ->
    {Digits, Exponent} = money(maps:get('Granted-Service-Unit', A, none)),
    say("answer ~p ~p ~p ~p", [maps:get('Result-Code', A), Digits, Exponent, maps:get('Check-Balance-Result', A, none)]);
tell({ok, ['answer-message' | A]}) -> say("answer-message ~p", [maps:get('Result-Code', A)]);
tell({failed, Name, A, Errors}) -> say("failed ~p ~p ~p", [Name, maps:get('Result-Code', A, none), Errors]);
tell(Other) -> say("other ~p", [Other]).

money([M]) -> money(M);
money(#{'CC-Money' := M}) -> money(M);
money(#{'Unit-Value' := #{'Value-Digits' := D} = V}) -> {D, case maps:get('Exponent', V, 0) of [E] -> E; E -> E end};
money(_) -> {none, none}.

say(Format, Values) -> io:format(Format ++ "~n", Values).

%% The test ends the judge by closing its input.
stop_with_input() ->
    case io:get_line("") of
        eof -> diameter:stop_service(judge), halt(0);
        _ -> stop_with_input()
    end.

peer_up(_, _, State) -> say("up", []), State.
peer_down(_, _, State) -> say("down", []), State.
pick_peer([Peer | _], _, _, _) -> {ok, Peer};
pick_peer([], _, _, _) -> false.
prepare_request(Packet, _, _) -> {send, Packet}.
prepare_retransmit(Packet, _, _) -> {send, Packet}.
handle_answer(#diameter_packet{msg = Msg, errors = []}, _, _, _) -> {ok, Msg};
handle_answer(#diameter_packet{msg = [Name | A], errors = Errors}, _, _, _) -> {failed, Name, A, Errors}.
handle_error(Reason, _, _, _) -> {error, Reason}.

handle_request(#diameter_packet{msg = ['CCR' | R], errors = [], header = H}, _, _) ->
    #{'Session-Id' := Session, 'CC-Request-Type' := Type, 'CC-Request-Number' := Number} = R,
    {Digits, Exponent} = money(maps:get('Requested-Service-Unit', R, none)),
    [#{'Subscription-Id-Data' := Who}] = maps:get('Subscription-Id', R),
    say("request ~s ~s ~p ~p ~p", [Session, Who, Digits, Exponent, H#diameter_header.is_retransmitted]),
    {reply, ['CCA' | #{'Session-Id' => Session, 'Result-Code' => 2001, 'Origin-Host' => "ocs.operator.example",
        'Origin-Realm' => "operator.example", 'Auth-Application-Id' => 4, 'CC-Request-Type' => Type, 'CC-Request-Number' => Number,
        'Granted-Service-Unit' => maps:get('Requested-Service-Unit', R, [])}]}.

dictionary() -> <<"
@id 4
@name cc_dictionary
@prefix cc
@vendor 0 IETF
@inherits diameter_gen_base_rfc6733
@avp_types
CC-Money 413 Grouped M
CC-Request-Number 415 Unsigned32 M
CC-Request-Type 416 Enumerated M
Check-Balance-Result 422 Enumerated M
Cost-Information 423 Grouped M
Cost-Unit 424 UTF8String M
Currency-Code 425 Unsigned32 M
Exponent 429 Integer32 M
Granted-Service-Unit 431 Grouped M
Requested-Action 436 Enumerated M
Requested-Service-Unit 437 Grouped M
Service-Identifier 439 Unsigned32 M
Service-Parameter-Info 440 Grouped -
Service-Parameter-Type 441 Unsigned32 -
Service-Parameter-Value 442 OctetString -
Subscription-Id 443 Grouped M
Subscription-Id-Data 444 UTF8String M
Unit-Value 445 Grouped M
Value-Digits 447 Integer64 M
Subscription-Id-Type 450 Enumerated M
Service-Context-Id 461 UTF8String M
@messages
CCR ::= < Diameter Header: 272, REQ, PXY >
  < Session-Id > { Origin-Host } { Origin-Realm } { Destination-Realm } { Auth-Application-Id } { Service-Context-Id }
  { CC-Request-Type } { CC-Request-Number } [ Destination-Host ] [ Event-Timestamp ] * [ Subscription-Id ] [ Service-Identifier ]
  [ Requested-Service-Unit ] [ Requested-Action ] * [ Service-Parameter-Info ] * [ AVP ]
CCA ::= < Diameter Header: 272, PXY >
  < Session-Id > { Result-Code } { Origin-Host } { Origin-Realm } { Auth-Application-Id } { CC-Request-Type } { CC-Request-Number }
  [ Granted-Service-Unit ] [ Cost-Information ] [ Check-Balance-Result ] [ Error-Message ] * [ Failed-AVP ] * [ AVP ]
@grouped
CC-Money ::= < AVP Header: 413 > { Unit-Value } [ Currency-Code ]
Cost-Information ::= < AVP Header: 423 > { Unit-Value } { Currency-Code } [ Cost-Unit ]
Granted-Service-Unit ::= < AVP Header: 431 > [ CC-Money ] * [ AVP ]
Requested-Service-Unit ::= < AVP Header: 437 > [ CC-Money ] * [ AVP ]
Service-Parameter-Info ::= < AVP Header: 440 > { Service-Parameter-Type } { Service-Parameter-Value }
Subscription-Id ::= < AVP Header: 443 > { Subscription-Id-Type } { Subscription-Id-Data }
Unit-Value ::= < AVP Header: 445 > { Value-Digits } [ Exponent ]
@enum CC-Request-Type
INITIAL_REQUEST 1
UPDATE_REQUEST 2
TERMINATION_REQUEST 3
EVENT_REQUEST 4
@enum Check-Balance-Result
ENOUGH_CREDIT 0
NO_CREDIT 1
@enum Requested-Action
DIRECT_DEBITING 0
REFUND_ACCOUNT 1
CHECK_BALANCE 2
PRICE_ENQUIRY 3
@enum Subscription-Id-Type
END_USER_E164 0
END_USER_IMSI 1
END_USER_SIP_URI 2
END_USER_NAI 3
END_USER_PRIVATE 4
">>.
