"""The fuzzing client: python3-autobahn's WebSocket client with what the suite's cases call it by."""

import time

from autobahn.twisted.websocket import WebSocketClientFactory, WebSocketClientProtocol, connectWS
from autobahn_suite import to_bytes
from twisted.internet import reactor

UNREACHABLE_AFTER = 3  # connections in a row that were refused


class CaseClient(WebSocketClientProtocol):
    """One case's connection. The camelCase methods are called by the case or by autobahn."""

    def connectionMade(self):
        self.connectionWasOpen = False
        self.createWirelog = False
        self.txFrameStats, self.rxFrameStats = {}, {}
        self.begun = time.monotonic()
        self._timers = []
        super().connectionMade()

    # Called by the case.

    def sendFrame(self, opcode, payload=b"", **options):
        if options.get("mask") is not None:
            options["mask"] = to_bytes(options["mask"])
        super().sendFrame(opcode, payload=to_bytes(payload), **options)

    def sendMessage(self, payload, isBinary=False, *arguments, **options):
        super().sendMessage(to_bytes(payload), isBinary, *arguments, **options)

    def sendMessageFrameData(self, payload, sync=False):
        return super().sendMessageFrameData(to_bytes(payload), sync)

    def sendCloseFrame(self, code=None, reasonUtf8=None, isReply=False):
        super().sendCloseFrame(code, to_bytes(reasonUtf8), isReply)

    def enableWirelog(self, enable):
        self.createWirelog = enable

    def continueLater(self, delay, function, tag=None):
        self._later(delay, function)

    def killAfter(self, delay):
        self._later(delay, self._fail_connection)

    def closeAfter(self, delay):
        self._later(delay, self.sendClose)

    def _later(self, delay, function):
        self._timers.append(reactor.callLater(delay, lambda: self.state != self.STATE_CLOSED and function()))

    # Called by autobahn.

    def logTxFrame(self, frameHeader, payload, repeatLength, chopsize, sync):
        self.txFrameStats[frameHeader.opcode] = self.txFrameStats.get(frameHeader.opcode, 0) + 1

    def logRxFrame(self, frameHeader, payload):
        self.rxFrameStats[frameHeader.opcode] = self.rxFrameStats.get(frameHeader.opcode, 0) + 1

    def onOpen(self):
        self.connectionWasOpen = True
        self.begun = time.monotonic()
        self.runCase.onOpen()

    def onMessage(self, payload, isBinary):
        takes_bytes = hasattr(self.runCase, "TESTDATA")  # 12.x and 13.x read theirs from files
        self.runCase.onMessage(payload if takes_bytes else payload.decode("latin-1"), isBinary)

    def onPing(self, payload):
        self.sendPong(payload)

    def onPong(self, payload):
        self.runCase.onPong(payload.decode("latin-1"))

    def onClose(self, wasClean, code, reason):
        self.runCase.onClose(wasClean, code, reason)

    def connectionLost(self, reason):
        super().connectionLost(reason)
        for timer in self._timers:
            if timer.active():
                timer.cancel()
        self.runCase.onConnectionLost(self.failedByMe)
        self.factory.finished(self)


class FuzzingClient(WebSocketClientFactory):
    """Runs the cases one after the other, each on a connection of its own. `results` is by case id."""

    noisy = False

    def __init__(self, url, cases, count=None, told=lambda case_id, result: None):
        super().__init__(url=url, useragent="Autobahn|Testsuite")
        self.setProtocolOptions(failByDrop=False, openHandshakeTimeout=10)
        self.logFrames = True
        self.results = {}
        self._count, self._told = count, told
        self._waiting = iter(cases.items())
        self._refused = 0

    def run(self):
        reactor.callWhenRunning(self._begin)
        reactor.run()

    def _begin(self):
        if self._take():
            connectWS(self, timeout=10)

    def _take(self):
        self._case_id, self._case = next(self._waiting, (None, None))
        if self._case_id is None:
            reactor.stop()
        return self._case_id is not None

    def buildProtocol(self, address):
        if self._count and hasattr(self._case, "COUNT"):
            self._case.COUNT = min(self._case.COUNT, self._count)
        client = CaseClient()
        client.factory = self
        client.runCase = self._case(client)
        return client

    def finished(self, client):
        case = client.runCase
        self._note({
            "behavior": case.behavior, "result": case.result, "behaviorClose": case.behaviorClose,
            "resultClose": case.resultClose, "remoteCloseCode": client.remoteCloseCode,
            "milliseconds": int((time.monotonic() - client.begun) * 1000)})

    def _note(self, result):
        self.results[self._case_id] = result
        self._told(self._case_id, result)

    def clientConnectionLost(self, connector, reason):
        self._refused = 0
        if self._take():
            connector.connect()

    def clientConnectionFailed(self, connector, reason):
        self._note({"behavior": "FAILED", "result": f"no connection: {reason.getErrorMessage()}",
                    "behaviorClose": "FAILED", "resultClose": "", "remoteCloseCode": None, "milliseconds": 0})
        self._refused += 1
        if self._refused == UNREACHABLE_AFTER:
            reactor.stop()
        elif self._take():
            connector.connect()
