// One SockJS session over many TCP connections: each request may reach another shard than the session lives on.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import http from 'node:http';

import { serve, shard_counts } from '../support/suite.mjs';
import { within } from '../support/wait.mjs';

for (const shards of shard_counts) {
  describe(`SockJS requests on ${shards} shards`, () => {
    const program = serve('user_greeting', { shards });

    /** A POST over a connection of its own. */
    function post(at, body = '') {
      return within(new Promise((resolve, reject) => {
        const request = http.request(program.server.url(at), { method: 'POST', agent: false }, (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part) => { text += part; });
          response.on('end', () => resolve({ status: response.statusCode, text }));
        });
        request.on('error', reject);
        request.end(body);
      }), `answer of ${at}`);
    }

    const new_session = () => `/user/000/${randomUUID()}`;
    const answer = (user) => `Hi ${user}! How may I help you?`;

    /** Polls until `count` messages came. */
    async function receive(session, count) {
      const messages = [];
      while (messages.length < count) {
        const { status, text } = await post(`${session}/xhr`);
        assert.equal(status, 200);
        if (text === 'h\n') continue;
        assert.match(text, /^a\[.*\]\n$/);
        messages.push(...JSON.parse(text.slice(1)));
      }
      return messages;
    }

    test('messages sent over thirty connections are answered in order', async () => {
      const session = new_session();
      assert.deepEqual(await post(`${session}/xhr`), { status: 200, text: 'o\n' });
      const users = Array.from({ length: 30 }, (_, i) => `${session} ${i}`);
      for (const user of users) {
        const sent = await post(`${session}/xhr_send`, JSON.stringify([JSON.stringify({ user })]));
        assert.deepEqual(sent, { status: 204, text: '' });
      }
      assert.deepEqual(await receive(session, users.length), users.map(answer));
      await post(`${session}/xhr_send`, '[]');
    });

    test('many sessions at once keep apart what they send and all hear all', async () => {
      const sessions = Array.from({ length: 20 }, new_session);
      const opened = await Promise.all(sessions.map((session) => post(`${session}/xhr`)));
      for (const { text } of opened) assert.equal(text, 'o\n');
      await Promise.all(sessions.map((user) => post(`${user}/xhr_send`, JSON.stringify([JSON.stringify({ user })]))));
      const expected = sessions.map(answer).sort();
      const heard = await Promise.all(sessions.map((session) => receive(session, sessions.length)));
      for (const messages of heard) assert.deepEqual(messages.sort(), expected);
    });

    test('a second receiver is told so and the first goes on', async () => {
      const session = new_session();
      await post(`${session}/xhr`);
      const receivers = [post(`${session}/xhr`), post(`${session}/xhr`)];  // either may come first
      assert.equal((await Promise.race(receivers)).text, 'c[2010,"Another connection still open"]\n');
      await post(`${session}/xhr_send`, JSON.stringify([JSON.stringify({ user: session })]));
      const texts = (await Promise.all(receivers)).map((response) => response.text);
      assert.ok(texts.some((text) => text.includes(answer(session))), texts.join());
    });

    test('an unknown session takes no messages', async () => {
      assert.equal((await post(`${new_session()}/xhr_send`, '["x"]')).status, 404);
    });
  });
}
