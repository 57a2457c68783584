// A topic's message goes to every subscriber, on whatever transport and shard.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { connect } from '../support/stomp.mjs';
import { serve, shard_counts } from '../support/suite.mjs';
import { transports } from '../support/transports.mjs';

for (const shards of shard_counts) {
  describe(`topics on ${shards} shards`, () => {
    const greeting = serve('greeting', { shards });

    test('two clients on one topic both get what a third sends', async (t) => {
      const [ann, bob, carl] = await Promise.all([1, 2, 3].map(() => connect(t, greeting.server)));
      const inboxes = [await ann.subscribe('/topic/two'), await bob.subscribe('/topic/two')];
      carl.send('/topic/two', 'hi', { 'x-from': 'carl' });
      for (const inbox of inboxes) {
        const message = await inbox.next();
        assert.equal(message.body, 'hi');
        assert.equal(message.headers['x-from'], 'carl');
      }
    });

    test('every transport gets all messages of each sender in order', async (t) => {
      const listeners = await Promise.all(Object.keys(transports).map((transport) => connect(t, greeting.server, { transport })));
      const senders = await Promise.all(Object.keys(transports).map((transport) => connect(t, greeting.server, { transport })));
      const inboxes = await Promise.all(listeners.map((listener) => listener.subscribe('/topic/order')));
      const count = 50;
      for (let number = 0; number < count; ++number) {
        senders.forEach((sender, from) => sender.send('/topic/order', { from, number }));
      }
      const numbers = Array.from({ length: count }, (_, number) => number);
      for (const inbox of inboxes) {
        const messages = (await inbox.take(count * senders.length)).map((message) => JSON.parse(message.body));
        senders.forEach((_, from) => {
          assert.deepEqual(messages.filter((message) => message.from === from).map((message) => message.number), numbers);
        });
      }
    });

    test('after UNSUBSCRIBE nothing more comes, other subscriptions go on', async (t) => {
      const session = await connect(t, greeting.server);
      const left = await session.subscribe('/topic/left');
      const kept = await session.subscribe('/topic/left');
      await session.receipt((headers) => left.subscription.unsubscribe(headers));
      session.send('/topic/left', 'later');
      await kept.next();
      assert.deepEqual(left.rest, []);
    });

    test('a topic is not its neighbour', async (t) => {
      const session = await connect(t, greeting.server);
      const near = await session.subscribe('/topic/neighbour');
      const far = await session.subscribe('/topic/neighbour/2');
      session.send('/topic/neighbour', '1');
      session.send('/topic/neighbour/2', '2');
      assert.equal((await far.next()).body, '2');
      assert.equal((await near.next()).body, '1');
      assert.deepEqual(near.rest, []);
    });
  });
}
