// The second program of the guide: a WebSocket handler without STOMP that answers every session.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { open } from '../support/raw.mjs';
import { serve, shard_counts } from '../support/suite.mjs';
import { transports } from '../support/transports.mjs';

for (const shards of shard_counts) {
  describe(`raw handler on ${shards} shards`, () => {
    const program = serve('user_greeting', { shards });

    for (const transport of Object.keys(transports)) {
      test(`over ${transport} a message is answered`, async (t) => {
        const { socket, inbox } = await open(t, program.server, transport);
        socket.send(JSON.stringify({ user: `Kim ${transport}` }));
        await heard(inbox, `Hi Kim ${transport}! How may I help you?`);
      });
    }

    test('every session of every transport gets every answer', async (t) => {
      const peers = await Promise.all(Object.keys(transports).map((transport) => open(t, program.server, transport)));
      peers.forEach(({ socket }, i) => socket.send(JSON.stringify({ user: `peer ${i}` })));
      for (const { inbox } of peers) {
        const texts = await inbox.take(peers.length);
        assert.deepEqual(texts.sort(), peers.map((_, i) => `Hi peer ${i}! How may I help you?`).sort());
      }
    });
  });
}

describe('raw handler', () => {
  const program = serve('user_greeting');

  for (const transport of Object.keys(transports)) {
    test(`over ${transport} one session's messages are answered in order`, async (t) => {
      const { socket, inbox } = await open(t, program.server, transport);
      const names = Array.from({ length: 30 }, (_, i) => `in order ${i}`);
      for (const user of names) socket.send(JSON.stringify({ user }));
      assert.deepEqual(await inbox.take(names.length), names.map((user) => `Hi ${user}! How may I help you?`));
    });
  }

  test('the plain WebSocket path below the endpoint works as the endpoint itself', async (t) => {
    const { socket, inbox } = await open(t, program.server, 'WebSocket', '/user/websocket');
    socket.send('{"user":"below"}');
    await heard(inbox, 'Hi below! How may I help you?');
  });

  test('text in any script survives SockJS framing', async (t) => {
    const { socket, inbox } = await open(t, program.server, 'SockJS xhr-polling');
    socket.send(JSON.stringify({ user: '"\\𝄞\u2028\u200f\ufeff<' }));
    await heard(inbox, 'Hi "\\𝄞\u2028\u200f\ufeff<! How may I help you?');
  });

  test('one who left gets no more, and the others do', async (t) => {
    const leaves = await open(t, program.server);
    const stays = await open(t, program.server);
    leaves.socket.close();
    await leaves.closed();
    stays.socket.send('{"user":"stayer"}');
    await heard(stays.inbox, 'Hi stayer! How may I help you?');
  });
});

/** Waits for this text among others. */
async function heard(inbox, text) {
  while (await inbox.next(text) !== text);
}
