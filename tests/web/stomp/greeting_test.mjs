// The guide's program: SEND /app/hello is answered on /topic/greeting a second later.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { connect } from '../support/stomp.mjs';
import { serve } from '../support/suite.mjs';
import { transports } from '../support/transports.mjs';

describe('greeting', () => {
  const greeting = serve('greeting');

  for (const transport of Object.keys(transports)) {
    test(`/app/hello over ${transport} answers on /topic/greeting`, async (t) => {
      const session = await connect(t, greeting.server, { transport });
      const greetings = await session.subscribe('/topic/greeting');
      session.send('/app/hello', { name: `World ${transport}` });
      await heard(greetings, `Hello, World ${transport}!`);
    });

    test(`/app/hello-blocking over ${transport} answers from a worker thread`, async (t) => {
      const session = await connect(t, greeting.server, { transport });
      const greetings = await session.subscribe('/topic/greeting');
      session.send('/app/hello-blocking', { name: `Worker ${transport}` });
      await heard(greetings, `Hello, Worker ${transport}!`);
    });
  }

  test('the answer is JSON and says so', async (t) => {
    const session = await connect(t, greeting.server);
    const greetings = await session.subscribe('/topic/greeting');
    session.send('/app/hello', { name: 'type' });
    const message = await heard(greetings, 'Hello, type!');
    assert.match(message.headers['content-type'], /^application\/json/);
    assert.equal(message.headers.destination, '/topic/greeting');
    assert.equal(message.headers.subscription, greetings.subscription.id);
  });

  test('names are escaped for HTML', async (t) => {
    const session = await connect(t, greeting.server);
    const greetings = await session.subscribe('/topic/greeting');
    session.send('/app/hello', { name: '<b>&"' });
    await heard(greetings, 'Hello, &lt;b&gt;&amp;&quot;!');
  });

  test('names in any script come back as they went', async (t) => {
    const session = await connect(t, greeting.server, { transport: 'SockJS xhr-streaming' });
    const greetings = await session.subscribe('/topic/greeting');
    session.send('/app/hello', { name: 'Στέντωρ 𝄞\u2028\u200f' });
    await heard(greetings, 'Hello, Στέντωρ 𝄞\u2028\u200f!');
  });

  test('two calls of one session wait together, not one after another', async (t) => {
    const session = await connect(t, greeting.server);
    const greetings = await session.subscribe('/topic/greeting');
    const begun = performance.now();
    for (let i = 0; i < 10; ++i) session.send('/app/hello', { name: `many ${i}` });
    await heard(greetings, 'Hello, many 9!');
    assert.ok(performance.now() - begun < 8_000, 'ten waits of one second took ten seconds');
  });
});

/** Other tests' greetings come on the same topic: waits for this one. */
async function heard(greetings, content) {
  for (;;) {
    const message = await greetings.next(content);
    if (JSON.parse(message.body).content === content) return message;
  }
}
