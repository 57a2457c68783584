"""Three servers on one ActiveMQ are one."""

import sys
import unittest

import activemq
from activemq import ActiveMq
from nodes_test import Servers

SKIPPED = 77  # to CTest


class NodesActiveMqTest(Servers, unittest.TestCase):
    BROKER = ActiveMq


if __name__ == "__main__":
    if reason := activemq.missing():
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
