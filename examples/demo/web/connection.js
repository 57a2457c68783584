// The STOMP session that greeting and chat share. Cards are told when it is there and when it is gone.
import { log_event, log_frame, log_heart_beat } from './frame_log.js';
import { by_id, clear_notice, notice, show_state } from './page.js';
import { chosen_transport } from './transports.js';

const endpoint = 'gs-guide-websocket';
const words = {
  disconnected: 'Disconnected',
  connecting: 'Connecting…',
  connected: 'Connected',
  reconnecting: 'Lost, trying again…',
  disconnecting: 'Disconnecting…',
};
const invitation = by_id('connection-details').textContent;
const watchers = [];
let state = 'disconnected';
let client = null;

/** Calls connected(client) on every connection, and disconnected() when it is over. */
export function on_connection(watcher) {
  watchers.push(watcher);
}

function connect() {
  const transport = chosen_transport();
  clear_notice();
  client = new StompJs.Client({
    webSocketFactory: () => transport.open(endpoint, StompJs.Versions.default.protocolVersions()),
    reconnectDelay: 2000,
    logRawCommunication: true,
    debug: log_debug,
    onConnect: (frame) => connected(transport, frame),
    onStompError: (frame) => notice(`The server says: ${frame.headers.message}`),
    onWebSocketClose: closed,
  });
  enter('connecting');
  log_event('STOMP', `connecting over ${transport.name}`);
  client.activate();
}

async function disconnect() {
  enter('disconnecting');
  await client.deactivate();
  enter('disconnected');
}

function connected(transport, { headers }) {
  enter('connected');
  by_id('connection-version').textContent = `STOMP ${client.connectedVersion}`;
  by_id('connection-version').hidden = false;
  by_id('connection-details').textContent = [transport.name, headers.server, heart_beats(headers['heart-beat'])]
    .filter(Boolean).join(' · ');
  client.subscribe('/user/queue/errors', ({ body }) => notice(error_text(body)));
  for (const watcher of watchers) watcher.connected(client);
}

function closed({ code, reason }) {
  log_event('STOMP', `closed ${code} ${reason}`.trim());
  if (state === 'connected' || state === 'disconnecting') watchers.forEach((watcher) => watcher.disconnected());
  if (state !== 'disconnecting') enter('reconnecting');
}

function enter(next) {
  state = next;
  show_state('connection', state, words[state]);
  by_id('transports').disabled = state !== 'disconnected';
  by_id('connection-toggle').textContent = state === 'disconnected' ? 'Connect' : 'Disconnect';
  if (state === 'connected') return;
  by_id('connection-version').hidden = true;
  by_id('connection-details').textContent = invitation;
}

/** STOMP 1.2, "Heart-beating": each way the slower of what one can and the other wants; zero is none. */
function heart_beats(servers = '0,0') {
  const [can, wants] = servers.split(',').map(Number);
  const agreed = (ours, theirs) => (ours && theirs ? `${Math.max(ours, theirs) / 1000} s` : 'none');
  return `heart-beats out ${agreed(client.heartbeatOutgoing, wants)}, in ${agreed(client.heartbeatIncoming, can)}`;
}

function error_text(body) {
  try {
    return JSON.parse(body).message;
  } catch {
    return body;
  }
}

/** stompjs tells of frames by its debug function: ">>> " out, "<<< " in, PING and PONG for heart-beats. */
function log_debug(text) {
  const way = { '>>> ': 'out', '<<< ': 'in' }[text.slice(0, 4)];
  const frame = text.slice(4);
  if (!way || frame.trim() === '') return;
  if (frame === 'PING' || frame === 'PONG') log_heart_beat(way);
  else log_frame(way, 'STOMP', frame);
}

by_id('connection-form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (state === 'disconnected') connect();
  else if (state !== 'disconnecting') disconnect();
});
