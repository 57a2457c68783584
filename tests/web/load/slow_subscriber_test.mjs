// A subscriber that never reads is closed once its bounded buffer is full; those who read get everything.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';

import { RawStomp } from '../support/raw_stomp.mjs';
import { connect } from '../support/stomp.mjs';
import { serve, shard_counts } from '../support/suite.mjs';

const body = 'x'.repeat(1024);
const batch = 200;
const most_batches = 300;  // 60 MiB: more than the kernel's buffers and the server's together

for (const shards of shard_counts) {
  describe(`a subscriber that never reads, on ${shards} shards`, () => {
    // Freed memory that AddressSanitizer keeps aside would count as growth.
    const greeting = serve('greeting', { shards, env: { ASAN_OPTIONS: 'quarantine_size_mb=1' } });

    test('is closed while the others get every message in order', { timeout: 250_000 }, async (t) => {
      const sender = await connect(t, greeting.server);
      const reader = await connect(t, greeting.server);
      const inbox = await reader.subscribe('/topic/flood');
      const stuck = await RawStomp.connected(t, greeting.server);
      stuck.send('SUBSCRIBE\nid:0\ndestination:/topic/flood\nreceipt:subscribed\n\n\0');
      await stuck.frame('RECEIPT');
      stuck.socket._socket.pause();
      let gone = false;
      // A paused socket is not told of a close; writing to it is: the peer's RST comes back as an error.
      stuck.socket._socket.on('close', () => { gone = true; });
      const before = await resident(greeting.server);
      let sent = 0;
      for (let round = 0; round < most_batches && !gone; ++round) {
        for (let i = 0; i < batch; ++i) sender.send('/topic/flood', body, { number: String(sent++) });
        const messages = await inbox.take(batch);
        assert.deepEqual(messages.map((message) => Number(message.headers.number)),
          Array.from({ length: batch }, (_, i) => sent - batch + i));
        if (!stuck.socket._socket.destroyed) stuck.send('\n');
      }
      assert.ok(gone, `still connected after ${sent} unread messages`);
      const grown = await resident(greeting.server) - before;
      assert.ok(grown < 64 * 1024, `the server grew by ${grown} KiB`);
      t.diagnostic(`closed after ${sent} unread messages; the server grew by ${grown} KiB`);
    });
  });
}

/** KiB of the server's memory in use. */
async function resident(server) {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${server.pid}/status`, 'utf8'))[1]);
}
