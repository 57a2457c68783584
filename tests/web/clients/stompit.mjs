// stompit, over TCP, for the specifications in messaging.mjs and acknowledging.mjs.
import stompit from 'stompit';

import { Inbox, within } from '../support/wait.mjs';

function read(frame) {
  return new Promise((resolve, reject) => {
    const parts = [];
    frame.on('data', (part) => parts.push(part));
    frame.on('end', () => resolve(Buffer.concat(parts)));
    frame.on('error', reject);
  });
}

class Session {
  #client;
  #last_subscription = 0;
  #last_transaction = 0;
  errors = new Inbox();

  constructor(client, version) {
    this.#client = client;
    this.version = version;
    this.closing = new Promise((resolve) => client.getTransportSocket().once('close', resolve));
    client.on('error', (error) => this.errors.push({ headers: { message: error.message } }));
  }

  /** A frame that wants a receipt: stompit asks for it when it is given somebody to tell. */
  receipt(act) {
    return within(new Promise((onReceipt, onError) => act({ onReceipt, onError })), 'RECEIPT');
  }

  /** As Client.subscribe, which has no place for a receipt. */
  async subscribe(destination, headers = {}) {
    const inbox = new Inbox();
    const id = `subscription-${++this.#last_subscription}`;
    const subscription = this.#client.setImplicitSubscription(id, headers.ack, async (error, frame) => {
      if (error) return;  // comes to `errors` too
      const bytes = await read(frame);
      const end = (act) => ({ onReceipt, ...more } = {}) => act(frame, more, onReceipt && { onReceipt });
      inbox.push({
        bytes: new Uint8Array(bytes), text: bytes.toString(), headers: frame.headers,
        ack: end(this.#client.ack.bind(this.#client)), nack: end(this.#client.nack.bind(this.#client)),
      });
    });
    await this.receipt((told) => this.#client.sendFrame('SUBSCRIBE', { id, destination, ...headers }, told).end());
    return Object.assign(inbox, {
      message: () => inbox.next(`message on ${destination}`),
      unsubscribe: async () => {
        subscription.unsubscribe();
        await this.receipt((told) => this.#client.send('/topic/after-unsubscribe', told).end());
      },
    });
  }

  send(destination, body, { onReceipt, onError, ...headers } = {}) {
    const told = onReceipt && { onReceipt, onError };
    const frame = this.#client.send({ destination, 'content-length': Buffer.byteLength(body), ...headers }, told);
    frame.end(Buffer.from(body));
  }

  begin() { return this.#client.begin({ transaction: `transaction-${++this.#last_transaction}` }); }

  async ended() { await within(this.closing, 'close'); }

  disconnect() {
    return within(new Promise((resolve, reject) => {
      this.#client.disconnect((error) => (error ? reject(error) : resolve()));
    }), 'RECEIPT of DISCONNECT');
  }
}

export const tcp = {
  name: 'stompit',
  octets: true,
  escapes: ['1.1', '1.2'],
  last_words: true,
  async connect(t, server, { version = '1.2', login = 'guest', passcode = 'guest' } = {}) {
    const [host, port] = server.stomp.split(':');
    const connectHeaders = { host, login, passcode, 'accept-version': version, 'heart-beat': '0,0' };
    const connected = new Promise((resolve, reject) => {
      const made = stompit.connect({ host, port: Number(port), connectHeaders }, (error, client) => {
        if (error) reject(new Error(`ERROR ${error.message}`));
        else resolve(client);
      });
      t.after(() => made.destroy());
    });
    const client = await within(connected, 'CONNECTED over TCP');
    return new Session(client, client.headers.version);
  },
};
