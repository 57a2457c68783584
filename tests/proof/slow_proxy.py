"""A proxy for TCP that can be slow and can cut what goes through it; a process of its own.

Usage: slow_proxy.py PORT TO-PORT, then lines on its standard input: `slow BYTES-A-SECOND` (of each connection, each way),
`fast`, `cut`."""

import asyncio
import sys

CHUNK = 65536


class Proxy:
    def __init__(self, to_port):
        self._to_port, self._rate = to_port, None
        self._writers = set()

    async def connected(self, reader, writer):
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        self._writers -= {writer, back}
        writer.transport.abort()
        back.transport.abort()

    async def _pass(self, reader, writer):
        """What one side ended the other side ends too."""
        try:
            while got := await reader.read(CHUNK if self._rate is None else max(1, self._rate // 20)):
                writer.write(got)
                await writer.drain()
                if self._rate is not None:
                    await asyncio.sleep(len(got) / self._rate)
        except OSError:
            pass
        writer.transport.abort() if writer.transport.is_closing() else writer.close()

    def command(self, line):
        word, *number = line.split()
        if word == "cut":
            for writer in list(self._writers):
                writer.transport.abort()
        else:
            self._rate = int(number[0]) if word == "slow" else None


async def main(port, to_port):
    proxy = Proxy(to_port)
    await asyncio.start_server(proxy.connected, "127.0.0.1", port, limit=CHUNK)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    print("ready", flush=True)
    while line := await commands.readline():
        proxy.command(line.decode())


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
