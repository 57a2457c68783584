"""Two servers with a relay share one Artemis. Not among the tests of CTest: its jars are fetched (scripts/test-artemis)."""

import unittest

from artemis import Artemis
from promises import Promises
from servers import Servers
from wildcards import Wildcards


class ArtemisTest(Servers, Promises, Wildcards, unittest.TestCase):
    make_broker = Artemis


if __name__ == "__main__":
    unittest.main(verbosity=2)
