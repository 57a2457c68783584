// STOMP 1.2, "Heart-beating". Both ask for the shortest beats the server agrees to.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RawStomp } from '../support/raw_stomp.mjs';
import { connect } from '../support/stomp.mjs';
import { serve } from '../support/suite.mjs';
import { Inbox } from '../support/wait.mjs';

/** What the server's CONNECTED offers, and the longest it may then stay silent, in milliseconds. */
function agreed(headers) {
  const [sends, wants] = headers['heart-beat'].split(',').map(Number);
  return { sends: Math.max(sends, 1000), wants: Math.max(wants, 1000) };
}

describe('heart-beats', { concurrency: true }, () => {
  const greeting = serve('greeting');

  for (const transport of ['WebSocket', 'SockJS xhr-streaming', 'SockJS xhr-polling']) {
    test(`over ${transport} both sides beat and the session stays`, async (t) => {
      const beats = new Inbox();
      const session = await connect(t, greeting.server, {
        transport, heartbeatIncoming: 1000, heartbeatOutgoing: 1000, onHeartbeatReceived: () => beats.push(performance.now()),
      });
      const { sends } = agreed(session.connected.headers);
      await beats.take(3, 'heart-beats', 4 * sends);
      await session.send_with_receipt('/topic/alive', 'still here');
      assert.deepEqual(session.closes.all, []);
    });
  }

  test('a client that falls silent is dropped, not before its time', async (t) => {
    const peer = await RawStomp.open(t, greeting.server);
    peer.send('CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:1000,0\n\n\0');
    const silent_since = performance.now();
    const connected = await peer.frame('CONNECTED');
    const { wants } = agreed({ 'heart-beat': /heart-beat:(.*)/.exec(connected)[1] });
    await Promise.race([peer.closing, at_most(t, 5 * wants)]);
    const silence = performance.now() - silent_since;
    assert.ok(silence >= wants, `dropped after ${silence} ms, promised to wait ${wants}`);
    assert.ok(silence < 4 * wants, `not dropped within four intervals of ${wants} ms`);
  });

  test('who asked for no heart-beats gets none and may be silent', async (t) => {
    const quiet = await RawStomp.connected(t, greeting.server);
    const lively = await connect(t, greeting.server, { heartbeatIncoming: 1000, heartbeatOutgoing: 1000 });
    const beats = new Inbox();
    lively.client.onHeartbeatReceived = () => beats.push(1);
    await beats.take(2, 'heart-beats of the other', 4 * agreed(lively.connected.headers).sends);
    assert.deepEqual(quiet.inbox.rest, []);
    quiet.send('SEND\ndestination:/topic/x\nreceipt:1\n\n\0');
    await quiet.frame('RECEIPT');
  });
});

/** Resolves after that long: the bound of a wait that is measured, not failed, when it is over. */
function at_most(t, milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    t.after(() => clearTimeout(timer));
  });
}
