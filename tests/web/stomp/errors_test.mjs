// STOMP 1.2, "ERROR": a message header, the receipt-id of the frame at fault, then the connection is closed.
// A controller's error is instead a MESSAGE on /user/queue/errors for those who listen there.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RawStomp } from '../support/raw_stomp.mjs';
import { connect } from '../support/stomp.mjs';
import { serve } from '../support/suite.mjs';
import { transports } from '../support/transports.mjs';

describe('errors', () => {
  const greeting = serve('greeting');

  for (const transport of Object.keys(transports)) {
    test(`a controller's error over ${transport} comes to /user/queue/errors and the session lives`, async (t) => {
      const session = await connect(t, greeting.server, { transport });
      const errors = await session.subscribe('/user/queue/errors');
      session.send('/app/hello', 'no JSON');
      const error = JSON.parse((await errors.next()).body);
      assert.equal(typeof error.code, 'string');
      assert.ok(error.message.length > 0);
      await session.send_with_receipt('/topic/alive', 'still here');
    });

    test(`with a receipt asked over ${transport} it is an ERROR and a close`, async (t) => {
      const session = await connect(t, greeting.server, { transport });
      session.send('/app/hello', { wrong: 'field' }, { receipt: 'r-1' });
      const frame = await session.errors.next('ERROR');
      assert.equal(frame.headers['receipt-id'], 'r-1');
      assert.ok(frame.headers.message.length > 0);
      await session.closes.next('close');
    });
  }

  test('one session\'s error is not another\'s', async (t) => {
    const [ann, bob] = [await connect(t, greeting.server), await connect(t, greeting.server)];
    const anns = await ann.subscribe('/user/queue/errors');
    const bobs = await bob.subscribe('/user/queue/errors');
    ann.send('/app/hello', '{');
    await anns.next();
    bob.send('/app/hello', '[');
    await bobs.next();
    assert.deepEqual([anns.rest, bobs.rest], [[], []]);
  });

  for (const destination of ['/app/nowhere', '/nowhere/at-all', 'topic/no-slash']) {
    test(`SEND to ${destination}, where nothing is, is told`, async (t) => {
      const session = await connect(t, greeting.server);
      session.send(destination, '{}', { receipt: 'r-2' });
      const frame = await session.errors.next('ERROR');
      assert.equal(frame.headers['receipt-id'], 'r-2');
      await session.closes.next('close');
    });
  }

  test('nobody listens for errors: an ERROR and a close', async (t) => {
    const session = await connect(t, greeting.server);
    session.send('/app/nowhere', '{}');
    await session.errors.next('ERROR');
    await session.closes.next('close');
  });

  const refused = {
    'SEND without a destination': 'SEND\nreceipt:x\n\nbody\0',
    'an unknown command': 'PUBLISH\ndestination:/topic/a\n\n\0',
    'a second CONNECT': 'CONNECT\naccept-version:1.2\nhost:localhost\n\n\0',
    'SUBSCRIBE without an id': 'SUBSCRIBE\ndestination:/topic/a\nreceipt:x\n\n\0',
    'UNSUBSCRIBE of an unknown id': 'UNSUBSCRIBE\nid:9\nreceipt:x\n\n\0',
    'an undefined escape': 'SEND\ndestination:/topic/a\nx:\\t\n\n\0',
    'a header without a colon': 'SEND\ndestination:/topic/a\nnonsense\n\n\0',
    'no NUL after content-length octets': 'SEND\ndestination:/topic/a\ncontent-length:1\n\nab\0',
    'a frame larger than the limit, in small messages': ['SEND\ndestination:/topic/a\n\n', ...Array(70).fill('x'.repeat(1000))],
  };
  for (const [what, bytes] of Object.entries(refused)) {
    test(`${what} is an ERROR, and the connection is closed`, async (t) => {
      const peer = await RawStomp.connected(t, greeting.server);
      for (const message of [bytes].flat()) peer.send(message);
      const error = await peer.frame('ERROR');
      assert.match(error, /\nmessage:.+\n/);
      if (bytes.includes('receipt:x')) assert.match(error, /\nreceipt-id:x\n/);
      assert.notEqual(await peer.closed(), 1006, 'closed without a WebSocket close frame');
    });
  }

  test('the same subscription id twice is an ERROR', async (t) => {
    const peer = await RawStomp.connected(t, greeting.server);
    peer.send('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0SUBSCRIBE\nid:0\ndestination:/topic/b\n\n\0');
    await peer.frame('ERROR');
    await peer.closed();
  });

  test('a frame before CONNECT is an ERROR and what follows is not done', async (t) => {
    const listener = await connect(t, greeting.server);
    const inbox = await listener.subscribe('/topic/early');
    const peer = await RawStomp.open(t, greeting.server);
    peer.send('SEND\ndestination:/topic/early\n\nearly\0CONNECT\naccept-version:1.2\n\n\0SEND\ndestination:/topic/early\n\nlate\0');
    await peer.frame('ERROR');
    await peer.closed();
    listener.send('/topic/early', 'honest');
    assert.equal((await inbox.next()).body, 'honest');
  });

  test('no version in common: ERROR with the versions there are', async (t) => {
    const peer = await RawStomp.open(t, greeting.server);
    peer.send('CONNECT\naccept-version:2.0\nhost:localhost\n\n\0');
    assert.match(await peer.frame('ERROR'), /\nversion:1\.0, ?1\.1, ?1\.2\n/);
    await peer.closed();
  });
});
