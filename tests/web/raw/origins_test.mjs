// RFC 6454: only pages of the same origin may open a session, unless an endpoint allows others. Without an Origin
// header it is no browser that asks.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { describe, test } from 'node:test';

import WebSocket from 'ws';

import { demo_arguments } from '../support/server.mjs';
import { serve } from '../support/suite.mjs';
import { within } from '../support/wait.mjs';

const foreign = 'http://elsewhere.example';

describe('origins', () => {
  const demo = serve('demo', { args: demo_arguments });

  /** 101 or the status of the refusal. */
  async function upgrade(at, headers) {
    const socket = new WebSocket(demo.server.ws(at), { headers });
    const refused = new Promise((resolve) => socket.once('unexpected-response', (_, response) => resolve(response.statusCode)));
    const status = await within(Promise.race([once(socket, 'open').then(() => 101), refused]), 'answer to the upgrade');
    socket.on('error', () => {});  // of a handshake cut off by terminate
    socket.terminate();
    return status;
  }

  /** fetch would not let us set Origin. */
  async function request(method, at, headers) {
    const asking = http.request(demo.server.url(at), { method, headers });
    asking.end();
    const [response] = await within(once(asking, 'response'), 'response');
    response.destroy();
    return response;
  }

  for (const at of ['/gs-guide-websocket', '/gs-guide-websocket/websocket', '/gs-guide-websocket/000/abcdefgh/websocket']) {
    for (const origin of [foreign, 'null', 'http://127.0.0.1:1', 'https://127.0.0.1']) {
      test(`WebSocket at ${at} from ${origin} is refused with 403`, async () => {
        assert.equal(await upgrade(at, { origin }), 403);
      });
    }

    test(`WebSocket at ${at} from the same origin, and from no browser, is open`, async () => {
      assert.equal(await upgrade(at, { origin: demo.server.http }), 101);
      assert.equal(await upgrade(at, {}), 101);
    });
  }

  for (const transport of ['xhr', 'xhr_streaming', 'xhr_send']) {
    test(`SockJS ${transport} from elsewhere is refused with 403`, async () => {
      const response = await request('POST', `/gs-guide-websocket/000/forbidden/${transport}`, { origin: foreign });
      assert.equal(response.statusCode, 403);
    });
  }

  test('SockJS xhr from the same origin is open', async () => {
    const response = await request('POST', '/gs-guide-websocket/000/sameorigin/xhr', { origin: demo.server.http });
    assert.equal(response.statusCode, 200);
  });

  for (const origin of [foreign, 'null']) {
    test(`an endpoint that allows all is open to ${origin}`, async () => {
      assert.equal(await upgrade('/user', { origin }), 101);
      const info = await request('GET', '/user/info', { origin });
      assert.equal(info.statusCode, 200);
      assert.equal(info.headers['access-control-allow-origin'], origin);
    });
  }
});
