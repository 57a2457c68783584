import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Client } from '@stomp/stompjs';
import WebSocket from 'ws';

import { Server } from '../support/server.mjs';
import { connect } from '../support/stomp.mjs';
import { serve } from '../support/suite.mjs';
import { Inbox, within } from '../support/wait.mjs';

import { messaging } from './messaging.mjs';
import { stompjs } from './stompjs.mjs';

const guest = { login: 'guest', passcode: 'guest' };

messaging(stompjs());

describe('stompjs itself', { concurrency: true }, () => {
  const conformance = serve('conformance');

  test('tells of a wrong login by onStompError and never by onConnect', async (t) => {
    const told = new Inbox();
    const client = new Client({
      brokerURL: conformance.server.ws('/stomp'),
      webSocketFactory: () => new WebSocket(conformance.server.ws('/stomp'), ['v12.stomp']),
      connectHeaders: { login: 'guest', passcode: 'wrong' },
      reconnectDelay: 0,
      onConnect: () => told.push('connected'),
      onStompError: (frame) => told.push(frame),
      onWebSocketClose: () => told.push('closed'),
    });
    t.after(() => client.deactivate({ force: true }));
    client.activate();
    const frame = await told.next('ERROR');
    assert.equal(frame.command, 'ERROR');
    assert.ok(!JSON.stringify([frame.headers, frame.body]).includes('wrong'), 'the passcode comes back');
    assert.equal(await told.next('close'), 'closed');
  });

  for (const transport of ['WebSocket', 'SockJS eventsource']) {
    test(`beats and is beaten over ${transport}`, async (t) => {
      const beats = new Inbox();
      const session = await connect(t, conformance.server, {
        transport, at: '/stomp', connectHeaders: guest, heartbeatIncoming: 1000, heartbeatOutgoing: 1000,
        onHeartbeatReceived: () => beats.push('beat'),
      });
      await beats.take(1, 'heart-beats');
      await session.send_with_receipt('/topic/alive', 'still here');
      assert.deepEqual(session.closes.all, []);
    });
  }

  test('connects again, and finds its subscriptions, when the server is started anew', async (t) => {
    const before = await Server.start('conformance');
    const connects = new Inbox();
    const messages = new Inbox();
    const client = new Client({
      webSocketFactory: () => new WebSocket(before.ws('/stomp'), ['v12.stomp']),
      connectHeaders: guest,
      reconnectDelay: 100,
      onConnect: () => {
        client.subscribe('/topic/again', (message) => messages.push(message.body));
        connects.push(client.connectedVersion);
      },
    });
    t.after(() => client.deactivate({ force: true }));
    client.activate();
    assert.equal(await connects.next('CONNECTED'), '1.2');
    await before.stop();
    const after = await Server.start('conformance', { args: ['--port', new URL(before.http).port] });
    t.after(() => after.stop());
    assert.equal(await connects.next('CONNECTED after a new start'), '1.2');
    client.publish({ destination: '/topic/again', body: 'here' });
    assert.equal(await messages.next(), 'here');
    await within(client.deactivate(), 'close after DISCONNECT');
  });
});
