// What clients find when a proxy is configured as docs/proxies.md says.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';

import SockJS from 'sockjs-client';
import WebSocket from 'ws';

import { tcp } from '../clients/stompit.mjs';
import { Browser } from '../support/browser.mjs';
import { converse } from '../support/converse.mjs';
import { idle_limit } from '../support/proxy.mjs';
import { Server } from '../support/server.mjs';
import { elsewhere, harmless, sockjs_client, sockjs_page, transports_from_elsewhere } from '../support/sockjs_page.mjs';
import { connect } from '../support/stomp.mjs';
import { sockjs_transports, transports } from '../support/transports.mjs';
import { Inbox, within } from '../support/wait.mjs';

const guest = { connectHeaders: { login: 'guest', passcode: 'guest' } };
const beat = 1;  // seconds between heart-beats
const beats = 3 * idle_limit / beat + 1;  // what an idle client hears meanwhile
const patience = 4 * 3 * idle_limit * 1000;

export function behind(name, start) {
  let server;
  let proxy;
  before(async () => {
    server = await Server.start('conformance', {
      stomp: true, args: ['--sockjs-heartbeat', String(beat), '--websocket-ping', String(beat), '--sockjs-client', sockjs_client],
    });
    proxy = await start(server);
  });
  after(async () => {
    await proxy?.stop();
    await server?.stop();
  });

  describe(`behind ${name}`, { concurrency: 8 }, () => {
    for (const transport of Object.keys(transports)) {
      test(`stompjs over ${transport}`, async (t) => {
        const session = await connect(t, proxy, { at: '/stomp', transport, ...guest });
        const topic = `/topic/${randomUUID()}`;
        const inbox = await session.subscribe(topic);
        for (const body of ['small', 'x'.repeat(512 * 1024), 'small again']) {
          session.send(topic, body);
          assert.equal((await inbox.next()).body, body);
        }
        await session.disconnect();
      });

      test(`an idle session over ${transport} outlives three idle limits of the proxy`, async (t) => {
        const socket = transports[transport](proxy, transport === 'WebSocket' ? '/ws-echo' : '/echo');
        t.after(() => socket.close());
        const heard = new Inbox();
        const closes = new Inbox();
        socket.onmessage = ({ data }) => heard.push(data);
        socket.onclose = closes.push;
        // npm ws tells of pings, sockjs-client of `h` frames
        const heart_beats = new Inbox();
        if (transport === 'WebSocket') socket.on('ping', () => heart_beats.push(1));
        else socket.onheartbeat = () => heart_beats.push(1);
        await heart_beats.take(beats, 'heart-beats', patience);
        assert.deepEqual(closes.all, []);
        socket.send('still here');
        assert.equal(await heard.next(), 'still here');
      });
    }

    for (const transport of Object.keys(sockjs_transports)) {
      test(`the server's goodbye over ${transport} has its code and reason`, async () => {
        const only = [transport.replace('SockJS ', '')];
        const heard = await within(converse(SockJS, proxy.url('/close'), { transports: only }), 'close');
        assert.deepEqual([heard.code, heard.reason], [3000, 'Go away!']);
      });
    }

    for (const [transport, method] of [['xhr_streaming', 'POST'], ['eventsource', 'GET'], ['htmlfile?c=callback', 'GET']]) {
      test(`frames over ${transport} come at once, not when the response ends`, async () => {
        const session = proxy.url(`/echo/000/${randomUUID()}`);
        const asking = http.request(`${session}/${transport}`, { method, agent: false });
        asking.end();
        const [response] = await within(once(asking, 'response'), 'response');
        let text = '';
        const parts = new Inbox();
        response.setEncoding('utf8');
        response.on('data', (part) => { text += part; parts.push(part); });
        let ended = false;
        response.on('end', () => { ended = true; });
        for (let number = 0; number < 20; ++number) {  // each is sent when the one before has come
          await post(`${session}/xhr_send`, `["frame-${number}."]`);
          while (!text.includes(`frame-${number}.`)) await parts.next(`frame ${number}`);
          assert.ok(!ended, 'the response ended');
        }
        response.destroy();
      });
    }

    test('a page in Chromium, over each transport', async () => {
      const browser = await Browser.start();
      const site = await elsewhere();
      try {
        const talk = await sockjs_page(browser, site.address);
        const messages = ['one', 'two', 'x'.repeat(65536)];
        await Promise.all(transports_from_elsewhere.map(async (transport) => {
          const talking = talk(proxy.url('/echo'), { transports: [transport], messages });
          const heard = await within(talking, `conversation over ${transport}`);
          assert.deepEqual(heard, { transport, messages, code: 3001, reason: 'Enough' });
        }));
      } finally {
        await browser.close(harmless);
        await site.close();
      }
    });

    test('a page of the same origin is let in, others are not', async () => {
      const answers = {
        [proxy.http]: 101,
        [proxy.http.replace('http:', 'https:')]: 403,  // as docs/proxies.md says of TLS that ends at the proxy
        'http://127.0.0.1': 403,
        'http://elsewhere.example': 403,
      };
      for (const [origin, expected] of Object.entries(answers)) {
        assert.equal(await upgrade(proxy.ws('/same_origin_echo/websocket'), origin), expected, origin);
      }
    });

    test('the subprotocol of a WebSocket is agreed on', async () => {
      const socket = new WebSocket(proxy.ws('/stomp'), ['v11.stomp']);
      await within(once(socket, 'open'), 'WebSocket handshake');
      assert.equal(socket.protocol, 'v11.stomp');
      socket.terminate();
    });
  });
}

/** STOMP over TCP, for the proxies that pass it. */
export function stomp_behind(name, start) {
  let server;
  let proxy;
  before(async () => {
    server = await Server.start('conformance', { stomp: true });
    proxy = await start(server);
  });
  after(async () => {
    await proxy?.stop();
    await server?.stop();
  });

  test(`stompit over TCP behind ${name}`, async (t) => {
    const session = await tcp.connect(t, proxy);
    const inbox = await session.subscribe('/topic/tcp');
    session.send('/topic/tcp', 'through');
    assert.equal((await inbox.message()).text, 'through');
    await session.disconnect();
  });
}

function post(url, body) {
  return within(new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', headers: { 'Content-Type': 'text/plain' } }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 204 ? resolve() : reject(new Error(`${url}: ${response.statusCode}`))));
    });
    request.on('error', reject);
    request.end(body);
  }), `answer of ${url}`);
}

/** 101 or the status of the refusal. */
async function upgrade(url, origin) {
  const socket = new WebSocket(url, { origin });
  const refused = new Promise((resolve) => socket.once('unexpected-response', (_, response) => resolve(response.statusCode)));
  const status = await within(Promise.race([once(socket, 'open').then(() => 101), refused]), 'answer to the upgrade');
  socket.on('error', () => {});  // of a handshake cut off by terminate
  socket.terminate();
  return status;
}
