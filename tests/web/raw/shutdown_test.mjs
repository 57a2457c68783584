// SIGTERM: WebSocket sessions are told 1001 "going away" (RFC 6455, 7.4.1), SockJS sessions end, the program exits 0.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RawStomp } from '../support/raw_stomp.mjs';
import { open } from '../support/raw.mjs';
import { Server } from '../support/server.mjs';
import { connect } from '../support/stomp.mjs';
import { shard_counts } from '../support/suite.mjs';
import { sockjs_transports } from '../support/transports.mjs';

for (const shards of shard_counts) {
  test(`raw WebSocket sessions on ${shards} shards are closed with 1001`, async (t) => {
    const server = await Server.start('user_greeting', { shards });
    const peers = await Promise.all(Array.from({ length: 20 }, () => open(t, server)));
    await server.stop();
    for (const peer of peers) assert.equal((await peer.closed()).code, 1001);
  });

  test(`STOMP sessions on ${shards} shards are closed with 1001`, async (t) => {
    const server = await Server.start('greeting', { shards });
    const idle = await RawStomp.connected(t, server);
    const busy = await connect(t, server);
    await busy.subscribe('/topic/greeting');
    busy.send('/app/hello', { name: 'cut off' });
    busy.send('/app/hello-blocking', { name: 'cut off' });
    await server.stop();
    assert.equal(await idle.closed(), 1001);
    assert.equal((await busy.closes.next('close')).code, 1001);
  });
}

for (const transport of Object.keys(sockjs_transports)) {
  test(`a ${transport} session ends`, async (t) => {
    const server = await Server.start('user_greeting');
    const peer = await open(t, server, transport);
    await server.stop();
    await peer.closed();
  });
}

test('a peer that never answers the close does not keep the program', async (t) => {
  const server = await Server.start('user_greeting');
  const peer = await open(t, server);
  peer.socket._socket.pause();
  await server.stop();
});
