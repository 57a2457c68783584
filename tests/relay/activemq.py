"""A private ActiveMQ with its STOMP connector: own folders and a free loopback port. Its data live as long as the object,
over stops and starts. What a test may ask of it is what it may ask of a RabbitMq."""

import atexit
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from rabbitmq import established, free_ports, is_open

HOME = pathlib.Path("/usr/share/activemq")  # Debian's package, which has a service for it but no start script
DEADLINE = 60
CONFIG = """
<beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans-2.0.xsd
  http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
  <broker xmlns="http://activemq.apache.org/schema/core" brokerName="stentor-test" useJmx="false" advisorySupport="false"
          dataDirectory="{folder}/data">
    <destinationPolicy>
      <policyMap>
        <policyEntries>
          <policyEntry queue=">" persistJMSRedelivered="true"/>
        </policyEntries>
      </policyMap>
    </destinationPolicy>
    <persistenceAdapter>
      <kahaDB directory="{folder}/data" journalMaxFileLength="4mb"/>
    </persistenceAdapter>
    <plugins>
      <simpleAuthenticationPlugin>
        <users>
          <authenticationUser username="guest" password="guest" groups="users"/>
          <authenticationUser username="limited" password="limited" groups="limited"/>
        </users>
      </simpleAuthenticationPlugin>
      <authorizationPlugin>
        <map>
          <authorizationMap>
            <authorizationEntries>
              <authorizationEntry queue=">" read="users" write="users" admin="users"/>
              <authorizationEntry topic=">" read="users" write="users" admin="users"/>
              <authorizationEntry queue="allowed.>" read="limited" write="limited" admin="limited"/>
              <authorizationEntry topic="allowed.>" read="limited" write="limited" admin="limited"/>
            </authorizationEntries>
          </authorizationMap>
        </map>
      </authorizationPlugin>
    </plugins>
    <transportConnectors>
      <transportConnector name="stomp" uri="stomp+nio://127.0.0.1:{port}"/>
    </transportConnectors>
  </broker>
</beans>
"""


def missing():
    """Why it cannot be started here; None when it can."""
    if not (HOME / "bin/activemq.jar").exists():
        return "there is no package activemq here: run scripts/setup --tests (not every release has one)"
    return None if shutil.which("java") else "there is no Java here: run scripts/setup --tests"


class ActiveMq:
    name = "ActiveMQ"

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="stentor-activemq-"))
        self.port, = free_ports(1)
        (self.folder / "activemq.xml").write_text(CONFIG.format(folder=self.folder, port=self.port))
        self._server = None
        atexit.register(self.remove)  # whatever happens to the tests

    def command(self):
        """What Java runs."""
        folder = self.folder
        return [f"-Dactivemq.home={HOME}", f"-Dactivemq.base={folder}", f"-Dactivemq.conf={folder}",
                f"-Dactivemq.data={folder}/data", "-jar", HOME / "bin/activemq.jar", "start",
                f"xbean:file:{folder}/activemq.xml"]

    def start(self):
        """Returns when STOMP connections are accepted."""
        folder = self.folder
        command = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true",
                   "-Djava.security.egd=file:/dev/urandom", f"-Djava.io.tmpdir={folder}", *self.command()]
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder)}
        with open(folder / "output", "ab") as log:
            self._server = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, start_new_session=True)
        self._wait()

    def is_running(self):
        return self._server is not None

    def stop(self):
        """As an operator does."""
        self._end(signal.SIGTERM)

    def kill(self):
        """As by a power cut."""
        self._end(signal.SIGKILL)

    def pause(self):
        os.killpg(self._server.pid, signal.SIGSTOP)

    def resume(self):
        os.killpg(self._server.pid, signal.SIGCONT)

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connections(self):
        """How many STOMP clients are connected."""
        return established(self.port)

    def _end(self, by):
        if self._server is None:
            return
        try:
            os.killpg(self._server.pid, by)
            self._server.wait(DEADLINE)
        except ProcessLookupError:
            self._server.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self._end(signal.SIGKILL)
        self._server = None

    def _wait(self):
        end = time.monotonic() + DEADLINE
        while not is_open(self.port):
            if self._server.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"{self.name} did not start:\n{(self.folder / 'output').read_text()}")
            time.sleep(0.1)
