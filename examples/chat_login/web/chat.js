// The page: a login, and unmodified stompjs and sockjs-client. Text from the network only ever becomes a text node.

const by_id = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const login_server = `${location.protocol}//${location.hostname}:${Number(query.get('login') ?? 8081)}`;
const renew_before = 30_000;

let client = null;
let session = '';
let room = null;
let expires = 0;
let renewal;

/** A fresh token, or nothing when it is in the cookie. */
async function fetch_token(user, by_cookie) {
  const asked = new URLSearchParams({ user, seconds: by_id('seconds').value, ...(by_cookie && { as: 'cookie' }) });
  const response = await fetch(`${login_server}/token?${asked}`, { credentials: 'include' });
  if (!response.ok) throw new Error((await response.json()).error);
  return (await response.json()).token;
}

const bearer = (token) => ({ Authorization: `Bearer ${token}` });

/** A browser shows a cookie whichever page asks it to: that it is this page, only this page can say. */
async function csrf_header() {
  const response = await fetch('chat/csrf');
  if (!response.ok) throw new Error(`There is no CSRF token: ${response.status}`);
  const { headerName, token } = await response.json();
  return { [headerName]: token };
}

async function log_in() {
  clear_notice();
  show('connecting', 'Logging in…');
  try {
    const by_cookie = by_id('by-cookie').checked;
    const token = by_id('token').value.trim() || await fetch_token(by_id('user').value, by_cookie);
    connect(token ? bearer(token) : await csrf_header());
  } catch (error) {
    notice(`The login failed: ${error.message}`);
    show('disconnected', 'Not logged in');
  }
}

function open_socket() {
  if (by_id('transport').value === 'xhr-streaming') return new SockJS('chat', null, { transports: ['xhr-streaming'] });
  return new WebSocket(new URL('chat', location.href.replace(/^http/, 'ws')), StompJs.Versions.default.protocolVersions());
}

function connect(credentials) {
  client = new StompJs.Client({
    webSocketFactory: open_socket,
    connectHeaders: credentials,
    reconnectDelay: 0,
    onConnect: connected,
    onStompError: ({ headers }) => notice(`The server has ended the session: ${headers.message} (${headers.code})`),
    onWebSocketClose: closed,
  });
  client.activate();
}

function connected({ headers }) {
  session = headers.session;
  show('connected', headers['user-name']);
  expires_in(Number(headers['x-expires-in']));
  client.subscribe('/user/queue/private', append_to('private-messages'));
  client.subscribe('/user/queue/errors', ({ body }) => notice(JSON.parse(body).message));
}

function expires_in(milliseconds) {
  expires = Date.now() + milliseconds;
  clearTimeout(renewal);
  renewal = setTimeout(renew, milliseconds - Math.min(renew_before, milliseconds / 2));
}

/** The session goes on, and its subscriptions with it. */
async function renew() {
  if (!by_id('renew').checked || by_id('token').value.trim()) return;
  try {
    const token = await fetch_token(by_id('login-state').textContent, by_id('by-cookie').checked);
    await (token ? renew_by_frame(token) : renew_by_request());
    expires_in(Number(by_id('seconds').value) * 1000);
  } catch (error) {
    notice(`The token cannot be renewed: ${error.message}`);
  }
}

function renew_by_frame(token) {
  return new Promise((resolve) => {
    client.watchForReceipt('renewed', resolve);
    client.publish({ destination: '/stentor/renew', headers: { ...bearer(token), receipt: 'renewed' } });
  });
}

/** With the cookie that has just come. */
async function renew_by_request() {
  const response = await fetch(`chat/renew?session=${session}`, { method: 'POST' });
  if (!response.ok) throw new Error((await response.json()).error);
}

function closed({ code, reason }) {
  clearTimeout(renewal);
  room = null;
  if (code !== 1000 && by_id('notice').hidden) notice(`The connection is closed: ${reason || code}`);
  show('disconnected', 'Not logged in');
}

function append_to(list) {
  return ({ body }) => {
    const { from, text } = JSON.parse(body);
    const item = document.createElement('li');
    item.className = from === by_id('login-state').textContent ? 'message mine' : 'message';
    for (const [name, content] of [['from', from], ['text', text]]) {
      item.append(Object.assign(document.createElement('div'), { className: name, textContent: content }));
    }
    by_id(list).append(item);
    item.scrollIntoView({ block: 'nearest' });
  };
}

function show(state, words) {
  for (const part of ['login-dot', 'login-state']) by_id(part).dataset.state = state;
  by_id('login-state').textContent = words;
  by_id('toggle').textContent = state === 'disconnected' ? 'Log in' : 'Log out';
  for (const id of ['user', 'seconds', 'transport', 'by-cookie', 'token']) by_id(id).disabled = state !== 'disconnected';
  for (const id of ['join', 'private-send', 'watch', 'kick']) by_id(id).disabled = state !== 'connected';
  if (state !== 'connected') for (const id of ['room-text', 'room-send']) by_id(id).disabled = true;
  by_id('left').hidden = state !== 'connected';
}

function notice(text) {
  by_id('notice-text').textContent = text;
  by_id('notice').hidden = false;
}

function clear_notice() { by_id('notice').hidden = true; }

function say(destination, input) {
  client.publish({ destination, body: JSON.stringify({ text: input.value }), headers: { 'content-type': 'application/json' } });
  input.value = '';
}

function on_submit(form, act) {
  by_id(form).addEventListener('submit', (event) => { event.preventDefault(); act(); });
}

// stompjs counts as active also when the server has ended the session.
on_submit('login-form', () => (by_id('login-state').dataset.state === 'disconnected' ? log_in() : client?.deactivate()));
on_submit('join-form', () => {
  room?.unsubscribe();
  const name = by_id('room').value;
  room = client.subscribe(`/topic/room/${name}`, append_to('room-messages'));
  room.name = name;
  for (const id of ['room-text', 'room-send']) by_id(id).disabled = false;
  by_id('room-text').focus();
});
on_submit('room-form', () => say(`/app/room/${room.name}`, by_id('room-text')));
on_submit('private-form', () => say(`/app/private/${encodeURIComponent(by_id('private-to').value)}`, by_id('private-text')));
on_submit('admin-form', () => client.publish({ destination: `/app/kick/${encodeURIComponent(by_id('kick-user').value)}` }));
by_id('watch').addEventListener('click', () => {
  by_id('watch').disabled = true;
  client.subscribe('/topic/admin', append_to('admin-messages'));
});
by_id('notice-close').addEventListener('click', clear_notice);
setInterval(() => {
  by_id('left').textContent = `${Math.max(0, Math.round((expires - Date.now()) / 1000))} s left`;
}, 200);
