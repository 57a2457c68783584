// What a page of another origin can do to somebody who is logged in by a cookie, which their browser shows to whoever asks:
// in Chromium, from another port of the same host, where not even SameSite=Strict keeps the cookie back.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { ChatLoginPage } from '../support/chat_login_page.mjs';
import { serve_chat_login } from '../support/login_server.mjs';
import { elsewhere, sockjs_page } from '../support/sockjs_page.mjs';
import { Inbox } from '../support/wait.mjs';

/** Runs in a page: what a WebSocket hears after these frames, and how it ends; null when it never opens. */
function stomp_over_websocket(url, frames) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, ['v12.stomp']);
    const heard = [];
    let is_open = false;
    socket.onopen = () => { is_open = true; frames.forEach((frame) => socket.send(frame)); };
    socket.onmessage = ({ data }) => { heard.push(data); if (data.startsWith('CONNECTED')) socket.close(); };
    socket.onclose = () => resolve(is_open ? heard.join('') : null);
  });
}

describe('a browser with the cookie of somebody who is logged in', () => {
  const servers = serve_chat_login();
  const connect = (headers = '') => `CONNECT\naccept-version:1.2\nhost:x\n${headers}\n\0`;

  /** Refusals are what is looked at; Chromium complains of each. */
  async function with_cookie(act) {
    const browser = await Browser.start();
    try {
      await browser.context.addCookies([{ name: 'token', value: await servers.login.token('alice'), url: servers.chat.url('/'),
        httpOnly: true, sameSite: 'Strict' }]);
      await act(browser);
    } finally {
      await browser.close(/40[134]|CORS|ERR_FAILED|Unexpected response code|favicon/);
    }
  }

  async function with_foreign_page(act) {
    const site = await elsewhere();
    try {
      await with_cookie((browser) => act(browser, site));
    } finally {
      await site.close();
    }
  }

  const from_page = (page, frames) => page.evaluate(([run, url, sent]) => (0, eval)(`(${run})`)(url, sent),
    [stomp_over_websocket.toString(), servers.chat.ws('/chat'), frames]);

  test('its own page connects with the CSRF token of the endpoint, and not without or with another', async () => {
    await with_cookie(async (browser) => {
      const page = await browser.open(servers.chat.url('/'));
      const { headerName, token } = await page.evaluate(() => fetch('chat/csrf').then((response) => response.json()));
      assert.match(await from_page(page, [connect(`${headerName}:${token}\n`)]), /^CONNECTED\n[^]*user-name:alice\n/);
      for (const headers of ['', `${headerName}:\n`, `${headerName}:${token.slice(0, -1)}\n`]) {
        assert.match(await from_page(page, [connect(headers)]), /^ERROR\n[^]*message:The CSRF token is missing or wrong\n/);
      }
    });
  });

  for (const transport of ['websocket', 'xhr-streaming']) {
    test(`the page of the example logs in by its cookie over ${transport}, and renews it`, async () => {
      const browser = await Browser.start();
      try {
        const alice = new ChatLoginPage(await browser.open(servers.chat.url(`/?login=${servers.login.port}`)));
        const renewals = new Inbox();
        alice.page.on('response', (response) => { if (response.url().includes('/chat/renew?')) renewals.push(response.status()); });
        await alice.log_in('alice', { transport, by_cookie: true, seconds: 10 });
        const [cookie] = await browser.context.cookies();
        assert.deepEqual([cookie.name, cookie.httpOnly, cookie.sameSite], ['token', true, 'Strict']);
        await alice.join('garden');
        assert.deepEqual(await renewals.take(3), [200, 200, 200]);  // each after half of a token's time: the first one is over
        await alice.say('By cookie');
        await alice.shows('room-messages', 'By cookie');
      } finally {
        await browser.close();
      }
    });
  }

  test('a page of another origin opens no WebSocket', async () => {
    await with_foreign_page(async (browser, site) => {
      const page = await browser.open(site.address);
      assert.equal(await from_page(page, [connect()]), null);
    });
  });

  for (const transport of ['websocket', 'xhr-streaming', 'eventsource', 'xhr-polling', 'jsonp-polling']) {
    test(`a page of another origin opens no SockJS session over ${transport}`, async () => {
      await with_foreign_page(async (browser, site) => {
        const talk = await sockjs_page(browser, site.address);
        const { transport: opened, messages } = await talk(servers.chat.url('/chat'), { transports: transport, messages: [connect()] });
        assert.equal(opened, undefined);
        assert.deepEqual(messages, []);
      });
    });
  }

  test('a page of another origin cannot read the CSRF token, though the cookie comes along', async () => {
    await with_foreign_page(async (browser, site) => {
      const answers = [];
      browser.context.on('response', (response) => answers.push(response.status()));
      const page = await browser.open(site.address);
      const ask = async (mode) => {
        answers.length = 0;
        const read = await page.evaluate(([url, how]) => fetch(url, how).then((response) => response.text(), () => null),
          [servers.chat.url('/chat/csrf'), { credentials: 'include', mode }]);
        return { read, answers: [...answers] };
      };
      assert.equal((await ask('cors')).read, null);
      // Without CORS there is no Origin: the server saw who it is, and wants one.
      assert.deepEqual(await ask('no-cors'), { read: '', answers: [403] });
      await browser.context.clearCookies();
      assert.deepEqual(await ask('no-cors'), { read: '', answers: [401] }, 'the cookie did not come along before');
    });
  });
});
