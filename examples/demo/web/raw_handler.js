// The handler at /user speaks no STOMP: a JSON text goes in, a sentence comes out to every session.
import { log_event, log_frame } from './frame_log.js';
import { append, by_id, element, show_state, time } from './page.js';
import { chosen_transport } from './transports.js';

const endpoint = 'user';
const most_answers = 50;
let socket = null;

function open() {
  const transport = chosen_transport();
  log_event('raw', `opening over ${transport.name}`);
  show('connecting', 'Connecting…');
  socket = transport.open(endpoint);
  socket.onopen = () => show('connected', `Connected · ${transport.name}`);
  socket.onmessage = ({ data }) => {
    log_frame('in', 'raw', data);
    append(by_id('raw-list'), element('li', {}, element('span', { textContent: data }), time()), most_answers);
  };
  socket.onclose = ({ code, reason }) => {
    log_event('raw', `closed ${code} ${reason}`.trim());
    socket = null;
    show('disconnected', 'Disconnected');
  };
}

function show(state, words) {
  show_state('raw', state, words);
  by_id('raw-send').disabled = state !== 'connected';
  by_id('raw-toggle').textContent = socket || state === 'connecting' ? 'Close' : 'Open';
}

by_id('raw-toggle').addEventListener('click', () => (socket ? socket.close() : open()));

by_id('raw-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = JSON.stringify({ user: by_id('raw-user').value });
  log_frame('out', 'raw', text);
  socket.send(text);
});
