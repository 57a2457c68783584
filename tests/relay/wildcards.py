"""Subscriptions with wildcards, whatever broker is behind."""


class Wildcards:
    """For a TestCase with Servers."""

    def test_a_wildcard_gets_what_our_patterns_match_and_nothing_else(self):
        for pattern, matching, others in (
                ("/topic/wild/*", ("/topic/wild/7", "/topic/wild/caf\u00e9"), ("/topic/wild", "/topic/wild/7/8", "/topic/wilder/7")),
                ("/topic/*/any/**", ("/topic/a/any", "/topic/b/any/x/y"), ("/topic/any", "/topic/a/b/any"))):
            listener, publisher = self.client(1), self.client(0)
            listener.subscribed(pattern)
            for destination in (*others, *matching):
                publisher.sent(destination, destination.upper())
            for destination in matching:
                message = listener.expect("MESSAGE")
                self.assertEqual((message.headers["destination"], message.body), (destination, destination.upper()))
            self.assert_silent(listener)

    def test_zero_segments_are_some_too(self):
        listener, publisher = self.client(1), self.client(0)
        listener.subscribed("/topic/none/**")
        publisher.sent("/topic/none", "itself")
        self.assertEqual(listener.expect("MESSAGE").headers["destination"], "/topic/none")

    def test_who_is_subscribed_twice_gets_each_message_once_for_each(self):
        listener, publisher = self.client(1), self.client(0)
        numbers = {listener.subscribe("/topic/twice/7"), listener.subscribe("/topic/twice/*")}
        for _ in numbers:
            listener.expect("RECEIPT")
        publisher.sent("/topic/twice/7", "x")
        self.assertEqual({listener.expect("MESSAGE").headers["subscription"] for _ in numbers}, numbers)
        self.assert_silent(listener)
