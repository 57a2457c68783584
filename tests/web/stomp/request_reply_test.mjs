// Unmodified @stomp/rx-stomp asks, and gets its answers on a queue it never subscribed to (docs/request_reply.md).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RxStomp, RxStompRPC } from '@stomp/rx-stomp';
import { firstValueFrom, take, toArray } from 'rxjs';

import { endpoint } from '../support/stomp.mjs';
import { serve, shard_counts } from '../support/suite.mjs';
import { transports } from '../support/transports.mjs';
import { within } from '../support/wait.mjs';

async function connect(t, server, transport = 'WebSocket') {
  const rx = new RxStomp();
  rx.configure({ reconnectDelay: 0, webSocketFactory: () => transports[transport](server, endpoint, ['v12.stomp']) });
  t.after(() => rx.deactivate({ force: true }));
  const connected = firstValueFrom(rx.connected$);
  rx.activate();
  await within(connected, `CONNECTED over ${transport}`);
  return rx;
}

const answer_to = (question, what) => within(firstValueFrom(question), what);

/** Answers every job at /queue/jobs, `times` over. */
async function work(t, server, times = 1) {
  const worker = await connect(t, server);
  worker.watch('/queue/jobs', { receipt: 'ready' }).subscribe((job) => {
    for (let n = 0; n < times; ++n)
      worker.publish({ destination: job.headers['reply-to'], body: `${job.body} done ${n}`,
        headers: { 'correlation-id': job.headers['correlation-id'] } });
  });
  await within(new Promise((resolve) => { worker.watchForReceipt('ready', resolve); }), 'the worker ready');
  return worker;
}

for (const shards of shard_counts) {
  describe(`rx-stomp's RPC on ${shards} shards`, () => {
    const greeting = serve('greeting', { shards });

    for (const transport of Object.keys(transports)) {
      test(`a controller answers over ${transport}`, async (t) => {
        const rpc = new RxStompRPC(await connect(t, greeting.server, transport));
        const answer = await answer_to(rpc.rpc({ destination: '/app/hello', body: '{"name":"World"}' }), 'the answer');
        assert.deepEqual(JSON.parse(answer.body), { content: 'Hello, World!' });
        assert.equal(answer.headers.subscription, '/temp-queue/rpc-replies');
      });
    }

    test('each question has its own answer', async (t) => {
      const rpc = new RxStompRPC(await connect(t, greeting.server));
      const names = Array.from({ length: 20 }, (_, n) => `n${n}`);
      const answers = await Promise.all(names.map((name) =>
        answer_to(rpc.rpc({ destination: '/app/hello', body: JSON.stringify({ name }) }), name)));
      assert.deepEqual(answers.map((answer) => JSON.parse(answer.body).content), names.map((name) => `Hello, ${name}!`));
    });

    test('an error is an answer too', async (t) => {
      const rpc = new RxStompRPC(await connect(t, greeting.server));
      const answer = await answer_to(rpc.rpc({ destination: '/app/hello', body: 'no JSON' }), 'the error');
      assert.equal(answer.headers.code, JSON.parse(answer.body).code);
      assert.ok(answer.headers.code.length > 0);
    });

    test('another client answers what it takes from a queue', async (t) => {
      await work(t, greeting.server);
      const asking = await Promise.all([1, 2, 3].map(() => connect(t, greeting.server)));
      const answers = await Promise.all(asking.map((rx, n) =>
        answer_to(new RxStompRPC(rx).rpc({ destination: '/queue/jobs', body: `job ${n}` }), `job ${n}`)));
      assert.deepEqual(answers.map((answer) => answer.body), ['job 0 done 0', 'job 1 done 0', 'job 2 done 0']);
    });

    test('several answers to one question come in order', async (t) => {
      await work(t, greeting.server, 5);
      const rpc = new RxStompRPC(await connect(t, greeting.server));
      const answers = rpc.stream({ destination: '/queue/jobs', body: 'x' }).pipe(take(5), toArray());
      assert.deepEqual((await answer_to(answers, 'five answers')).map((answer) => answer.body),
        [0, 1, 2, 3, 4].map((n) => `x done ${n}`));
    });

    test('with a reply queue that it subscribes to itself, as ActiveMQ wants it', async (t) => {
      const rx = await connect(t, greeting.server);
      const rpc = new RxStompRPC(rx, { replyQueueName: '/temp-queue/own', setupReplyQueue: (name) => rx.watch(name) });
      const answer = await answer_to(rpc.rpc({ destination: '/app/hello', body: '{"name":"World"}' }), 'the answer');
      assert.equal(answer.headers.destination, '/temp-queue/own');
      assert.notEqual(answer.headers.subscription, '/temp-queue/own');
    });
  });
}
