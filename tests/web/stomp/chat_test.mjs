// The demo's chat: a message mapping with a variable in its destination, and a subscribe mapping.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { demo_arguments } from '../support/server.mjs';
import { connect } from '../support/stomp.mjs';
import { serve } from '../support/suite.mjs';
import { transports } from '../support/transports.mjs';

describe('chat', () => {
  const demo = serve('demo', { args: demo_arguments });

  for (const transport of Object.keys(transports)) {
    test(`over ${transport} everybody in the room gets what one says, with the time`, async (t) => {
      const ann = await connect(t, demo.server, { transport });
      const bob = await connect(t, demo.server);
      const inboxes = [await ann.subscribe('/topic/chat/lobby'), await bob.subscribe('/topic/chat/lobby')];
      const text = `<i>hi</i> over ${transport}`;
      ann.send('/app/chat/lobby', { from: 'Ann', text });
      for (const inbox of inboxes) {
        const { at, ...message } = JSON.parse((await inbox.next()).body);
        assert.deepEqual(message, { from: 'Ann', text });
        assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000, `not the time of now: ${at}`);
      }
    });

    test(`SUBSCRIBE to a subscribe mapping over ${transport} is answered to that subscription alone`, async (t) => {
      const session = await connect(t, demo.server, { transport });
      const welcome = session.ask('/app/chat/lobby/welcome');
      const message = await welcome.next();
      assert.equal(message.headers.subscription, welcome.subscription.id);
      const body = JSON.parse(message.body);
      assert.equal(body.room, 'lobby');
      assert.ok(body.hello.length > 0);
      await session.send_with_receipt('/topic/alive', 'still here');
      assert.deepEqual(welcome.rest, []);
    });
  }

  test('rooms are apart', async (t) => {
    const session = await connect(t, demo.server);
    const [red, blue] = [await session.subscribe('/topic/chat/red'), await session.subscribe('/topic/chat/blue')];
    session.send('/app/chat/red', { from: 'Ann', text: 'red' });
    session.send('/app/chat/blue', { from: 'Ann', text: 'blue' });
    assert.equal(JSON.parse((await red.next()).body).text, 'red');
    assert.equal(JSON.parse((await blue.next()).body).text, 'blue');
    assert.deepEqual([red.rest, blue.rest], [[], []]);
  });
});
