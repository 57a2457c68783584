// RFC 6455, 7.4.1: the close codes of what a WebSocket endpoint does not take. The default limit is 64 KiB a message.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RawStomp } from '../support/raw_stomp.mjs';
import { open } from '../support/raw.mjs';
import { serve } from '../support/suite.mjs';

const limit = 64 * 1024;

describe('limits of a text handler', () => {
  const program = serve('user_greeting');

  test('a binary message is closed with 1003', async (t) => {
    const peer = await open(t, program.server);
    peer.socket.send(Buffer.from('{"user":"Kim"}'));
    assert.equal((await peer.closed()).code, 1003);
  });

  test('64 KiB are taken', async (t) => {
    const peer = await open(t, program.server);
    const user = 'K'.repeat(limit - '{"user":""}'.length);
    peer.socket.send(JSON.stringify({ user }));
    assert.equal(await peer.inbox.next(), `Hi ${user}! How may I help you?`);
  });

  test('64 KiB and one more are closed with 1009', async (t) => {
    const peer = await open(t, program.server);
    peer.socket.send('x'.repeat(limit + 1));
    assert.equal((await peer.closed()).code, 1009);
  });

  test('fragments that add up to more are closed with 1009', async (t) => {
    const peer = await open(t, program.server);
    for (let sent = 0; sent <= limit; sent += 1024) peer.socket.send('x'.repeat(1024), { fin: false });
    assert.equal((await peer.closed()).code, 1009);
  });

  test('text that is not UTF-8 is closed with 1007', async (t) => {
    const peer = await open(t, program.server);
    peer.socket.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false });
    assert.equal((await peer.closed()).code, 1007);
  });

  test('JSON that is none harms nobody else', async (t) => {
    const wrong = await open(t, program.server);
    const right = await open(t, program.server);
    wrong.socket.send('{"user":');
    right.socket.send('{"user":"Kim"}');
    assert.equal(await right.inbox.next(), 'Hi Kim! How may I help you?');
  });
});

describe('limits of a STOMP endpoint', () => {
  const program = serve('greeting');

  test('64 KiB and one more in one WebSocket message are closed with 1009', async (t) => {
    const peer = await RawStomp.connected(t, program.server);
    peer.send(`SEND\ndestination:/topic/x\n\n${'x'.repeat(limit)}\0`);
    assert.equal(await peer.closed(), 1009);
  });
});
