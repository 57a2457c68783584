// The chat example with logins in Chromium: tokens, roles, private messages, expiry and renewal.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Browser, picture } from '../support/browser.mjs';
import { ChatLoginPage } from '../support/chat_login_page.mjs';
import { serve_chat_login } from '../support/login_server.mjs';

describe('the chat with logins', () => {
  const servers = serve_chat_login();

  async function with_browser(act, options) {
    const browser = await Browser.start(options);
    try {
      await act(async () => new ChatLoginPage(await browser.open(servers.chat.url(`/?login=${servers.login.port}`))), browser);
    } finally {
      await browser.close();
    }
  }

  /** Who hears itself is heard by others, and hears them. */
  async function enter(page, room) {
    await page.join(room);
    await page.say('Hello');
    await page.shows('room-messages', 'Hello');
  }

  for (const transport of ['websocket', 'xhr-streaming']) {
    describe(`over ${transport}`, () => {
      test('a user talks in a room and writes to another alone', async () => {
        await with_browser(async (open) => {
          const [alice, bob, eavesdropper] = [await open(), await open(), await open()];
          await alice.log_in('alice', { transport });
          await bob.log_in('bob', { transport });
          await eavesdropper.log_in('carol', { transport });
          for (const page of [alice, bob, eavesdropper]) await enter(page, 'garden');
          await alice.say('<img src=x> is this seat free?');
          for (const page of [alice, bob, eavesdropper]) await page.shows('room-messages', '<img src=x> is this seat free?');
          assert.equal(await bob.at('room-messages').locator('.from').last().textContent(), 'alice');
          await alice.whisper('bob', 'It is about carol');
          await bob.shows('private-messages', 'It is about carol');
          assert.equal(await bob.at('private-messages').locator('.from').textContent(), 'alice');
          await alice.look();
          await picture(alice.page, `chat_login-${transport}`);
          await bob.say('Bye');
          await eavesdropper.shows('room-messages', 'Bye');
          assert.equal(await eavesdropper.at('private-messages').locator('li').count(), 0);
          for (const page of [alice, bob, eavesdropper]) await page.log_out();
        });
      });

      test('an administrator hears what a user may not, and throws somebody out', async () => {
        await with_browser(async (open) => {
          const [carol, bob, alice] = [await open(), await open(), await open()];
          await carol.log_in('carol', { transport });
          await bob.log_in('bob', { transport });
          await alice.log_in('alice', { transport });
          await alice.watch();
          await alice.shows('notice-text', 'Access is denied (forbidden)');
          await alice.state('disconnected');
          await alice.look();
          await picture(alice.page, `chat_login-denied-${transport}`);
          await carol.watch();
          await carol.kick('bob');
          await bob.shows('notice-text', 'carol has thrown you out');
          await bob.state('disconnected');
          await carol.shows('admin-messages', 'bob was thrown out');
          await alice.log_in('alice', { transport });
          await alice.kick('carol');
          await alice.shows('notice-text', 'Access is denied (forbidden)');
          await carol.state('connected');
        });
      });

      test('a token that is not renewed ends the session when it expires', async () => {
        await with_browser(async (open) => {
          const alice = await open();
          await alice.log_in('alice', { transport, seconds: 5, renew: false });
          await alice.shows('notice-text', 'The credentials have expired (expired)');
          await alice.state('disconnected');
          await picture(alice.page, `chat_login-expired-${transport}`);
        });
      });

      test('one that is renewed goes on past its expiry, with what it is subscribed to', async () => {
        await with_browser(async (open) => {
          const [alice, bob] = [await open(), await open()];
          await alice.log_in('alice', { transport, seconds: 10 });  // enough for a machine that is busy
          await bob.log_in('bob', { transport, seconds: 10, renew: false });
          await alice.join('garden');
          await bob.shows('notice-text', 'The credentials have expired');  // so has Alice's first token, which is older
          await alice.state('connected');
          await alice.say('Still here');
          await alice.shows('room-messages', 'Still here');
        });
      });

      test('a token that is wrong, over or of nobody never connects', async () => {
        const good = await servers.login.token('carol');
        const [head, claims, signature] = good.split('.');
        const forged = JSON.parse(Buffer.from(claims, 'base64url'));
        const wrong = {
          'other claims': [head, Buffer.from(JSON.stringify({ ...forged, sub: 'root' })).toString('base64url'), signature].join('.'),
          'no signature': [Buffer.from('{"alg":"none"}').toString('base64url'), claims, ''].join('.'),
          'no token at all': 'carol',
          'expired': await servers.login.token('carol', 0),
        };
        await with_browser(async (open) => {
          for (const [what, token] of Object.entries(wrong)) {
            const mallory = await open();
            const frames = [];
            mallory.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(payload)));
            await mallory.show('carol', { transport, token });
            await mallory.shows('notice-text', 'Bad credentials (forbidden)').catch((error) => assert.fail(`${what}: ${error}`));
            await mallory.state('disconnected');
            assert.ok(!frames.some((frame) => String(frame).includes('CONNECTED')), what);
          }
        });
      });
    });
  }

  for (const [look, options] of Object.entries({
    'phone': { viewport: { width: 390, height: 844 } },
    'dark': { colorScheme: 'dark' },
  })) {
    test(`it fits ${look}`, async () => {
      await with_browser(async (open) => {
        const alice = await open();
        await alice.log_in('alice');
        await alice.join('garden');
        await alice.say('Good evening');
        await alice.shows('room-messages', 'Good evening');
        await picture(alice.page, `chat_login-${look}`);
        assert.ok(await alice.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      }, options);
    });
  }
});
