// A room: SEND to /app/chat/{room}, everybody on /topic/chat/{room} gets it; /app/chat/{room}/welcome answers once.
import { on_connection } from './connection.js';
import { append, by_id, element, time } from './page.js';

const most_messages = 200;
const json = { 'content-type': 'application/json' };
const list = by_id('chat-messages');
let client = null;
let room = null;  // while joined; it outlives a lost connection
let subscriptions = [];

on_connection({
  connected(session) {
    client = session;
    if (room !== null) subscribe();
    show();
  },
  disconnected() {
    client = null;
    subscriptions = [];
    show();
  },
});

function join() {
  room = by_id('chat-room').value;
  list.replaceChildren();
  subscribe();
  show();
}

function leave() {
  for (const subscription of subscriptions) subscription.unsubscribe();
  say_aside(`You left ${room}.`);
  subscriptions = [];
  room = null;
  show();
}

function subscribe() {
  const messages = client.subscribe(`/topic/chat/${room}`, ({ body }) => show_message(JSON.parse(body)));
  client.subscribe(`/app/chat/${room}/welcome`, ({ body }) => say_aside(JSON.parse(body).hello));
  subscriptions = [messages];
}

function show_message({ from, text, at }) {
  const head = element('div', { className: 'from' }, element('span', { textContent: from }), time(new Date(at)));
  const mine = from === by_id('chat-name').value;
  append(list, element('li', { className: mine ? 'message mine' : 'message' }, head, element('p', { textContent: text })),
    most_messages);
}

function say_aside(text) {
  append(list, element('li', { className: 'aside', textContent: text }), most_messages);
}

function show() {
  const joined = room !== null;
  by_id('chat-toggle').disabled = !client;
  by_id('chat-toggle').textContent = joined ? 'Leave' : 'Join';
  by_id('chat-room').disabled = by_id('chat-name').disabled = joined;
  by_id('chat-text').disabled = by_id('chat-send').disabled = !(client && joined);
  by_id('chat-text').placeholder = joined ? `Say something in ${room}` : 'Join a room to write';
}

by_id('chat-join-form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!client) return;
  if (room !== null) return leave();
  join();
  by_id('chat-text').focus();
});

by_id('chat-form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!client || room === null) return;
  const message = { from: by_id('chat-name').value, text: by_id('chat-text').value };
  client.publish({ destination: `/app/chat/${room}`, body: JSON.stringify(message), headers: json });
  by_id('chat-text').value = '';
});
