// Credentials that browsers show by themselves: an HTTP request with Basic's needs an origin, and its CONNECT a CSRF token.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { describe, test } from 'node:test';

import WebSocket from 'ws';

import { RawStomp } from '../support/raw_stomp.mjs';
import { serve } from '../support/suite.mjs';
import { within } from '../support/wait.mjs';

const basic = (login, passcode) => ({ authorization: `Basic ${Buffer.from(`${login}:${passcode}`).toString('base64')}` });
const alice = basic('alice', 'wonderland');

describe('HTTP Basic', () => {
  const room = serve('chat_room');
  const own = () => ({ origin: room.server.http });

  async function open(t, headers) {
    const socket = new WebSocket(room.server.ws('/chat'), ['v12.stomp'], { headers });
    t.after(() => socket.terminate());
    const peer = new RawStomp(socket);
    await within(once(socket, 'open'), 'WebSocket handshake');
    return peer;
  }

  async function refusal(headers) {
    const socket = new WebSocket(room.server.ws('/chat'), { headers });
    const [, response] = await within(once(socket, 'unexpected-response'), 'refusal');
    socket.on('error', () => {});  // of a handshake cut off by terminate
    socket.terminate();
    return response.statusCode;
  }

  /** fetch would not let us set Origin. */
  async function csrf(headers) {
    const asking = http.request(room.server.url('/chat/csrf'), { headers });
    asking.end();
    const [response] = await within(once(asking, 'response'), 'response');
    let text = '';
    for await (const part of response) text += part;
    return { status: response.statusCode, text };
  }

  async function header_for(headers) {
    const { status, text } = await csrf(headers);
    assert.equal(status, 200, text);
    const { headerName, token } = JSON.parse(text);
    return `${headerName}:${token}\n`;
  }

  const connect = (header = '') => `CONNECT\naccept-version:1.2\nhost:x\n${header}\n\0`;

  test('CONNECT with the endpoint\'s token is the user\'s', async (t) => {
    const peer = await open(t, { ...alice, ...own() });
    peer.send(connect(await header_for({ ...alice, ...own() })));
    assert.match(await peer.frame('CONNECTED'), /\nuser-name:alice\n/);
  });

  for (const [what, header] of Object.entries({
    'no token': async () => '',
    'an empty one': async () => 'X-CSRF-TOKEN:\n',
    'somebody else\'s': () => header_for({ ...basic('bob', 'builder'), ...own() }),
    'half of it': async () => (await header_for({ ...alice, ...own() })).slice(0, -10) + '\n',
  })) {
    test(`CONNECT with ${what} is refused`, async (t) => {
      const peer = await open(t, { ...alice, ...own() });
      peer.send(connect(await header()));
      assert.match(await peer.frame('ERROR'), /\nmessage:The CSRF token is missing or wrong\n/);
      await peer.closed();
    });
  }

  test('CONNECT that says itself who it is needs no token', async (t) => {
    const peer = await open(t, own());
    peer.send(connect('login:alice\npasscode:wonderland\n'));
    assert.match(await peer.frame('CONNECTED'), /\nuser-name:alice\n/);
  });

  test('without an origin, from another, or wrong, the request is refused', async () => {
    assert.equal(await refusal(alice), 403);
    assert.equal(await refusal({ ...alice, origin: 'http://elsewhere.example' }), 403);
    assert.equal(await refusal({ ...basic('alice', 'x'), ...own() }), 401);
  });

  test('only the own page gets a token, and only for somebody', async () => {
    assert.equal((await csrf({ ...alice, origin: 'http://elsewhere.example' })).status, 403);
    assert.equal((await csrf(alice)).status, 403);
    assert.equal((await csrf(own())).status, 401);
    assert.equal((await csrf({ ...alice, 'sec-fetch-site': 'same-origin' })).status, 200);
    assert.equal((await csrf({ ...alice, 'sec-fetch-site': 'same-site' })).status, 403);
  });
});
