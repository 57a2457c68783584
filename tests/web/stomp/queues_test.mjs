// A queue's message goes to exactly one subscriber, in turn, on whatever transport and shard.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { connect } from '../support/stomp.mjs';
import { serve, shard_counts } from '../support/suite.mjs';
import { transports } from '../support/transports.mjs';
import { until } from '../support/wait.mjs';

for (const shards of shard_counts) {
  describe(`queues on ${shards} shards`, () => {
    const greeting = serve('greeting', { shards });

    test('every message is seen exactly once in all', async (t) => {
      const consumers = await Promise.all(Object.keys(transports).map((transport) => connect(t, greeting.server, { transport })));
      const inboxes = await Promise.all(consumers.map((consumer) => consumer.subscribe('/queue/once')));
      const senders = await Promise.all([1, 2, 3].map(() => connect(t, greeting.server)));
      const sent = [];
      for (let number = 0; number < 40; ++number) {
        senders.forEach((sender, from) => {
          sent.push(`${from}-${number}`);
          sender.send('/queue/once', sent.at(-1));
        });
      }
      const seen = () => inboxes.flatMap((inbox) => inbox.all.map((message) => message.body));
      await until(() => seen().length >= sent.length, 'as many messages as were sent');
      await Promise.all(consumers.map((consumer) => consumer.disconnect()));  // whatever else was on its way is here
      assert.deepEqual(seen().sort(), sent.sort());
      for (const inbox of inboxes) assert.ok(inbox.all.length > 0, 'a consumer got nothing: no round robin');
    });

    test('consumers are served in turn', async (t) => {
      const consumers = await Promise.all([1, 2, 3].map(() => connect(t, greeting.server)));
      const inboxes = await Promise.all(consumers.map((consumer) => consumer.subscribe('/queue/turn')));
      const sender = await connect(t, greeting.server);
      for (let number = 0; number < 30; ++number) sender.send('/queue/turn', String(number));
      for (const inbox of inboxes) await inbox.take(10, 'messages of an equal share');
    });

    test('the messages of one who left go to the others', async (t) => {
      const stays = await connect(t, greeting.server);
      const leaves = await connect(t, greeting.server);
      const kept = await stays.subscribe('/queue/leave');
      await leaves.subscribe('/queue/leave');
      await leaves.disconnect();
      for (let number = 0; number < 10; ++number) stays.send('/queue/leave', String(number));
      assert.deepEqual((await kept.take(10)).map((message) => message.body), [...'0123456789']);
    });
  });
}
