// @stomp/stompjs with promises instead of callbacks.
import { randomUUID } from 'node:crypto';

import { Client, Versions } from '@stomp/stompjs';

import { transports } from './transports.mjs';
import { Inbox, within } from './wait.mjs';

export const endpoint = '/gs-guide-websocket';

/** A connected client, dropped when the test ends. `options` are those of stompjs. */
export async function connect(t, server, { transport = 'WebSocket', version, at = endpoint, ...options } = {}) {
  const versions = version ? new Versions([version]) : Versions.default;
  const client = new Client({
    stompVersions: versions,
    reconnectDelay: 0,
    webSocketFactory: () => transports[transport](server, at, versions.protocolVersions()),
    ...options,
  });
  const errors = new Inbox();
  const closes = new Inbox();
  t.after(() => client.deactivate({ force: true }));
  const connected = new Promise((resolve, reject) => {
    client.onConnect = resolve;
    client.onWebSocketClose = (event) => { closes.push(event); reject(new Error(`closed: ${event.code} ${event.reason}`)); };
    client.onStompError = (frame) => { errors.push(frame); reject(new Error(`ERROR ${frame.headers.message}`)); };
  });
  client.activate();
  const frame = await within(connected, `CONNECTED over ${transport}`);
  return new Session(client, frame, errors, closes);
}

export class Session {
  constructor(client, connected, errors, closes) {
    Object.assign(this, { client, connected, errors, closes });
  }

  /** Resolves with the RECEIPT of the frame that `act(headers)` sends. */
  async receipt(act) {
    const receipt = `receipt-${randomUUID()}`;
    const came = new Promise((resolve) => this.client.watchForReceipt(receipt, resolve));
    act({ receipt });
    return within(came, 'RECEIPT');
  }

  /** Subscribes and waits until the server has said so; gives what arrives. */
  async subscribe(destination, headers = {}) {
    const inbox = new Inbox();
    await this.receipt((asking) => {
      inbox.subscription = this.client.subscribe(destination, inbox.push, { ...headers, ...asking });
    });
    return inbox;
  }

  /** As subscribe, for a destination whose answer needs no receipt to be waited for. */
  ask(destination) {
    const inbox = new Inbox();
    inbox.subscription = this.client.subscribe(destination, inbox.push);
    return inbox;
  }

  send(destination, body, headers = {}) {
    const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    this.client.publish({ destination, headers, ...(typeof text === 'string' ? { body: text } : { binaryBody: text }) });
  }

  send_with_receipt(destination, body, headers = {}) {
    return this.receipt((asking) => this.send(destination, body, { ...headers, ...asking }));
  }

  /** DISCONNECT with a receipt, and the close that follows it. */
  async disconnect() {
    const receipt = new Promise((resolve) => { this.client.onDisconnect = resolve; });
    await within(this.client.deactivate(), 'close after DISCONNECT');
    return within(receipt, 'RECEIPT of DISCONNECT');
  }
}
