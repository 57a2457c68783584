// Two servers behind a proxy that is configured as docs/proxies.md says: every request of a SockJS session reaches the server
// that has the session, and sessions are spread over both.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { haproxy_nodes, nginx_nodes } from '../support/proxy.mjs';
import { Server } from '../support/server.mjs';
import { transports } from '../support/transports.mjs';
import { Inbox, within } from '../support/wait.mjs';

const sessions = 16;  // that all are of one server happens once in 32,768 times
const messages = 10;

for (const [name, start] of Object.entries({ nginx: nginx_nodes, haproxy: haproxy_nodes })) {
  describe(`two servers behind ${name}`, { concurrency: 1 }, () => {
    for (const transport of Object.keys(transports)) {
      test(`sessions over ${transport} stay where they began, and are of both`, async (t) => {
        const servers = [];
        t.after(() => Promise.all(servers.map((server) => server.stop())));
        for (let i = 0; i < 2; ++i) servers.push(await Server.start('conformance', { stomp: true }));
        const proxy = await start(servers);
        t.after(() => proxy.stop());

        const opened = await Promise.all(Array.from({ length: sessions }, () => open(t, proxy, transport)));
        assert.ok(!(await Promise.all(opened.map(converse))).includes('ended'));
        const [first] = servers.splice(0, 1);
        await first.stop();
        const stay = await Promise.all(opened.map(converse));
        assert.ok(stay.includes('conversed') && stay.includes('ended'), 'all sessions were of one server');
      });
    }
  });
}

async function open(t, proxy, transport) {
  const socket = transports[transport](proxy, transport === 'WebSocket' ? '/ws-echo' : '/echo');
  t.after(() => socket.close());
  const session = { socket, heard: new Inbox(), ended: false };
  socket.onmessage = ({ data }) => session.heard.push(data);
  socket.onclose = () => {
    session.ended = true;
    session.heard.push('the end');
  };
  socket.onerror = () => {};
  await within(new Promise((resolve) => { socket.onopen = resolve; }), `a session over ${transport}`);
  return session;
}

/** Says whether the session was there for all of it. */
async function converse(session) {
  for (let number = 0; number < messages; ++number) {
    session.socket.send(`message ${number}`);
    const heard = await session.heard.next();
    if (session.ended) return 'ended';
    assert.equal(heard, `message ${number}`);
  }
  return 'conversed';
}
