// STOMP 1.2, "Frame Body", content-length; frames over several WebSocket messages.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RawStomp } from '../support/raw_stomp.mjs';
import { connect } from '../support/stomp.mjs';
import { serve } from '../support/suite.mjs';
import { transports } from '../support/transports.mjs';

describe('bodies', () => {
  const greeting = serve('greeting');
  const all_octets = Uint8Array.from({ length: 512 }, (_, i) => i & 0xff);

  test('a binary body with NULs comes back octet for octet', async (t) => {
    const session = await connect(t, greeting.server);
    const inbox = await session.subscribe('/topic/binary');
    session.send('/topic/binary', all_octets, { 'content-type': 'application/octet-stream' });
    const message = await inbox.next();
    assert.deepEqual(message.binaryBody, all_octets);
    assert.equal(message.headers['content-type'], 'application/octet-stream');
    assert.equal(message.headers['content-length'], '512');
  });

  test('text and binary WebSocket messages carry the same frames', async (t) => {
    const session = await connect(t, greeting.server, { forceBinaryWSFrames: true });
    const inbox = await session.subscribe('/topic/forced');
    session.send('/topic/forced', 'Grüße');
    assert.equal((await inbox.next()).body, 'Grüße');
  });

  for (const transport of Object.keys(transports)) {
    test(`a text with NULs over ${transport} keeps them`, async (t) => {
      const session = await connect(t, greeting.server, { transport });
      const inbox = await session.subscribe('/topic/nul');
      session.send('/topic/nul', 'a\0b\0');
      assert.equal((await inbox.next()).body, 'a\0b\0');
    });

    test(`a frame in many messages over ${transport} is one frame`, async (t) => {
      const session = await connect(t, greeting.server, { transport, splitLargeFrames: true, maxWebSocketChunkSize: 1000 });
      const inbox = await session.subscribe('/topic/split');
      const body = '0123456789abcdef'.repeat(3000);
      session.send('/topic/split', body);
      assert.equal((await inbox.next()).body, body);
    });

    test(`an empty body over ${transport}`, async (t) => {
      const session = await connect(t, greeting.server, { transport });
      const inbox = await session.subscribe('/topic/empty');
      session.send('/topic/empty', '');
      assert.equal((await inbox.next()).body, '');
    });
  }

  test('a frame byte by byte, and two frames with EOLs between in one message', async (t) => {
    const peer = await RawStomp.connected(t, greeting.server);
    for (const byte of 'SUBSCRIBE\r\nid:1\r\ndestination:/topic/bytes\r\n\r\n\0') peer.send(byte);
    peer.send('\n\nSEND\ndestination:/topic/bytes\n\none\0\r\n\nSEND\ndestination:/topic/bytes\n\ntwo\0\n');
    assert.match(await peer.frame('MESSAGE'), /\n\none\0$/);
    assert.match(await peer.frame('MESSAGE'), /\n\ntwo\0$/);
  });

  test('a header with every escape of 1.2 comes back the same', async (t) => {
    const session = await connect(t, greeting.server);
    const inbox = await session.subscribe('/topic/escapes');
    session.send('/topic/escapes', 'x', { 'x-escapes': 'a:b\nc\rd\\e' });
    assert.equal((await inbox.next()).headers['x-escapes'], 'a:b\nc\rd\\e');
  });

  test('escapes stand for themselves once, and blanks around a header value stay', async (t) => {
    const peer = await RawStomp.connected(t, greeting.server);
    peer.send('SUBSCRIBE\nid:1\ndestination:/topic/raw-escapes\n\n\0');
    peer.send('SEND\ndestination:/topic/raw-escapes\nx-\\cname: \\\\n\\n \n\n\0');
    assert.match(await peer.frame('MESSAGE'), /\nx-\\cname: \\\\n\\n \n/);
  });
});
