// What every STOMP client finds at the program `conformance`, whatever it is written in and speaks over.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';

import { serve } from '../support/suite.mjs';
import { until } from '../support/wait.mjs';

const bodies = {
  'a text': 'Hello, World!',
  'a text beyond ASCII': 'Grüße, 世界 \u{1f600}',
  'nothing': '',
  '64 KiB': '0123456789abcdef'.repeat(4096),
};
const octets = Uint8Array.from({ length: 1024 }, (_, i) => i & 0xff);

/**
 * `client`: its name, what it can do (`octets` for bodies that are no text, `escapes` in which versions, `last_words` sent
 * right before DISCONNECT), and connect(t, server, {version, login, passcode}).
 */
export function messaging(client) {
  const run = randomUUID().slice(0, 8);  // a broker behind the server keeps queues over runs
  describe(client.name, { concurrency: true }, () => {
    const conformance = serve('conformance', { stomp: true });
    const open = (t, options) => client.connect(t, conformance.server, options);

    for (const version of ['1.0', '1.1', '1.2']) {
      test(`STOMP ${version}: the version asked for is agreed on`, async (t) => {
        assert.equal((await open(t, { version })).version, version);
      });

      for (const [name, body] of Object.entries(bodies)) {
        test(`STOMP ${version}: ${name} comes back the same`, async (t) => {
          const session = await open(t, { version });
          const inbox = await session.subscribe(`/topic/bodies-${run}-${version.at(-1)}-${name}`.replaceAll(' ', '-'));
          session.send(`/topic/bodies-${run}-${version.at(-1)}-${name}`.replaceAll(' ', '-'), body, { 'content-type': 'text/plain' });
          const message = await inbox.message();
          assert.equal(message.text, body);
          assert.equal(message.headers['content-type'], 'text/plain');
        });
      }

      test(`STOMP ${version}: every octet comes back the same`, { skip: !client.octets && 'texts only' }, async (t) => {
        const session = await open(t, { version });
        const inbox = await session.subscribe(`/topic/octets-${run}-${version.at(-1)}`);
        session.send(`/topic/octets-${run}-${version.at(-1)}`, octets, { 'content-type': 'application/octet-stream' });
        assert.deepEqual(new Uint8Array((await inbox.message()).bytes), octets);
      });

      test(`STOMP ${version}: SUBSCRIBE, SEND and UNSUBSCRIBE are receipted, then nothing comes any more`, async (t) => {
        const session = await open(t, { version });
        const left = await session.subscribe(`/topic/left-${run}-${version.at(-1)}`);
        const kept = await session.subscribe(`/topic/kept-${run}-${version.at(-1)}`);
        await session.receipt((asking) => session.send(`/topic/left-${run}-${version.at(-1)}`, 'before', asking));
        assert.equal((await left.message()).text, 'before');
        await left.unsubscribe();
        session.send(`/topic/left-${run}-${version.at(-1)}`, 'after');
        session.send(`/topic/kept-${run}-${version.at(-1)}`, 'after');
        assert.equal((await kept.message()).text, 'after');
        assert.deepEqual(left.rest, []);
      });

      test(`STOMP ${version}: each message of a queue reaches one of two consumers`, async (t) => {
        const [one, other] = [await open(t, { version }), await open(t, { version })];
        const inboxes = [await one.subscribe(`/queue/share-${run}-${version.at(-1)}`), await other.subscribe(`/queue/share-${run}-${version.at(-1)}`)];
        const sent = Array.from({ length: 20 }, (_, number) => `message ${number}`);
        for (const text of sent) one.send(`/queue/share-${run}-${version.at(-1)}`, text);
        await until(() => inboxes[0].all.length + inboxes[1].all.length >= sent.length, 'as many messages as were sent');
        const seen = [];
        for (const inbox of inboxes) {
          assert.ok(inbox.all.length > 0, 'a consumer got nothing');
          while (inbox.rest.length > 0) seen.push((await inbox.message()).text);
        }
        assert.deepEqual(seen.sort(), sent.sort());
      });

      test(`STOMP ${version}: a controller answers`, async (t) => {
        const session = await open(t, { version });
        const inbox = await session.subscribe('/topic/greeting');
        const name = `${client.name} ${version}`;
        session.send('/app/hello', JSON.stringify({ name }), { 'content-type': 'application/json' });
        for (;;) {  // others' greetings come here too
          if (JSON.parse((await inbox.message()).text).content === `Hello, ${name}!`) break;
        }
      });

      test(`STOMP ${version}: SEND to no destination of the server is an ERROR that ends the session`, async (t) => {
        const session = await open(t, { version });
        session.send('/nowhere/at/all', 'lost');
        assert.match((await session.errors.next('ERROR')).headers.message, /destination/);
        await session.ended();
      });

      test(`STOMP ${version}: a wrong passcode is refused, without saying what was wrong`, async (t) => {
        await assert.rejects(open(t, { version, passcode: 'wrong' }), /ERROR Bad credentials/);
        await assert.rejects(open(t, { version, login: 'nobody' }), /ERROR Bad credentials/);
      });

      test(`STOMP ${version}: what was sent before DISCONNECT arrives`, { skip: !client.last_words && 'drops it' }, async (t) => {
        const [stays, leaves] = [await open(t, { version }), await open(t, { version })];
        const inbox = await stays.subscribe(`/topic/last-words-${run}-${version.at(-1)}`);
        leaves.send(`/topic/last-words-${run}-${version.at(-1)}`, 'bye');
        await leaves.disconnect();
        assert.equal((await inbox.message()).text, 'bye');
      });
    }

    for (const [version, value] of [['1.1', 'a:b\nc\\d'], ['1.2', 'a:b\nc\rd\\e']]) {
      const skip = !client.escapes.includes(version) && 'knows none';
      test(`STOMP ${version}: a header with every escape comes back the same`, { skip }, async (t) => {
        const session = await open(t, { version });
        const inbox = await session.subscribe(`/topic/escapes-${run}-${version.at(-1)}`);
        session.send(`/topic/escapes-${run}-${version.at(-1)}`, 'x', { 'x-value': value });
        const { headers } = await inbox.message();
        assert.equal(headers['x-value'], value);
      });
    }
  });
}
