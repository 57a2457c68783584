// The endpoints that sockjs-client's own tests use, as it finds them at the program `conformance`.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { within } from '../support/wait.mjs';

const texts = [
  'data', '', 'Τη γλώσσα μου έδωσαν ελληνική', 'じゃがいも \u{1f954}', '"quotes" \\ / \b\f\n\r\t', '[1,2,"data"]',
  '\u0000\u0001\u001f\u007f\u00ad\u0600\u200c\u2028\u2029\ufeff\ufff0', '<script>&amp;</script>', 'x'.repeat(65536),
];
const many = Array.from({ length: 100 }, (_, number) => `message ${number}`);

/** `talk(at, {transports, messages, count})`: a conversation with that endpoint of the server, see support/converse.mjs. */
export function sockjs_endpoints(where, transports, talk) {
  const conversation = (at, options) => within(talk(at, options), `end of the conversation with ${at}`);

  describe(`sockjs-client ${where}`, { concurrency: 4 }, () => {
    for (const transport of transports) {
      test(`/echo over ${transport} gives back what it gets, in order`, async () => {
        for (const messages of [texts, many]) {
          const heard = await conversation('/echo', { transports: [transport], messages });
          assert.deepEqual(heard, { transport, messages, code: 3001, reason: 'Enough' });
        }
      });

      test(`/amplify over ${transport} sends large messages`, async () => {
        const { messages } = await conversation('/amplify', { transports: [transport], messages: ['1', '5', '10', '17'] });
        assert.deepEqual(messages.map(({ length }) => length), [2, 32, 1024, 131072]);
      });

      test(`/close over ${transport} says goodbye with its code and reason`, async () => {
        const heard = await conversation('/close', { transports: [transport] });
        assert.deepEqual(heard, { transport, messages: [], code: 3000, reason: 'Go away!' });
      });

      test(`/cookie_needed_echo over ${transport}`, async () => {
        const { messages } = await conversation('/cookie_needed_echo', { transports: [transport], messages: ['a', 'b'] });
        assert.deepEqual(messages, ['a', 'b']);
      });
    }

    test('the first choice is a WebSocket', async () => {
      assert.equal((await conversation('/echo', { messages: ['x'] })).transport, 'websocket');
    });

    test('where the server has no WebSocket the next transport is taken', async () => {
      const heard = await conversation('/disabled_websocket_echo', { messages: ['x'] });
      assert.deepEqual([heard.transport, heard.messages], ['xhr-streaming', ['x']]);
    });

    test('where nothing that the client may use is served it says so', async () => {
      const heard = await conversation('/disabled_websocket_echo', { transports: ['websocket'] });
      assert.deepEqual([heard.code, heard.reason], [2000, 'All transports failed']);
    });
  });
}
