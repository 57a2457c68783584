// Puts the cards together. The link to a second tab carries what is chosen here: ?transport=…&room=…
import './connection.js';
import './greeting.js';
import './chat.js';
import './raw_handler.js';
import { by_id } from './page.js';

const asked = new URLSearchParams(location.search);
const transport = asked.get('transport') && by_id(`transport-${asked.get('transport')}`);
if (transport) transport.checked = true;
if (asked.get('room')) by_id('chat-room').value = asked.get('room');

by_id('chat-second-tab').addEventListener('click', ({ currentTarget }) => {
  const chosen = document.querySelector('input[name="transport"]:checked').value;
  currentTarget.href = `?${new URLSearchParams({ transport: chosen, room: by_id('chat-room').value })}`;
});
