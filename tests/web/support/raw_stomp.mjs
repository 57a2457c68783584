// A WebSocket peer that writes STOMP bytes by hand: for what no well-behaved client would send.
import { once } from 'node:events';

import WebSocket from 'ws';

import { endpoint } from './stomp.mjs';
import { Inbox, within } from './wait.mjs';

export class RawStomp {
  static async open(t, server, at = endpoint) {
    const socket = new WebSocket(server.ws(at), ['v12.stomp', 'v11.stomp', 'v10.stomp'], { perMessageDeflate: false });
    t.after(() => socket.terminate());
    const peer = new RawStomp(socket);
    await within(once(socket, 'open'), 'WebSocket handshake');
    return peer;
  }

  static async connected(t, server, headers = 'accept-version:1.2\nhost:localhost\nheart-beat:0,0\n') {
    const peer = await RawStomp.open(t, server);
    peer.send(`CONNECT\n${headers}\n\0`);
    await peer.frame('CONNECTED');
    return peer;
  }

  constructor(socket) {
    this.socket = socket;
    this.inbox = new Inbox();
    socket.on('message', (data) => this.inbox.push(data.toString('latin1')));
    this.closing = new Promise((resolve) => socket.on('close', (code) => resolve(code)));
    socket.on('error', () => {});  // a close follows and is what the tests look at
  }

  send(bytes) { this.socket.send(bytes); }

  /** The next message that is no heart-beat; it must begin with `command`. */
  async frame(command) {
    for (;;) {
      const message = await this.inbox.next(command);
      if (message === '\n') continue;
      if (!message.startsWith(`${command}\n`)) throw new Error(`expected ${command}, got ${JSON.stringify(message)}`);
      return message;
    }
  }

  closed() { return within(this.closing, 'close'); }
}
