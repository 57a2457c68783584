// A peer of a raw handler over any transport, with promises instead of callbacks.
import { transports } from './transports.mjs';
import { Inbox, within } from './wait.mjs';

/** An open connection; `inbox` gets the texts, `closing` resolves with the close event. */
export async function open(t, server, transport = 'WebSocket', at = '/user') {
  const socket = transports[transport](server, at);
  const inbox = new Inbox();
  t.after(() => (socket.terminate ? socket.terminate() : socket.close()));
  socket.onmessage = (event) => inbox.push(event.data);
  socket.onerror = () => {};  // a close follows and is what the tests look at
  const closing = new Promise((resolve) => { socket.onclose = resolve; });
  const opening = new Promise((resolve, reject) => {
    socket.onopen = resolve;
    closing.then((event) => reject(new Error(`closed: ${event.code} ${event.reason}`)));
  });
  await within(opening, `open over ${transport}`);
  return { socket, inbox, closing, closed: () => within(closing, 'close') };
}
