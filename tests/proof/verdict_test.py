"""The checker finds what is wrong, and only that."""

import unittest

from verdict import Connection, Fault, Sent, Seen, is_up_to_date, judge_queue, judge_topic

PATIENCE = 2


def stream(*numbers, session=1, receipted=True, start=10.0):
    """One message a second; each is receipted half a second later."""
    return [Sent("p", n, session, start + n, start + n + 0.5 if receipted else None) for n in numbers]


def saw(*numbers, who="c", subscribed=0.0, ended=float("inf")):
    """Numbers; negative ones came with `redelivered`."""
    return Connection(who, subscribed, ended, [Seen("p", abs(n), n < 0) for n in numbers])


def wrong(verdict):
    return dict(verdict.wrong)


class QueueTest(unittest.TestCase):
    def test_all_once_is_right(self):
        verdict = judge_queue(stream(1, 2, 3, 4), [saw(1, 3), saw(2, 4)])
        self.assertEqual(wrong(verdict), {})
        self.assertEqual((verdict.receipted, verdict.promised, verdict.seen), (4, 4, 4))

    def test_a_receipted_message_that_nobody_saw_is_lost(self):
        verdict = judge_queue(stream(1, 2, 3), [saw(1, 3)])
        self.assertEqual(wrong(verdict), {"lost": 1})
        self.assertIn("number=2", verdict.examples["lost"][0])

    def test_what_was_not_receipted_may_be_seen_or_not(self):
        sent = stream(1) + stream(2, 3, receipted=False)
        self.assertEqual(wrong(judge_queue(sent, [saw(1, 3)])), {})

    def test_a_second_time_needs_redelivered(self):
        self.assertEqual(wrong(judge_queue(stream(1, 2), [saw(1, 2), saw(-1, -2, -2)])), {})
        self.assertEqual(wrong(judge_queue(stream(1, 2), [saw(1, 2), saw(2)])), {"repeated": 1})
        self.assertEqual(wrong(judge_queue(stream(1), [saw(1), saw(1), saw(1)])), {"repeated": 2})

    def test_who_reads_late_may_see_the_first_delivery_after_the_second(self):
        self.assertEqual(wrong(judge_queue(stream(1), [saw(-1), saw(1)])), {})

    def test_the_order_of_a_session_is_each_consumers(self):
        self.assertEqual(wrong(judge_queue(stream(1, 2, 3), [saw(1, 3), saw(2)])), {})
        self.assertEqual(wrong(judge_queue(stream(1, 2, 3), [saw(1, 3, 2)])), {"reordered": 1})
        self.assertEqual(wrong(judge_queue(stream(1, 2, receipted=False), [saw(2, 1)])), {"reordered": 1})

    def test_a_redelivery_comes_when_it_comes(self):
        self.assertEqual(wrong(judge_queue(stream(1, 2, 3), [saw(2, -1, 3)])), {})

    def test_the_order_of_sessions_is_that_of_receipted_messages(self):
        unanswered = stream(1, receipted=False) + stream(2, session=2)
        self.assertEqual(wrong(judge_queue(unanswered, [saw(2, 1)])), {})
        self.assertEqual(wrong(judge_queue(stream(1) + stream(2, session=2), [saw(2, 1)])), {"reordered": 1})

    def test_a_broker_may_forget_the_order_of_what_waited_while_it_broke(self):
        late = saw(3, 1, 2)
        for seen, at in zip(late.seen, (14, 16, 16)):
            seen.at = at
        for fault, wanted in ((Fault("restart", 15, 15.5, True), {}), (Fault("restart", 17, 18, True), {"reordered": 2}),
                              (Fault("restart", 5, 10.9, True), {"reordered": 2})):
            self.assertEqual(wrong(judge_queue(stream(1, 2, 3), [late], [fault])), wanted)

    def test_what_nobody_sent_is_foreign(self):
        self.assertEqual(wrong(judge_queue(stream(1), [saw(1, 2)])), {"foreign": 1})


class UpToDateTest(unittest.TestCase):
    def is_up_to_date(self, since, *seen):
        other = [Sent("q", 1, 1, 10.5)]
        return is_up_to_date({"p": stream(1, 2, 3), "q": other}, [Seen(*one) for one in seen], since)

    def test_something_later_of_each_producer_has_come(self):
        self.assertTrue(self.is_up_to_date(10.5, ("p", 1), ("q", 1)))
        self.assertTrue(self.is_up_to_date(10.5, ("q", 1), ("p", 1), ("p", 3)))

    def test_who_waits_for_one_producer_is_late(self):
        self.assertFalse(self.is_up_to_date(10.5))
        self.assertFalse(self.is_up_to_date(10.5, ("p", 3)))
        self.assertFalse(self.is_up_to_date(10.6, ("p", 3), ("q", 1)))
        self.assertFalse(self.is_up_to_date(12, ("p", 1), ("q", 1)))


class TopicTest(unittest.TestCase):
    def judge(self, sent, *connections, faults=()):
        return judge_topic(sent, connections, faults, PATIENCE)

    def test_all_once_to_everybody_is_right(self):
        verdict = self.judge(stream(1, 2), saw(1, 2), saw(1, 2))
        self.assertEqual(wrong(verdict), {})
        self.assertEqual((verdict.receipted, verdict.promised, verdict.seen), (2, 4, 4))

    def test_each_subscriber_gets_each(self):
        self.assertEqual(wrong(self.judge(stream(1, 2), saw(1, 2), saw(1))), {"lost": 1})

    def test_what_was_sent_before_the_subscription_or_near_its_end_is_not_promised(self):
        self.assertEqual(wrong(self.judge(stream(1, 2), saw(2, subscribed=11.5))), {})
        self.assertEqual(wrong(self.judge(stream(1, 2), saw(1, ended=14.4))), {})
        self.assertEqual(wrong(self.judge(stream(1, 2), saw(1, ended=14.6))), {"lost": 1})

    def test_a_connection_sees_nothing_twice(self):
        self.assertEqual(wrong(self.judge(stream(1), saw(1, 1))), {"repeated": 1})
        self.assertEqual(wrong(self.judge(stream(1), saw(1), saw(1))), {})

    def test_order(self):
        self.assertEqual(wrong(self.judge(stream(1, 2, 3), saw(1, 3, 2))), {"reordered": 1})

    def test_a_broker_that_is_away_loses(self):
        away = [Fault("restart", 13.0, 20.0, True)]
        self.assertEqual(wrong(self.judge(stream(1, 2, 3, 9), saw(9), faults=away)), {})
        self.assertEqual(wrong(self.judge(stream(1, 2, 3, 11), saw(1), faults=away)), {"lost": 1})

    def test_a_broker_that_is_slow_is_late(self):
        slow = [Fault("stop", 13.0, 20.0, False)]
        self.assertEqual(wrong(self.judge(stream(2), saw(), faults=slow)), {"lost": 1})
        self.assertEqual(wrong(self.judge(stream(2), saw(ended=21.9), faults=slow)), {})
        self.assertEqual(wrong(self.judge(stream(2), saw(ended=22.1), faults=slow)), {"lost": 1})


if __name__ == "__main__":
    unittest.main(verbosity=2)
