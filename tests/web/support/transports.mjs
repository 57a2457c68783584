// The ways to an endpoint, each an unmodified client: npm ws, and sockjs-client with one transport forced.
import SockJS from 'sockjs-client';
import WebSocket from 'ws';

const sockjs = (transport) => (server, at) => new SockJS(server.url(at), null, { transports: [transport] });

export const sockjs_transports = {
  'SockJS websocket': sockjs('websocket'),
  'SockJS xhr-streaming': sockjs('xhr-streaming'),
  'SockJS eventsource': sockjs('eventsource'),
  'SockJS xhr-polling': sockjs('xhr-polling'),
};

/** name -> (server, path, subprotocols) -> something that looks like a WebSocket */
export const transports = {
  'WebSocket': (server, at, protocols) => new WebSocket(server.ws(at), protocols, { perMessageDeflate: false }),
  ...sockjs_transports,
};
