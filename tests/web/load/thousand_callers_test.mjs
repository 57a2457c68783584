// A thousand sockets call a controller at once: each call waits a second in a coroutine, none is lost.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RawStomp } from '../support/raw_stomp.mjs';
import { connect } from '../support/stomp.mjs';
import { serve, shard_counts } from '../support/suite.mjs';

const callers = 1000;

for (const shards of shard_counts) {
  describe(`a thousand callers on ${shards} shards`, () => {
    const greeting = serve('greeting', { shards });

    test('every call is answered, to everyone who listens', async (t) => {
      const listeners = await Promise.all(Array.from({ length: 10 }, () => connect(t, greeting.server)));
      const inboxes = await Promise.all(listeners.map((listener) => listener.subscribe('/topic/greeting')));
      const peers = await Promise.all(Array.from({ length: callers }, () => RawStomp.connected(t, greeting.server)));
      const begun = performance.now();
      peers.forEach((peer, i) => peer.send(`SEND\ndestination:/app/hello\nreceipt:${i}\n\n{"name":"caller ${i}"}\0`));
      await Promise.all(peers.map((peer) => peer.frame('RECEIPT')));
      const expected = peers.map((_, i) => `Hello, caller ${i}!`).sort();
      for (const inbox of inboxes) {
        const messages = await inbox.take(callers, 'greetings');
        assert.deepEqual(messages.map((message) => JSON.parse(message.body).content).sort(), expected);
      }
      const took = performance.now() - begun;
      assert.ok(took < 15_000, `took ${Math.round(took)} ms`);
      t.diagnostic(`${callers} calls answered in ${Math.round(took)} ms`);
    });
  });
}
