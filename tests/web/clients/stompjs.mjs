// @stomp/stompjs for the specifications in messaging.mjs and acknowledging.mjs, over any of support/transports.mjs.
import { connect } from '../support/stomp.mjs';

const message = (frame) => ({
  text: frame.body, bytes: frame.binaryBody, headers: frame.headers,
  ack: (headers) => frame.ack(headers), nack: (headers) => frame.nack(headers),
});

class Session {
  constructor(session) {
    this.session = session;
    this.version = session.client.connectedVersion;
    this.errors = session.errors;
  }

  receipt(act) { return this.session.receipt(act); }

  async subscribe(destination, headers) {
    const inbox = await this.session.subscribe(destination, headers);
    return Object.assign(inbox, {
      message: async () => message(await inbox.next(`message on ${destination}`)),
      unsubscribe: () => this.receipt((asking) => inbox.subscription.unsubscribe(asking)),
    });
  }

  send(destination, body, headers) { this.session.send(destination, body, headers); }

  begin() { return this.session.client.begin(); }

  async ended() { await this.session.closes.next('close'); }

  disconnect() { return this.session.disconnect(); }
}

export const stompjs = (transport = 'WebSocket') => ({
  name: `stompjs over ${transport}`,
  octets: true,
  escapes: ['1.2'],
  last_words: true,
  async connect(t, server, { version = '1.2', login = 'guest', passcode = 'guest' } = {}) {
    return new Session(await connect(t, server,
      { transport, version, at: '/stomp', connectHeaders: { login, passcode } }));
  },
});
