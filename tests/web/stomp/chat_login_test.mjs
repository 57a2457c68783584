// The rules of examples/chat_login, as a client meets them that is not its page.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { serve_chat_login } from '../support/login_server.mjs';
import { connect } from '../support/stomp.mjs';

describe('the rules of the chat with logins', () => {
  const servers = serve_chat_login();

  const log_in = async (t, user) => connect(t, servers.chat, { at: '/chat',
    connectHeaders: { Authorization: `Bearer ${await servers.login.token(user)}` } });

  const denied = {
    'a message to a room, by which it could be somebody else\'s': (who) => who.send('/topic/room/garden', { from: 'bob', text: 'x' }),
    'a message to the administrators': (who) => who.send('/topic/admin', { from: 'carol', text: 'x' }),
    'a message to somebody\'s own queue': (who) => who.send('/user/bob/queue/private', { from: 'carol', text: 'x' }),
    'what only an administrator may': (who) => who.send('/app/kick/bob', ''),
    'what nobody serves': (who) => who.send('/app/nothing', ''),
    'the administrators\' topic': (who) => who.ask('/topic/admin'),
    'every topic': (who) => who.ask('/topic/**'),
    'topics among which is the administrators\'': (who) => who.ask('/topic/*'),
    'another one\'s queue': (who) => who.ask('/user/bob/queue/private'),
  };
  for (const [what, act] of Object.entries(denied)) {
    test(`a user is denied ${what}`, async (t) => {
      const alice = await log_in(t, 'alice');
      act(alice);
      const error = await alice.errors.next('ERROR');
      assert.deepEqual([error.headers.message, error.headers.code], ['Access is denied', 'forbidden']);
      assert.equal((await alice.closes.next('close')).code, 1002);
    });
  }

  test('a user may hear all rooms, an administrator the administrators\' topic', async (t) => {
    const [alice, carol] = [await log_in(t, 'alice'), await log_in(t, 'carol')];
    const rooms = await alice.subscribe('/topic/room/*');
    const administrators = await carol.subscribe('/topic/admin');
    carol.send('/app/room/garden', { text: 'Hello' }, { 'content-type': 'application/json' });
    assert.deepEqual(JSON.parse((await rooms.next()).body), { from: 'carol', text: 'Hello' });
    carol.send('/app/kick/nobody', '');
    assert.deepEqual(JSON.parse((await administrators.next()).body), { from: 'carol', text: 'nobody was thrown out' });
  });

  test('nobody connects without a token', async (t) => {
    await assert.rejects(connect(t, servers.chat, { at: '/chat' }), /ERROR Bad credentials/);
  });
});
