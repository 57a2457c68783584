"""scripts/hostile-mix for a short time: honest clients beside attackers."""

import os
import subprocess
import sys
import unittest

from server import ROOT, STENTOR


class HostileMix(unittest.TestCase):
    def test_honest_clients_are_served_beside_attackers(self):
        done = subprocess.run([sys.executable, ROOT / "scripts/hostile-mix", "--seconds", "20", "--clients", "60", "--attackers", "30"],
                              env={**os.environ, "STENTOR_BIN": str(STENTOR.parent)}, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
