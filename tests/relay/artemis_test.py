"""Two servers with a relay share one Artemis. Not among the tests of CTest: its jars are fetched (scripts/test-artemis)."""

import unittest

from artemis import Artemis
from promises import Promises
from servers import Servers
from wildcards import Wildcards


class Unmarked(str):
    """A body that is the same with the mark '!' of what was redelivered and without it."""

    def __eq__(self, other):
        return self.rstrip("!") == other.rstrip("!")

    def __hash__(self):
        return hash(self.rstrip("!"))


class ArtemisTest(Servers, Promises, Wildcards, unittest.TestCase):
    """Artemis does not always say of what comes back that it does: the header `redelivered` is not asked for."""

    make_broker = Artemis

    def bodies(self, *arguments, **options):
        return [Unmarked(body) for body in super().bodies(*arguments, **options)]

    def assert_redelivered(self, message):
        pass


if __name__ == "__main__":
    unittest.main(verbosity=2)
