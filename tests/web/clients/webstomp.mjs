// webstomp-client over any of support/transports.mjs, for the specifications in messaging.mjs and acknowledging.mjs.
// It knows neither escapes nor bodies that are no text, and closes the connection without waiting for a RECEIPT.
import { randomUUID } from 'node:crypto';

import webstomp from 'webstomp-client';

import { transports } from '../support/transports.mjs';
import { Inbox, within } from '../support/wait.mjs';

const message = (frame) => ({ text: frame.body, headers: frame.headers, ack: frame.ack, nack: frame.nack });

class Session {
  #client;
  #receipts = new Map();
  errors = new Inbox();
  #closes = new Inbox();

  constructor(client, socket) {
    this.#client = client;
    this.version = client.version;
    socket.addEventListener('close', this.#closes.push);
    client.onreceipt = (frame) => this.#receipts.get(frame.headers['receipt-id'])?.(frame);
  }

  receipt(act) {
    const receipt = randomUUID();
    const came = new Promise((resolve) => this.#receipts.set(receipt, resolve));
    act({ receipt });
    return within(came, 'RECEIPT');
  }

  async subscribe(destination, headers = {}) {
    const inbox = new Inbox();
    await this.receipt((asking) => {
      const id = randomUUID();  // its own are of the clock and may be equal
      inbox.subscription = this.#client.subscribe(destination, inbox.push, { id, ...headers, ...asking });
    });
    return Object.assign(inbox, {
      message: async () => message(await inbox.next(`message on ${destination}`)),
      unsubscribe: () => this.receipt((asking) => inbox.subscription.unsubscribe(asking)),
    });
  }

  send(destination, body, headers) { this.#client.send(destination, body, headers); }

  begin() { return this.#client.begin(); }

  async ended() { await this.#closes.next('close'); }

  async disconnect() {
    this.#client.disconnect();
    const { code } = await this.#closes.next('close');
    if (code !== 1000) throw new Error(`closed with ${code}`);
  }
}

export const webstomp_over = (transport) => ({
  name: `webstomp-client over ${transport}`,
  octets: false,
  escapes: [],
  last_words: !transport.includes('xhr'),  // what sockjs-client has not posted yet is lost at close
  async connect(t, server, { version = '1.2', login = 'guest', passcode = 'guest' } = {}) {
    const protocols = [`v${version.replace('.', '')}.stomp`];
    const socket = transports[transport](server, '/stomp', protocols);
    t.after(() => socket.close());
    const client = webstomp.over(socket, { protocols, debug: false, heartbeat: false });
    let session;
    const connected = new Promise((resolve, reject) => {
      client.connect({ login, passcode, host: 'localhost' }, resolve, (problem) => {
        if (session && problem.command) session.errors.push(problem);
        reject(new Error(problem.command ? `ERROR ${problem.headers.message}` : `closed: ${problem.code}`));
      });
    });
    await within(connected, `CONNECTED over ${transport}`);
    session = new Session(client, socket);
    return session;
  },
});
