// STOMP 1.2, "CONNECT or STOMP Frame", "Protocol Negotiation"; the WebSocket subprotocols v10/v11/v12.stomp.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RawStomp } from '../support/raw_stomp.mjs';
import { connect } from '../support/stomp.mjs';
import { serve } from '../support/suite.mjs';
import { transports } from '../support/transports.mjs';

describe('CONNECT', () => {
  const greeting = serve('greeting');

  for (const transport of Object.keys(transports)) {
    for (const version of ['1.2', '1.1', '1.0']) {
      test(`over ${transport} with STOMP ${version} agrees on it`, async (t) => {
        const session = await connect(t, greeting.server, { transport, version });
        assert.equal(session.client.connectedVersion, version);
        await session.disconnect();
      });
    }

    test(`over ${transport} with all versions agrees on the highest`, async (t) => {
      const session = await connect(t, greeting.server, { transport });
      assert.equal(session.client.connectedVersion, '1.2');
    });
  }

  for (const [version, protocol] of [['1.2', 'v12.stomp'], ['1.1', 'v11.stomp'], ['1.0', 'v10.stomp']]) {
    test(`the WebSocket subprotocol ${protocol} is agreed to when it alone is offered`, async (t) => {
      const session = await connect(t, greeting.server, { version });
      assert.equal(session.client.webSocket.protocol, protocol);
    });
  }

  test('the plain WebSocket path below the endpoint works as the endpoint itself', async (t) => {
    const session = await connect(t, greeting.server, { at: '/gs-guide-websocket/websocket' });
    assert.equal(session.client.connectedVersion, '1.2');
  });

  test('a STOMP frame in the place of CONNECT is the same', async (t) => {
    const peer = await RawStomp.open(t, greeting.server);
    peer.send('STOMP\naccept-version:1.2\nhost:localhost\n\n\0');
    assert.match(await peer.frame('CONNECTED'), /^CONNECTED\n/);
  });
});
