// The ways to reach an endpoint. `StompJs` and `SockJS` are the unmodified libraries the page loads before this.

const with_sockjs = (transport) => (path) => new SockJS(path, null, { transports: [transport] });

function with_websocket(path, protocols) {
  const address = new URL(path, location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(address, protocols);
}

const transports = {
  'websocket': { name: 'WebSocket', open: with_websocket },
  'sockjs-websocket': { name: 'SockJS WebSocket', open: with_sockjs('websocket') },
  'sockjs-xhr-streaming': { name: 'SockJS xhr-streaming', open: with_sockjs('xhr-streaming') },
  'sockjs-eventsource': { name: 'SockJS eventsource', open: with_sockjs('eventsource') },
  'sockjs-xhr-polling': { name: 'SockJS xhr-polling', open: with_sockjs('xhr-polling') },
};

/** What is chosen in the form: its name for people, and open(path, protocols) giving a WebSocket or what looks like one. */
export function chosen_transport() {
  return transports[document.querySelector('input[name="transport"]:checked').value];
}
