"""A private RabbitMQ with its STOMP plugin: a broker process with an own node, cookie and port mapper."""

import os
import pathlib

from broker_process import BrokerProcess

SERVER = pathlib.Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # Debian's own wrapper would change to another user
CONFIG = """
listeners.tcp.1 = 127.0.0.1:{amqp}
stomp.listeners.tcp.1 = 127.0.0.1:{stomp}
vm_memory_high_watermark.absolute = 256MB
disk_free_limit.absolute = 10MB
default_permissions.configure = ^(?!forbidden).*
default_permissions.read = .*
default_permissions.write = .*
"""


class RabbitMq(BrokerProcess):
    name = "RabbitMQ"

    def __init__(self):
        super().__init__(ports=4)
        _, self._amqp, dist, self._epmd_port = self.ports
        (self.folder / "rabbitmq.conf").write_text(CONFIG.format(amqp=self._amqp, stomp=self.port))
        (self.folder / "enabled_plugins").write_text("[rabbitmq_stomp].\n")
        (self.folder / "rabbitmq-env.conf").write_text("")
        self._environment = {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "stentor-test@localhost",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"), "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"), "RABBITMQ_DIST_PORT": str(dist),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
        }

    def launch(self):
        self.run("epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1", environment=self._environment)
        self.wait_until_open(self._epmd_port)
        self.run(SERVER, environment=self._environment)
