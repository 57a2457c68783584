// The guide's greeting: a name to /app/hello, the answer on /topic/greeting.
import { on_connection } from './connection.js';
import { append, by_id, element, time } from './page.js';

const most_greetings = 50;
let client = null;

on_connection({
  connected(session) {
    client = session;
    by_id('greeting-send').disabled = false;
    client.subscribe('/topic/greeting', ({ body }) => {
      const content = element('span', { textContent: plain(JSON.parse(body).content) });
      append(by_id('greeting-list'), element('li', {}, content, time()), most_greetings);
    });
  },
  disconnected() {
    client = null;
    by_id('greeting-send').disabled = true;
  },
});

by_id('greeting-form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!client) return;
  const destination = by_id('greeting-blocking').checked ? '/app/hello-blocking' : '/app/hello';
  client.publish({ destination, body: JSON.stringify({ name: by_id('greeting-name').value }),
    headers: { 'content-type': 'application/json' } });
});

/** The server escapes names for pages that put them into HTML; here they become text, so the escapes are undone. */
function plain(escaped) {
  return new DOMParser().parseFromString(escaped, 'text/html').body.textContent;
}
