// One conversation of sockjs-client, from open to close. It stands alone so that it can also run inside of a page.

/**
 * Sends `messages` when the session is open; closes it with 3001 when `count` messages have come. Resolves, when the session is
 * closed, with the transport that was used, what came, and how it was closed.
 */
export function converse(SockJS, url, { transports, messages = [], count = messages.length }) {
  return new Promise((resolve) => {
    // By itself it gives up on a transport after some round trips, as it measured one before: too soon on a busy machine.
    const socket = new SockJS(url, null, { timeout: 10_000, ...(transports && { transports }) });
    const heard = { transport: undefined, messages: [] };
    socket.onopen = () => {
      heard.transport = socket.transport;
      messages.forEach((message) => socket.send(message));
    };
    socket.onmessage = ({ data }) => {
      heard.messages.push(data);
      if (heard.messages.length === count) socket.close(3001, 'Enough');
    };
    socket.onclose = ({ code, reason }) => resolve({ ...heard, code, reason });
  });
}
