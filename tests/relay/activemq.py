"""A private ActiveMQ with its STOMP connector."""

import os
import pathlib
import shutil

from broker_process import BrokerProcess

HOME = pathlib.Path("/usr/share/activemq")  # Debian's package, which has a service for it but no start script
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


class ActiveMq(BrokerProcess):
    name = "ActiveMQ"

    def __init__(self):
        super().__init__(ports=1)
        (self.folder / "activemq.xml").write_text(CONFIG.format(folder=self.folder, port=self.port))

    def command(self):
        """What Java runs."""
        folder = self.folder
        return [f"-Dactivemq.home={HOME}", f"-Dactivemq.base={folder}", f"-Dactivemq.conf={folder}",
                f"-Dactivemq.data={folder}/data", "-jar", HOME / "bin/activemq.jar", "start",
                f"xbean:file:{folder}/activemq.xml"]

    def launch(self):
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder)}
        self.run(*self.java("-Djava.net.preferIPv4Stack=true", "-Djava.security.egd=file:/dev/urandom",
                            f"-Djava.io.tmpdir={self.folder}", *self.command()), environment=environment)
