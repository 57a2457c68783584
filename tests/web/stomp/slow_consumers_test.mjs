// A page that does not read for a while, as docs/slow_consumers.md has it: stompjs on a socket that is not read.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Server } from '../support/server.mjs';
import { connect } from '../support/stomp.mjs';
import { until } from '../support/wait.mjs';

const configuration = `
[send]
time_limit = "60s"

[[broker.slow_consumer]]
destination = "/topic/news/**"
policy = "drop_oldest"
max_messages = 3

[[broker.slow_consumer]]
destination = "/topic/prices/**"
policy = "conflate"
key = "symbol"
`;
const count = 600;  // 30 MB: more than the kernel takes for a socket that nobody reads
const padding = 'x'.repeat(50_000);
const number_of = (message) => Number(message.body.split(' ', 1)[0]);
const sum = (messages, header) => messages.reduce((all, message) => all + Number(message.headers[header] ?? 0), 0);

describe('a client that stalls', () => {
  let folder;
  let server;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'stentor-slow-'));
    const file = path.join(folder, 'stentor.toml');
    await writeFile(file, configuration);
    server = await Server.start('stentor', { command: ['serve'], args: ['--config', file] });
  });
  after(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What a subscriber gets that reads nothing while all of it is published. */
  async function stalled(t, destination) {
    const slow = await connect(t, server, { at: '/stomp' });
    const keeps_up = await connect(t, server, { at: '/stomp' });
    const sender = await connect(t, server, { at: '/stomp' });
    const inbox = await slow.subscribe(destination);
    const all = await keeps_up.subscribe(destination);
    slow.client.webSocket.pause();
    for (let number = 1; number <= count; ++number) {
      sender.send(destination, `${number} ${padding}`, { symbol: `s${number % 3}` });
      if (number % 20 === 0) await until(() => all.all.length === number, `message ${number} with who keeps up`);
    }
    slow.client.webSocket.resume();
    await until(() => inbox.all.length > 0 && number_of(inbox.all.at(-1)) === count, 'the last message');
    assert.deepEqual(slow.errors.all, []);
    assert.equal(sum(all.all, 'x-skipped') + sum(all.all, 'x-conflated'), 0);
    const numbers = inbox.all.map(number_of);
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
    return inbox.all;
  }

  test('is told by x-skipped how many it missed', async (t) => {
    const messages = await stalled(t, '/topic/news/today');
    assert.ok(sum(messages, 'x-skipped') > 0);
    assert.equal(messages.length + sum(messages, 'x-skipped'), count);
  });

  test('is told by x-conflated how many newer ones replaced, and has the newest of each key', async (t) => {
    const messages = await stalled(t, '/topic/prices/all');
    assert.ok(sum(messages, 'x-conflated') > 0);
    assert.equal(messages.length + sum(messages, 'x-conflated'), count);
    assert.deepEqual(messages.slice(-3).map(number_of), [count - 2, count - 1, count]);
  });
});
