// STOMP 1.2, "SUBSCRIBE: ack Header", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT", and the same of 1.1 and 1.0, as a client
// sees them at the built-in broker's queues.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';

import { serve } from '../support/suite.mjs';

export function acknowledging(client) {
  const run = randomUUID().slice(0, 8);  // a broker behind the server keeps queues over runs
  describe(`${client.name}, acknowledging`, { concurrency: true }, () => {
    const conformance = serve('conformance', { stomp: true });
    const open = (t, version) => client.connect(t, conformance.server, { version });

    /** A new session's next message on the queue: what the sessions before it have not acknowledged. */
    async function next_for_another(t, version, queue) {
      const inbox = await (await open(t, version)).subscribe(queue);
      return inbox.message();
    }

    for (const version of ['1.0', '1.1', '1.2']) {
      test(`STOMP ${version}: what is not acknowledged when a session ends goes to another, redelivered`, async (t) => {
        const queue = `/queue/returned-${run}-${version.at(-1)}`;
        const leaves = await open(t, version);
        const inbox = await leaves.subscribe(queue, { ack: 'client' });
        for (const text of ['one', 'two']) await leaves.receipt((asking) => leaves.send(queue, text, asking));
        const first = await inbox.message();
        assert.notEqual(first.headers.redelivered, 'true');
        await inbox.message();
        await leaves.receipt((asking) => first.ack(asking));
        await leaves.disconnect();
        const again = await next_for_another(t, version, queue);
        assert.equal(again.text, 'two');
        assert.equal(again.headers.redelivered, 'true');
      });

      test(`STOMP ${version}: in the mode client an ACK is for all messages before it too`, async (t) => {
        const queue = `/queue/cumulative-${run}-${version.at(-1)}`;
        const leaves = await open(t, version);
        const inbox = await leaves.subscribe(queue, { ack: 'client' });
        for (const text of ['one', 'two', 'three', 'four']) leaves.send(queue, text);
        const messages = [await inbox.message(), await inbox.message(), await inbox.message(), await inbox.message()];
        await leaves.receipt((asking) => messages[2].ack(asking));
        await leaves.disconnect();
        assert.equal((await next_for_another(t, version, queue)).text, 'four');
      });

      test(`STOMP ${version}: what a transaction holds is sent at COMMIT, in order, and not before`, async (t) => {
        const session = await open(t, version);
        const inbox = await session.subscribe(`/topic/committed-${run}-${version.at(-1)}`);
        const transaction = session.begin();
        for (const text of ['one', 'two']) session.send(`/topic/committed-${run}-${version.at(-1)}`, text, { transaction: transaction.id });
        await session.receipt((asking) => session.send(`/topic/committed-${run}-${version.at(-1)}`, 'outside', asking));
        transaction.commit();
        const texts = [];
        for (let i = 0; i < 3; ++i) texts.push((await inbox.message()).text);
        assert.deepEqual(texts, ['outside', 'one', 'two']);
      });

      test(`STOMP ${version}: what an aborted transaction held is not sent`, async (t) => {
        const session = await open(t, version);
        const inbox = await session.subscribe(`/topic/aborted-${run}-${version.at(-1)}`);
        const transaction = session.begin();
        session.send(`/topic/aborted-${run}-${version.at(-1)}`, 'inside', { transaction: transaction.id });
        transaction.abort();
        session.send(`/topic/aborted-${run}-${version.at(-1)}`, 'outside');
        assert.equal((await inbox.message()).text, 'outside');
        assert.deepEqual(inbox.rest, []);
      });

      test(`STOMP ${version}: an ACK in a transaction counts when it is committed, not when it is aborted`, async (t) => {
        const queue = `/queue/transaction-${run}-${version.at(-1)}`;
        const leaves = await open(t, version);
        const inbox = await leaves.subscribe(queue, { ack: 'client' });
        for (const text of ['one', 'two']) leaves.send(queue, text);
        const [one, two] = [await inbox.message(), await inbox.message()];
        const committed = leaves.begin();
        one.ack({ transaction: committed.id });
        committed.commit();
        const aborted = leaves.begin();
        two.ack({ transaction: aborted.id });
        aborted.abort();
        await leaves.receipt((asking) => leaves.send('/topic/all-of-it-arrived', '', asking));
        await leaves.disconnect();
        assert.equal((await next_for_another(t, version, queue)).text, 'two');
      });
    }

    for (const version of ['1.1', '1.2']) {
      test(`STOMP ${version}: in the mode client-individual an ACK is for one message`, async (t) => {
        const queue = `/queue/individual-${run}-${version.at(-1)}`;
        const leaves = await open(t, version);
        const inbox = await leaves.subscribe(queue, { ack: 'client-individual' });
        for (const text of ['one', 'two', 'three']) leaves.send(queue, text);
        const messages = [await inbox.message(), await inbox.message(), await inbox.message()];
        for (const index of [2, 0]) await leaves.receipt((asking) => messages[index].ack(asking));
        await leaves.disconnect();
        const stays = await open(t, version);
        const rest = await stays.subscribe(queue);
        assert.equal((await rest.message()).text, 'two');
        stays.send(queue, 'later');
        assert.equal((await rest.message()).text, 'later');
      });

      for (const mode of ['client', 'client-individual']) {
        test(`STOMP ${version}: after a NACK in the mode ${mode} the message comes again, redelivered`, async (t) => {
          const queue = `/queue/nack-${mode}-${run}-${version.at(-1)}`;
          const session = await open(t, version);
          const inbox = await session.subscribe(queue, { ack: mode });
          session.send(queue, 'once more');
          const message = await inbox.message();
          assert.notEqual(message.headers.redelivered, 'true');
          message.nack();
          const again = await inbox.message();
          assert.equal(again.text, 'once more');
          assert.equal(again.headers.redelivered, 'true');
          await session.receipt((asking) => again.ack(asking));
          session.send(queue, 'next');
          const next = await inbox.message();
          assert.equal(next.text, 'next');
          await session.receipt((asking) => next.ack(asking));  // a broker's queue outlives the program
        });
      }

      test(`STOMP ${version}: a message that each of two consumers gets wrong is lost by neither`, async (t) => {
        const queue = `/queue/two-${run}-${version.at(-1)}`;
        const [one, other] = [await open(t, version), await open(t, version)];
        const left = await one.subscribe(queue, { ack: 'client-individual' });
        const kept = await other.subscribe(queue, { ack: 'client-individual' });
        const sent = ['a', 'b', 'c', 'd'];
        for (const text of sent) one.send(queue, text);
        const refused = [await left.message(), await left.message()];
        const seen = [await kept.message(), await kept.message()];
        for (const message of seen) message.ack();
        await left.unsubscribe();  // what it had goes to the other
        while (seen.length < sent.length) {
          const message = await kept.message();
          assert.equal(message.headers.redelivered, 'true');
          assert.ok(refused.some(({ text }) => text === message.text), `${message.text} was not under way`);
          message.ack();
          seen.push(message);
        }
        assert.deepEqual(seen.map(({ text }) => text).sort(), sent);
      });

      test(`STOMP ${version}: an ACK for no message is an ERROR`, async (t) => {
        const queue = `/queue/twice-${run}-${version.at(-1)}`;
        const session = await open(t, version);
        const inbox = await session.subscribe(queue, { ack: 'client-individual' });
        session.send(queue, 'once');
        const message = await inbox.message();
        message.ack();
        message.ack();
        await session.errors.next('ERROR');
        await session.ended();
      });
    }
  });
}
