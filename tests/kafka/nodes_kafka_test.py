"""Three servers on one Kafka are one."""

import unittest

from kafka import Kafka
from nodes_test import Servers


class NodesKafkaTest(Servers, unittest.TestCase):
    BROKER = Kafka
    OPTION = "--kafka"


if __name__ == "__main__":
    unittest.main(verbosity=2)
