// The demo's page in Chromium, over every transport, as a person would use it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Browser, picture } from '../support/browser.mjs';
import { DemoPage } from '../support/demo_page.mjs';
import { demo_arguments } from '../support/server.mjs';
import { serve } from '../support/suite.mjs';

const looks = {
  'desktop-light': { colorScheme: 'light' },
  'desktop-dark': { colorScheme: 'dark' },
  'phone-light': { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  'phone-dark': { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
};

/** How Chromium sees each transport on the wire: the end of the URLs that are asked for. */
const urls = {
  'websocket': /\/gs-guide-websocket$/,
  'sockjs-websocket': /\/gs-guide-websocket\/[^/]+\/[^/]+\/websocket$/,
  'sockjs-xhr-streaming': /\/xhr_streaming(\?.*)?$/,
  'sockjs-eventsource': /\/eventsource(\?.*)?$/,
  'sockjs-xhr-polling': /\/xhr(\?.*)?$/,
};

describe('the demo page', () => {
  const demo = serve('demo', { args: demo_arguments });

  /** A browser for one test; what its pages complained about fails the test. */
  async function with_browser(options, act) {
    const browser = await Browser.start(options);
    try {
      await act(async (query = '') => new DemoPage(await browser.open(demo.server.url(`/${query}`))));
    } finally {
      await browser.close();
    }
  }

  for (const transport of Object.keys(urls)) {
    test(`over ${transport}: connect, greet, chat between two tabs, raw handler, disconnect`, async () => {
      await with_browser({}, async (open) => {
        const ann = await open();
        const asked = [];
        ann.page.on('request', (request) => asked.push(request.url()));
        ann.page.on('websocket', (socket) => asked.push(socket.url()));
        await ann.connect(transport);
        assert.ok(asked.some((url) => urls[transport].test(url)), `not over ${transport}: ${asked.join(' ')}`);

        await ann.greet('World <b>');
        await ann.shows('greeting-list', 'Hello, World <b>!');

        const bob = await open();
        await bob.connect(transport);
        await ann.join('lobby', 'Ann');
        await bob.join('lobby', 'Bob');
        await ann.say('<img src=x onerror=alert(1)> hi Bob');
        await bob.shows('chat-messages', '<img src=x onerror=alert(1)> hi Bob');
        assert.equal(await bob.at('chat-messages').locator('img').count(), 0, 'a message became HTML');
        await bob.say('hi Ann');
        await ann.shows('chat-messages', 'hi Ann');

        await ann.ask_raw_handler('Kim');
        await ann.at('raw-toggle').click();
        await ann.state('raw-state', 'disconnected');

        for (const frame of ['CONNECT', 'CONNECTED', 'SUBSCRIBE', 'SEND', 'MESSAGE']) await ann.shows('log', frame);
        await ann.disconnect();
        await ann.shows('log', 'DISCONNECT');
        await ann.shows('log', 'RECEIPT');
        assert.ok(await ann.at('greeting-send').isDisabled());
        await ann.at('log-clear').click();
        assert.equal(await ann.at('log').locator('li').count(), 0);
        await bob.disconnect();
      });
    });
  }

  test('by keyboard alone', async () => {
    await with_browser({}, async (open) => {
      const demo_page = await open();
      const keys = demo_page.page.keyboard;
      const focused = () => demo_page.page.evaluate(() => document.activeElement.id);
      const tab_to = async (id) => {
        for (let i = 0; i < 40 && await focused() !== id; ++i) await keys.press('Tab');
        assert.equal(await focused(), id, `Tab does not reach ${id}`);
      };
      await tab_to('transport-websocket');
      await keys.press('ArrowRight');
      assert.equal(await focused(), 'transport-sockjs-websocket');
      await keys.press('Enter');
      await demo_page.state('connection-state', 'connected');
      await tab_to('greeting-name');
      await keys.type('Keyboard');
      await keys.press('Enter');
      await demo_page.shows('greeting-list', 'Hello, Keyboard!');
      await tab_to('chat-name');
      await keys.type('Ann');
      await keys.press('Enter');
      await demo_page.page.locator('#chat-messages .aside').waitFor();
      assert.equal(await focused(), 'chat-text');
      await keys.type('typed');
      await keys.press('Enter');
      await demo_page.shows('chat-messages', 'typed');
      for (const id of ['chat-messages', 'log-clear', 'log']) await tab_to(id);
    });
  });

  test('every control has a name and an id of its own', async () => {
    await with_browser({}, async (open) => {
      const { page } = await open();
      const controls = await page.locator('button, input, a[href]').evaluateAll((all) => all.map((control) => ({
        id: control.id, named: Boolean(control.labels?.[0]?.textContent.trim() || control.ariaLabel || control.textContent.trim()),
      })));
      assert.ok(controls.length > 15);
      assert.deepEqual(controls.filter((control) => !control.id || !control.named), []);
      assert.equal(new Set(controls.map((control) => control.id)).size, controls.length);
    });
  });

  test('an error of a controller is shown and can be dismissed', async () => {
    await with_browser({}, async (open) => {
      const ann = await open('?room=lobby&transport=websocket');
      await ann.connect('websocket');
      // The page itself sends no wrong message: one is put into its socket.
      await ann.page.evaluate(() => {
        const name = document.getElementById('greeting-name');
        name.value = 'x';
        const { stringify } = JSON;
        JSON.stringify = () => 'no JSON';
        document.getElementById('greeting-send').click();
        JSON.stringify = stringify;
      });
      await ann.at('notice').waitFor();
      assert.notEqual((await ann.at('notice-text').textContent()).trim(), '');
      await ann.at('notice-close').click();
      await ann.at('notice').waitFor({ state: 'hidden' });
      await ann.state('connection-state', 'connected');
    });
  });

  test('a greeting from a worker thread', async () => {
    await with_browser({}, async (open) => {
      const ann = await open();
      await ann.connect('websocket');
      await ann.at('greeting-blocking').check();
      await ann.greet('Worker');
      await ann.shows('greeting-list', 'Hello, Worker!');
      await ann.shows('log', '/app/hello-blocking');
    });
  });

  test('heart-beats are counted in one line', async () => {
    await with_browser({}, async (open) => {
      const ann = await open();
      await ann.connect('websocket');
      await ann.at('log').locator('.beats').filter({ hasText: /[1-9] sent, [1-9] received/ }).waitFor();
      assert.equal(await ann.at('log').locator('.beats').count(), 1);
    });
  });

  test('the log is bounded', async () => {
    await with_browser({}, async (open) => {
      const ann = await open();
      await ann.connect('websocket');
      await ann.join('busy', 'Ann');
      await ann.page.evaluate(() => {
        for (let i = 0; i < 120; ++i) {
          document.getElementById('chat-text').value = `line ${i}`;
          document.getElementById('chat-form').requestSubmit();
        }
      });
      await ann.shows('chat-messages', 'line 119');
      assert.equal(await ann.at('log').locator('li').count(), 200);
      await ann.shows('log-count', 'last 200 of');
    });
  });

  for (const [look, options] of Object.entries(looks)) {
    test(`nothing is cut off: ${look}`, async () => {
      await with_browser(options, async (open) => {
        const ann = await open();
        await picture(ann.page, `demo-${look}-before`);
        await ann.connect('websocket');
        await ann.greet('World');
        await ann.join('lobby', 'Ann');
        const bob = await open();
        await bob.connect('sockjs-xhr-streaming');
        await bob.join('lobby', 'Bob');
        await ann.say('Is anybody here?');
        await bob.shows('chat-messages', 'Is anybody here?');
        await bob.say('Fifty of us, to judge by the noise. A longer line shows how a message wraps when it meets the edge.');
        await ann.shows('chat-messages', 'Fifty of us');
        await ann.ask_raw_handler('Kim');
        await ann.shows('greeting-list', 'Hello, World!');
        await ann.page.locator('#log details').last().locator('summary').click();
        await picture(ann.page, `demo-${look}`);
        const [content, width] = await ann.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(content <= width, `the page is ${content} wide on a screen of ${width}`);
        await bob.disconnect();
        await ann.disconnect();
      });
    });
  }
});
