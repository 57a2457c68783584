"""Certificates of a test's own issuer, by the command openssl."""

import pathlib
import subprocess
import tempfile

EC = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"


class Certificates:
    """In `folder`: the issuers ca.pem and stranger.pem; broker.pem and broker.key of the ca, for the name localhost."""

    def __init__(self):
        self._temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self._temporary.name)
        for name in ("ca", "stranger"):
            self._openssl(f"req -x509 {EC} -days 2 -subj /CN={name} -keyout {name}.key -out {name}.pem")
        self._openssl(f"req {EC} -subj /CN=broker -addext subjectAltName=DNS:localhost -keyout broker.key -out broker.csr")
        self._openssl("x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy "
                      "-out broker.pem")

    def remove(self):
        self._temporary.cleanup()

    def _openssl(self, arguments):
        subprocess.run(["openssl", *arguments.split()], cwd=self.folder, check=True, capture_output=True)
