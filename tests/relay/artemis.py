"""A private Artemis with STOMP, of jars that `python3 artemis.py` puts into build/artemis: own folders and a free loopback port.
What a test may ask of it is what it may ask of a RabbitMq."""

import pathlib
import subprocess
import sys

from activemq import ActiveMq

HERE = pathlib.Path(__file__).resolve().parent
JARS = HERE.parents[1] / "build/artemis"
CONFIG = """
<configuration xmlns="urn:activemq">
  <core xmlns="urn:activemq:core">
    <name>stentor-test</name>
    <persistence-enabled>true</persistence-enabled>
    <journal-type>NIO</journal-type>
    <journal-file-size>1M</journal-file-size>
    <journal-min-files>2</journal-min-files>
    <journal-pool-files>2</journal-pool-files>
    <paging-directory>{folder}/data/paging</paging-directory>
    <bindings-directory>{folder}/data/bindings</bindings-directory>
    <journal-directory>{folder}/data/journal</journal-directory>
    <large-messages-directory>{folder}/data/large</large-messages-directory>
    <security-enabled>false</security-enabled>
    <max-disk-usage>100</max-disk-usage>
    <acceptors>
      <acceptor name="stomp">tcp://127.0.0.1:{port}?protocols=STOMP;anycastPrefix=/queue/;multicastPrefix=/topic/</acceptor>
    </acceptors>
    <address-settings>
      <address-setting match="#">
        <auto-delete-addresses>false</auto-delete-addresses>
        <dead-letter-address>DLQ</dead-letter-address>
        <max-delivery-attempts>10</max-delivery-attempts>
        <redelivery-delay>0</redelivery-delay>
      </address-setting>
    </address-settings>
  </core>
</configuration>
"""


def install():
    if not list(JARS.glob("artemis-stomp-protocol-*.jar")):
        subprocess.run(["mvn", "-q", "-B", "-f", HERE / "artemis/pom.xml", "dependency:copy-dependencies",
                        f"-DoutputDirectory={JARS}", "-DincludeScope=runtime"], check=True)


class Artemis(ActiveMq):
    name = "Artemis"

    def __init__(self):
        super().__init__()
        (self.folder / "etc").mkdir()
        (self.folder / "etc/broker.xml").write_text(CONFIG.format(folder=self.folder, port=self.port))

    def command(self):
        return ["-cp", f"{JARS}/*", "org.apache.activemq.artemis.core.server.embedded.Main", self.folder]


if __name__ == "__main__":
    sys.exit(install())
