"""What both servers are told. A case is a function of a Talk (talk.py); `row` names the row of docs/coming_from_spring.md that
says why the two answer differently, and is empty where they must not. `look` names what is compared besides: headers, "body"
(of ERROR), "frame" (text or binary), "handshake"."""

CASES = {}


def case(row="", look=(), logins=False):
    def keep(function):
        CASES[function.__name__] = (function, row, frozenset(look), logins)
        return function
    return keep


# --- CONNECT --------------------------------------------------------------------------------------------------


def connecting(name, headers, row="", look=(), logins=False, command="CONNECT"):
    def run(t):
        t.open("a")
        t.say("a", f"{command}\n{headers}\n^")
    run.__name__ = name
    case(row, look, logins)(run)


connecting("connect_1_2", "accept-version:1.2\nhost:x\n")
connecting("connect_1_1", "accept-version:1.1\nhost:x\n")
connecting("connect_1_0", "accept-version:1.0\nhost:x\n", "heart-beats")
connecting("connect_all_versions", "accept-version:1.0,1.1,1.2\nhost:x\n")
connecting("connect_versions_in_any_order", "accept-version:1.2,1.0\nhost:x\n")
connecting("connect_versions_with_blanks", "accept-version:1.1, 1.2\nhost:x\n", "versions")
connecting("connect_no_version", "host:x\n", "versions")
connecting("connect_unknown_version", "accept-version:2.0\nhost:x\n", "versions")
connecting("connect_unknown_and_known_version", "accept-version:2.0,1.1\nhost:x\n")
connecting("connect_no_host", "accept-version:1.2\n")
connecting("connect_by_STOMP", "accept-version:1.2\nhost:x\n", command="STOMP")
connecting("connect_every_header", "accept-version:1.2\nhost:x\n", "connected-headers", ("server", "session"))
connecting("connect_receipt", "accept-version:1.2\nhost:x\nreceipt:r\n")
connecting("connect_login", "accept-version:1.2\nhost:x\nlogin:ann\npasscode:x\n", logins=True)
connecting("connect_escapes_are_literal", "accept-version:1.2\nhost:x\nlogin:a\\cb\n", logins=True)
connecting("beats_none", "accept-version:1.2\nhost:x\nheart-beat:0,0\n")
connecting("beats_as_the_servers", "accept-version:1.2\nhost:x\nheart-beat:10000,10000\n")
connecting("beats_more_often", "accept-version:1.2\nhost:x\nheart-beat:5000,5000\n", "heart-beats")
connecting("beats_less_often", "accept-version:1.2\nhost:x\nheart-beat:20000,20000\n")
connecting("beats_one_way", "accept-version:1.2\nhost:x\nheart-beat:0,20000\n")
connecting("beats_words", "accept-version:1.2\nhost:x\nheart-beat:a,b\n")
connecting("beats_one_number", "accept-version:1.2\nhost:x\nheart-beat:1000\n", "heart-beats")
connecting("beats_with_blanks", "accept-version:1.2\nhost:x\nheart-beat:0, 0\n", "heart-beats")
connecting("beats_negative", "accept-version:1.2\nhost:x\nheart-beat:-1,-1\n", "heart-beats")
connecting("connect_crlf", "accept-version:1.2\r\nhost:x\r\n")


def shaking_hands(name, protocols, row=""):
    def run(t):
        t.open("a", protocols)
        t.say("a", "CONNECT\naccept-version:1.0,1.1,1.2\nhost:x\n\n^")
    run.__name__ = name
    case(row, ("handshake",))(run)


shaking_hands("protocol_v12", "v12.stomp")
shaking_hands("protocol_v10", "v10.stomp")
shaking_hands("protocol_first_of_several", "v10.stomp, v11.stomp, v12.stomp", "sub-protocol")
shaking_hands("protocol_none", "")
shaking_hands("protocol_unknown", "chat")
shaking_hands("protocol_unknown_and_known", "chat, v12.stomp")


@case("before-connect")
def connect_twice(t):
    t.connect("a")
    t.say("a", "CONNECT\naccept-version:1.2\nhost:x\n\n^")


@case("before-connect")
def send_before_connect(t):
    t.open("a")
    t.say("a", "SEND\ndestination:/topic/x\n\nhi^")


@case("before-connect")
def subscribe_before_connect(t):
    t.open("a")
    t.say("a", "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^")


@case()
def beats_before_connect(t):
    t.open("a")
    t.say("a", "\n")
    t.say("a", "\nCONNECT\naccept-version:1.2\nhost:x\n\n^")


# --- SUBSCRIBE, UNSUBSCRIBE -----------------------------------------------------------------------------------


@case()
def subscribed_gets_what_is_sent(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topic/x")
    t.send("b", "/topic/x", "hi")


@case()
def the_sender_gets_its_own(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x")
    t.send("a", "/topic/x", "hi")


@case()
def two_subscriptions_of_one_session(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x")
    t.subscribe("a", "2", "/topic/x")
    t.send("a", "/topic/x", "hi")


@case("wrong-frames")
def subscription_id_twice(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topic/x")
    t.subscribe("a", "1", "/topic/y")
    t.send("b", "/topic/x", "hi")


@case()
def unsubscribed_gets_no_more(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topic/x")
    t.say("a", "UNSUBSCRIBE\nid:1\n\n^")
    t.send("b", "/topic/x", "hi")


@case()
def unsubscribed_of_one_of_two(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x")
    t.subscribe("a", "2", "/topic/x")
    t.say("a", "UNSUBSCRIBE\nid:1\n\n^")
    t.send("a", "/topic/x", "hi")


@case()
def subscribed_again(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x")
    t.say("a", "UNSUBSCRIBE\nid:1\n\n^")
    t.subscribe("a", "1", "/topic/y")
    t.send("a", "/topic/x", "one")
    t.send("a", "/topic/y", "two")


@case("wrong-frames")
def unsubscribe_unknown_id(t):
    t.connect("a")
    t.say("a", "UNSUBSCRIBE\nid:9\n\n^")


@case("wrong-frames")
def unsubscribe_without_id(t):
    t.connect("a")
    t.say("a", "UNSUBSCRIBE\ndestination:/topic/x\n\n^")


@case("wrong-frames")
def subscribe_without_id(t):
    t.connect("a")
    t.say("a", "SUBSCRIBE\ndestination:/topic/x\n\n^")


@case("wrong-frames")
def subscribe_without_destination(t):
    t.connect("a")
    t.say("a", "SUBSCRIBE\nid:1\n\n^")


@case("receipts")
def subscribe_receipt(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x", "receipt:r\n")


@case("receipts")
def unsubscribe_receipt(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x")
    t.say("a", "UNSUBSCRIBE\nid:1\nreceipt:r\n\n^")


@case("nowhere")
def subscribe_nowhere(t):
    t.connect("a")
    t.subscribe("a", "1", "/elsewhere/x")


@case("prefixes")
def subscribe_below_a_like_prefix(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topicX/y")
    t.send("b", "/topicX/y", "hi")


@case("destinations")
def subscribe_without_slash(t):
    t.connect("a")
    t.subscribe("a", "1", "topic")


@case("destinations")
def subscribe_with_an_empty_segment(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic//x")


def patterns(name, pattern, *destinations, row=""):
    def run(t):
        t.connect("a", "b")
        t.subscribe("a", "1", pattern)
        for destination in destinations:
            t.send("b", destination, destination)
    run.__name__ = name
    case(row)(run)


patterns("pattern_star", "/topic/s/*", "/topic/s/one", "/topic/s/one/two", "/topic/s")
patterns("pattern_star_in_the_middle", "/topic/m/*/end", "/topic/m/one/end", "/topic/m/one/two/end")
patterns("pattern_rest", "/topic/r/**", "/topic/r/one", "/topic/r/one/two", "/topic/r")
patterns("pattern_part_of_a_segment", "/topic/p/a*z", "/topic/p/abcz", "/topic/p/abc", "/topic/p/az",
         row="patterns")
patterns("pattern_question_mark", "/topic/q/a?c", "/topic/q/abc", "/topic/q/ac", row="patterns")
patterns("pattern_variable", "/topic/v/{id}", "/topic/v/one", "/topic/v/one/two")
patterns("pattern_expression", "/topic/e/{id:[0-9]+}", "/topic/e/12", "/topic/e/ab", row="patterns")
patterns("pattern_rest_in_the_middle", "/topic/z/**/end", "/topic/z/one/two/end", row="patterns")
patterns("pattern_all_queues", "/queue/**", "/queue/w/one", row="patterns")


@case("acks")
def subscribe_ack_client(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topic/x", "ack:client-individual\n")
    t.send("b", "/topic/x", "hi")


@case("acks")
def subscribe_ack_unknown(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x", "ack:maybe\n")


@case("acks")
def ack_of_nothing(t):
    t.connect("a")
    t.say("a", "ACK\nid:7\n\n^")


@case("acks")
def nack_of_nothing(t):
    t.connect("a")
    t.say("a", "NACK\nid:7\n\n^")


@case("selectors")
def subscribe_selector(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topic/x", "selector:color = 'red'\n")
    t.send("b", "/topic/x", "hi", "color:blue\n")


# --- SEND to the broker ---------------------------------------------------------------------------------------


@case("wrong-frames")
def send_without_destination(t):
    t.connect("a")
    t.say("a", "SEND\n\nhi^")


@case("nowhere")
def send_nowhere(t):
    t.connect("a")
    t.send("a", "/elsewhere/x", "hi")


@case("receipts")
def send_receipt(t):
    t.connect("a")
    t.send("a", "/topic/x", "hi", "receipt:r\n")


@case("receipts")
def send_to_a_function_receipt(t):
    t.connect("a")
    t.send("a", "/app/nothing", "hi", "receipt:r\n")


def published(name, headers="", body="hi", row="", look=(), as_bytes=False):
    """One message from b to a."""
    def run(t):
        t.connect("a", "b")
        t.subscribe("a", "1", "/topic/x")
        t.say("b", f"SEND\ndestination:/topic/x\n{headers}\n{body}^", as_bytes=as_bytes)
    run.__name__ = name
    case(row, look)(run)


published("message_headers_of_the_sender", "color:red\nx-y:1\n")
published("message_headers_of_the_server", "color:red\n", look=("message-id", "content-length"))
published("message_repeated_header", "color:red\ncolor:blue\n", row="repeated-headers")
published("message_escapes", "a\\cb:c\\nd\\\\e\\rf\n")
published("message_undefined_escape", "a:b\\tc\n")
published("message_empty_header_value", "a:\n")
published("message_blanks_in_a_header", "a: b \n")
published("message_unicode", "name:Zoë\n", "Grüße, 世界 🙂")
published("message_empty", body="")
published("message_content_type_text", "content-type:text/plain\n", look=("content-type", "frame"))
published("message_content_type_json", "content-type:application/json\n", '{"a":1}', look=("content-type", "frame"))
published("message_content_type_none", look=("content-type", "frame"))
published("message_content_type_bytes", "content-type:application/octet-stream\ncontent-length:3\n", "a^b", "binary-messages",
          ("content-type", "frame", "binary"), as_bytes=True)
published("message_content_type_broken", "content-type:no type\n", row="content-types", look=("content-type",))
published("message_with_a_nul_inside", "content-length:3\n", "a^b", look=("binary",))
published("message_length_too_short", "content-length:1\n", "abc")
published("message_length_negative", "content-length:-1\n", row="content-length")
published("message_length_no_number", "content-length:x\n", row="content-length")
published("message_id_of_the_sender", "message-id:mine\n", row="servers-headers", look=("message-id",))
published("message_subscription_of_the_sender", "subscription:mine\n")
published("message_receipt_passed_on", "receipt:r\n", row="receipts")
published("message_destination_spoofed", "simpOrigDestination:/topic/other\n", row="servers-headers")
published("message_large", body="x" * 60000, row="message-sizes")
published("message_too_large", body="x" * 70000)


@case()
def several_frames_in_one_message(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x")
    t.say("a", "SEND\ndestination:/topic/x\n\none^\n\nSUBSCRIBE\nid:2\ndestination:/topic/y\n\n^")


@case()
def a_frame_in_several_messages(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x")
    t.say("a", "SEND\ndestination:/to")
    t.say("a", "pic/x\n\nh")
    t.say("a", "i^")


@case()
def crlf_line_ends(t):
    t.connect("a")
    t.say("a", "SUBSCRIBE\r\nid:1\r\ndestination:/topic/x\r\n\r\n^")
    t.say("a", "SEND\r\ndestination:/topic/x\r\n\r\nhi\r\n^")


@case()
def unknown_command(t):
    t.connect("a")
    t.say("a", "PUBLISH\ndestination:/topic/x\n\nhi^")


@case("wrong-frames")
def a_servers_command(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x")
    t.say("a", "MESSAGE\ndestination:/topic/x\n\nhi^")


@case()
def header_without_colon(t):
    t.connect("a")
    t.say("a", "SEND\ndestination:/topic/x\nnonsense\n\nhi^")


@case()
def body_where_none_may_be(t):
    t.connect("a")
    t.say("a", "SUBSCRIBE\nid:1\ndestination:/topic/x\n\nbody^")


@case("error-frames", ("message", "code", "content-type", "content-length", "body"))
def the_words_of_an_error(t):
    t.connect("a")
    t.say("a", "PUBLISH\ndestination:/topic/x\n\nhi^")


@case("error-receipts")
def an_error_where_a_receipt_was_asked(t):
    t.connect("a")
    t.say("a", "SUBSCRIBE\nid:1\ndestination:/topic/x\nreceipt:r\n\nbody^")


@case()
def beats_are_no_frames(t):
    t.connect("a")
    t.subscribe("a", "1", "/topic/x")
    t.say("a", "\n\n\n")
    t.send("a", "/topic/x", "hi")


@case(look=("order",))
def many_in_a_row(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topic/x")
    t.say("b", *[f"SEND\ndestination:/topic/x\n\n{n}^" for n in range(300)])


# --- queues, acknowledgements, transactions, request and reply ------------------------------------------------


@case("queues")
def queue_of_two_consumers(t):
    t.connect("a", "b", "c")
    t.subscribe("a", "1", "/queue/two")
    t.subscribe("b", "1", "/queue/two")
    t.send("c", "/queue/two", "hi")


@case("queues")
def queue_without_consumer(t):
    t.connect("a", "b")
    t.send("b", "/queue/waits", "hi")
    t.subscribe("a", "1", "/queue/waits")


@case()
def topic_without_subscriber(t):
    t.connect("a", "b")
    t.send("b", "/topic/unheard", "hi")
    t.subscribe("a", "1", "/topic/unheard")


@case()
def queue_of_one_consumer(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/queue/one")
    t.send("b", "/queue/one", "hi")


@case("transactions")
def transaction_committed(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topic/x")
    t.say("b", "BEGIN\ntransaction:t\n\n^")
    t.send("b", "/topic/x", "hi", "transaction:t\n")
    t.say("b", "COMMIT\ntransaction:t\n\n^")


@case("transactions")
def transaction_aborted(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topic/x")
    t.say("b", "BEGIN\ntransaction:t\n\n^")
    t.send("b", "/topic/x", "hi", "transaction:t\n")
    t.say("b", "ABORT\ntransaction:t\n\n^")


@case("transactions")
def transaction_never_begun(t):
    t.connect("a")
    t.send("a", "/topic/x", "hi", "transaction:t\n")


@case("request-reply")
def reply_to_a_temporary_queue(t):
    t.connect("a")
    t.send("a", "/app/echo", "hi", "content-type:text/plain\nreply-to:/temp-queue/r\ncorrelation-id:7\n")


@case("request-reply")
def reply_to_through_a_queue(t):
    t.connect("a", "b")
    t.subscribe("b", "1", "/queue/jobs")
    t.send("a", "/queue/jobs", "hi", "reply-to:/temp-queue/r\ncorrelation-id:7\n")


# --- @MessageMapping ------------------------------------------------------------------------------------------


def called(name, destination, body="", headers="content-type:text/plain\n", hears="/topic/echo", row="", look=(), logins=False):
    """a listens, b calls."""
    def run(t):
        t.connect("a", "b")
        t.subscribe("a", "1", hears)
        t.subscribe("b", "e", "/user/queue/errors")
        t.send("b", destination, body, headers)
    run.__name__ = name
    case(row, look, logins)(run)


JSON = "content-type:application/json\n"
called("call_default_destination", "/app/echo", "hi")
called("call_result_is_text", "/app/echo", "hi", look=("content-type", "frame"))
called("call_result_is_json", "/app/hello", '{"name":"Bob"}', JSON, "/topic/greetings", look=("content-type", "frame"))
called("call_without_content_type", "/app/hello", '{"name":"Bob"}', "", "/topic/greetings")
called("call_json_with_more_fields", "/app/hello", '{"name":"Bob","age":7}', JSON, "/topic/greetings")
called("call_json_with_less_fields", "/app/hello", "{}", JSON, "/topic/greetings", "strict-json")
called("call_json_with_another_type", "/app/hello", '{"name":7}', JSON, "/topic/greetings", "strict-json")
called("call_json_broken", "/app/hello", "{", JSON, "/topic/greetings", "silent-failures")
called("call_json_empty", "/app/hello", "", JSON, "/topic/greetings", "silent-failures")
called("call_json_of_unknown_type", "/app/hello", "<x/>", "content-type:text/xml\n", "/topic/greetings", "silent-failures")
called("call_variable", "/app/room/7/say", "hi", hears="/topic/room.7")
called("call_variable_number", "/app/number/21", hears="/topic/numbers")
called("call_variable_no_number", "/app/number/x", hears="/topic/numbers", row="silent-failures")
called("call_header", "/app/mood", headers="mood:good\n", hears="/topic/moods")
called("call_header_missing", "/app/mood", headers="", hears="/topic/moods", row="silent-failures")
called("call_header_default", "/app/mood-or-none", headers="", hears="/topic/moods")
called("call_bytes", "/app/bytes", "abc", "content-type:application/octet-stream\n", "/topic/bytes", "binary-messages",
       ("content-type", "frame"))
called("call_two_destinations", "/app/several", "hi", hears="/topic/a")
called("call_second_of_two_destinations", "/app/several", "hi", hears="/topic/b")
called("call_void", "/app/nothing", "hi", hears="/topic/nothing")
called("call_null", "/app/null", "hi", hears="/topic/null")
called("call_answers_later", "/app/later", "hi", hears="/topic/later")
called("call_nobody_logged_in", "/app/who", hears="/topic/who")
called("call_exact_before_patterns", "/app/pick/exact", hears="/topic/pick")
called("call_variable_before_rest", "/app/pick/other", hears="/topic/pick")
called("call_rest", "/app/pick/one/two", hears="/topic/pick")
called("call_not_mapped", "/app/no-such", "hi", row="silent-failures")
called("call_throws", "/app/fail", "hi", row="silent-failures")
called("call_throws_what_is_handled", "/app/buy", "shoes")
called("call_below_a_prefix", "/app/chat/7/say", "hi", hears="/topic/chat.7")
called("call_below_a_prefix_with_its_own_destination", "/app/chat/7/whisper", "hi", hears="/topic/whispers")
called("call_below_a_prefix_throws", "/app/chat/7/buy", "shoes", hears="/topic/chat.7")
called("call_the_prefix_alone", "/app/chat/7", "hi", hears="/topic/chat.7", row="silent-failures")
called("call_headers_are_not_copied", "/app/echo", "hi", "content-type:text/plain\ncolor:red\ncorrelation-id:7\n")
called("call_empty_text", "/app/echo", "", row="silent-failures")


@case("silent-failures")
def call_not_mapped_and_nobody_listens(t):
    t.connect("a")
    t.send("a", "/app/no-such", "hi")


@case("silent-failures")
def call_throws_where_a_receipt_was_asked(t):
    t.connect("a")
    t.send("a", "/app/fail", "hi", "receipt:r\n")


@case()
def call_counts_in_its_session(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topic/count")
    t.send("a", "/app/count", "x")
    t.send("a", "/app/count", "x")
    t.send("b", "/app/count", "x")


# --- @SubscribeMapping ----------------------------------------------------------------------------------------


@case()
def init_is_answered(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/app/init")


@case()
def init_of_a_variable(t):
    t.connect("a")
    t.subscribe("a", "1", "/app/init/7")


@case()
def init_sent_to_all(t):
    t.connect("a", "b")
    t.subscribe("b", "1", "/topic/init")
    t.subscribe("a", "1", "/app/init-to")


@case()
def init_again_under_another_id(t):
    t.connect("a")
    t.subscribe("a", "1", "/app/init")
    t.subscribe("a", "2", "/app/init")


@case("silent-failures")
def init_not_mapped(t):
    t.connect("a")
    t.subscribe("a", "1", "/app/no-such")


@case("silent-failures")
def init_throws(t):
    t.connect("a")
    t.subscribe("a", "1", "/app/init-fail")


@case("silent-failures")
def init_throws_and_errors_are_heard(t):
    t.connect("a")
    t.subscribe("a", "e", "/user/queue/errors")
    t.subscribe("a", "1", "/app/init-fail")


# --- users ----------------------------------------------------------------------------------------------------


@case(logins=True)
def user_all_sessions(t):
    t.connect("a", "b", login="ann")
    t.connect("c", login="bob")
    for who in "abc":
        t.subscribe(who, "1", "/user/queue/mine")
    t.send("a", "/app/mine", "hi", "content-type:text/plain\n")


@case(logins=True)
def user_asking_session_only(t):
    t.connect("a", "b", login="ann")
    for who in "ab":
        t.subscribe(who, "1", "/user/queue/mine")
    t.send("a", "/app/mine-only", "hi", "content-type:text/plain\n")


@case()
def user_nobody_is_the_asking_session(t):
    t.connect("a", "b")
    for who in "ab":
        t.subscribe(who, "1", "/user/queue/mine")
    t.send("a", "/app/mine", "hi", "content-type:text/plain\n")


@case(logins=True)
def user_told_by_the_application(t):
    t.connect("a", "b", login="ann")
    t.connect("c", login="bob")
    for who in "abc":
        t.subscribe(who, "1", "/user/queue/mine")
    t.send("c", "/app/tell/ann", "hi", "content-type:text/plain\n")


@case(logins=True)
def user_who_is_not_there(t):
    t.connect("a", login="ann")
    t.send("a", "/app/tell/zoe", "hi", "content-type:text/plain\n")


@case(logins=True)
def user_is_known_to_functions(t):
    t.connect("a", login="ann")
    t.subscribe("a", "1", "/topic/who")
    t.send("a", "/app/who", "x")


@case("sends-to-users", logins=True)
def user_sends_to_another_user(t):
    t.connect("a", login="ann")
    t.connect("b", login="bob")
    t.subscribe("b", "1", "/user/queue/mine")
    t.send("a", "/user/bob/queue/mine", "hi")


@case("sends-to-users", logins=True)
def user_sends_to_itself(t):
    t.connect("a", "b", login="ann")
    for who in "ab":
        t.subscribe(who, "1", "/user/queue/mine")
    t.send("a", "/user/ann/queue/mine", "hi")


@case("eavesdropping", logins=True)
def user_is_overheard_by_a_pattern(t):
    t.connect("a", login="ann")
    t.connect("e", login="eve")
    t.subscribe("a", "1", "/user/queue/mine")
    t.subscribe("e", "1", "/queue/mine*")
    t.send("a", "/app/mine", "hi", "content-type:text/plain\n")


@case(logins=True)
def user_destination_of_another(t):
    t.connect("a", login="ann")
    t.connect("e", login="eve")
    t.subscribe("a", "1", "/user/queue/mine")
    t.subscribe("e", "1", "/user/ann/queue/mine")
    t.send("a", "/app/mine", "hi", "content-type:text/plain\n")


@case(logins=True)
def user_unsubscribed(t):
    t.connect("a", login="ann")
    t.subscribe("a", "1", "/user/queue/mine")
    t.say("a", "UNSUBSCRIBE\nid:1\n\n^")
    t.send("a", "/app/mine", "hi", "content-type:text/plain\n")


@case(logins=True)
def user_two_subscriptions_of_one_session(t):
    t.connect("a", login="ann")
    t.subscribe("a", "1", "/user/queue/mine")
    t.subscribe("a", "2", "/user/queue/mine")
    t.send("a", "/app/mine", "hi", "content-type:text/plain\n")


# --- the end --------------------------------------------------------------------------------------------------


@case("disconnect")
def disconnect_receipt(t):
    t.connect("a")
    t.say("a", "DISCONNECT\nreceipt:bye\n\n^")


@case("disconnect")
def disconnect_without_receipt(t):
    t.connect("a")
    t.say("a", "DISCONNECT\n\n^")


@case("disconnect")
def frames_after_disconnect(t):
    t.connect("a", "b")
    t.subscribe("b", "1", "/topic/x")
    t.say("a", "DISCONNECT\nreceipt:bye\n\n^")
    t.send("a", "/topic/x", "late")


@case()
def who_left_gets_no_more(t):
    t.connect("a", "b")
    t.subscribe("a", "1", "/topic/x")
    t.leave("a")
    t.send("b", "/topic/x", "hi")
