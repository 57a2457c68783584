"""What the documentation says about the configuration is so."""

import re
import unittest

from server import ROOT, ServerTest, run

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SAMPLE = re.compile(r"^```toml\n(.*?)^```", re.M | re.S)
BCRYPT = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"
SETTING = re.compile(r"^  ([a-z._]+)(?:  (STENTOR_\w+))?(?:  (.+))?$", re.M)


class Documentation(ServerTest):
    def test_every_sample_is_correct(self):
        samples = [(page, text) for page in PAGES if page.exists() for text in SAMPLE.findall(page.read_text())]
        self.assertTrue(samples)
        (self.folder / "users").touch(0o600)
        (self.folder / "users").write_text(f"alice:{BCRYPT}\n")
        for page, text in samples:
            with self.subTest(page=page.name, sample=text):
                done = run("check", "--config", self.write(text))
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_reference_has_every_setting_of_the_program(self):
        reference = (ROOT / "docs/configuration.md").read_text()
        told = SETTING.findall(run("serve", "--help").stdout.partition("variables and defaults:\n")[2])
        self.assertGreater(len(told), 30)
        for setting, variable, default in told:
            with self.subTest(setting=setting):
                if not variable:
                    self.assertIn(f"### `[[{setting}]]`", reference)
                    continue
                name = setting.rpartition(".")[2]
                row = re.search(rf"^\| `{name}` \| [a-z ]+ \| (.*?) \| `{variable}` \|", reference, re.M)
                self.assertIsNotNone(row)
                self.assertEqual(in_bytes(row[1].strip("`")), default or "none")

    def test_the_settings_of_the_reference_are_taken_with_their_defaults(self):
        rows = re.findall(r"^\| `\w+` \| [a-z ]+ \| `(.*?)` \| `(STENTOR_\w+)` \|",
                          (ROOT / "docs/configuration.md").read_text(), re.M)
        self.assertGreater(len(rows), 30)
        variables = {variable: re.sub(r'[\[\]" ]', "", default) for default, variable in rows}
        tables = {"stomp-relay": "STENTOR_BROKER_RELAY_", "kafka": "STENTOR_BROKER_KAFKA_"}
        for broker in ("simple", *tables):
            wrong = tuple(begin for type_, begin in tables.items() if type_ != broker)
            given = {name: value for name, value in variables.items() if not name.startswith(wrong)}
            self.assertNotEqual(variables, given)
            given["STENTOR_BROKER_TYPE"] = broker
            done = run("check", "--config", self.write(""), variables=given)
            self.assertEqual((done.returncode, done.stderr), (0, ""))


def in_bytes(text):
    """A size as a number, anything else as it is."""
    found = re.fullmatch(r'"(\d+)(KiB|MiB|GiB)"', text)
    return str(int(found[1]) << {"KiB": 10, "MiB": 20, "GiB": 30}[found[2]]) if found else text


if __name__ == "__main__":
    unittest.main()
