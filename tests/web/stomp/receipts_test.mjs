// STOMP 1.2, "RECEIPT", "Standard Headers: receipt", "DISCONNECT".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RawStomp } from '../support/raw_stomp.mjs';
import { connect } from '../support/stomp.mjs';
import { serve } from '../support/suite.mjs';
import { transports } from '../support/transports.mjs';

describe('receipts', () => {
  const greeting = serve('greeting');

  for (const transport of Object.keys(transports)) {
    test(`over ${transport}: SUBSCRIBE, SEND, UNSUBSCRIBE and DISCONNECT`, async (t) => {
      const session = await connect(t, greeting.server, { transport });
      const inbox = await session.subscribe('/topic/receipts');
      const receipt = await session.send_with_receipt('/topic/receipts', 'body');
      assert.equal(receipt.command, 'RECEIPT');
      await inbox.next();
      await session.receipt((headers) => inbox.subscription.unsubscribe(headers));
      assert.equal((await session.disconnect()).command, 'RECEIPT');
    });
  }

  test('the frames before DISCONNECT are processed', async (t) => {
    const listener = await connect(t, greeting.server);
    const inbox = await listener.subscribe('/topic/last-words');
    const session = await connect(t, greeting.server);
    session.send('/topic/last-words', 'bye');
    await session.disconnect();
    assert.equal((await inbox.next()).body, 'bye');
  });

  test('a receipt-id comes back unchanged, receipts in order, and none that was not asked for', async (t) => {
    const peer = await RawStomp.connected(t, greeting.server);
    peer.send('SEND\ndestination:/topic/nobody\n\nsilent\0');
    peer.send('SEND\ndestination:/topic/nobody\nreceipt: a\\cb\\\\ \n\nloud\0');
    peer.send('SUBSCRIBE\nid:0\ndestination:/topic/nobody-2\nreceipt:second\n\n\0');
    assert.equal(await peer.frame('RECEIPT'), 'RECEIPT\nreceipt-id: a\\cb\\\\ \n\n\0');
    assert.equal(await peer.frame('RECEIPT'), 'RECEIPT\nreceipt-id:second\n\n\0');
  });

  test('DISCONNECT without a receipt closes the connection', async (t) => {
    const peer = await RawStomp.connected(t, greeting.server);
    peer.send('DISCONNECT\n\n\0');
    assert.equal(await peer.closed(), 1000);
  });
});
