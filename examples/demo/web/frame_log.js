// The list of frames in and out: one line each, the whole frame on demand, heart-beats counted in one line.
import { append, by_id, element, time } from './page.js';

const most_lines = 200;
const arrows = { in: '←', out: '→', event: '·', beats: '♥' };

const list = by_id('log');
let total = 0;
let beats = null;  // the line that counts heart-beats, while it is the last

/** `^@` stands for the NUL that ends a frame, as in the specification. */
export function log_frame(way, channel, frame) {
  const whole = frame.replaceAll('\0', '^@');
  const line = [time(), mark('way', arrows[way]), mark('channel', channel), mark('text', in_one_line(frame))];
  const shown = whole.includes('\n')
    ? element('details', {}, element('summary', {}, ...line), element('pre', { textContent: whole }))
    : element('div', { className: 'plain' }, ...line);
  add(element('li', { className: way }, shown));
}

export function log_event(channel, text) {
  log_frame('event', channel, text);
}

export function log_heart_beat(way) {
  if (!beats || beats.item !== list.lastElementChild) {
    const text = mark('text', '');
    const item = element('li', { className: 'beats' },
      element('div', { className: 'plain' }, time(), mark('way', arrows.beats), mark('channel', 'STOMP'), text));
    beats = { item, text, in: 0, out: 0 };
    add(item);
  }
  beats[way] += 1;
  beats.text.textContent = `heart-beats: ${beats.out} sent, ${beats.in} received`;
  beats.item.querySelector('time').replaceWith(time());
}

/** Command and destination, or the first words, and where the body begins. */
function in_one_line(frame) {
  const [head, ...body] = frame.split('\n\n');
  const [command, ...headers] = head.split('\n');
  const destination = headers.find((header) => header.startsWith('destination:'))?.slice('destination:'.length);
  const told = destination ?? headers.find((header) => /^(receipt-id|version|message|accept-version|id):/.test(header));
  return [command, told, body.join('\n\n').replaceAll('\0', '')].filter(Boolean).join('  ');
}

function mark(className, textContent) {
  return element('span', { className, textContent });
}

function add(item) {
  append(list, item, most_lines);
  total += 1;
  show_count();
}

function show_count() {
  const shown = list.children.length;
  by_id('log-count').textContent = total === 0 ? 'nothing yet' : shown < total ? `last ${shown} of ${total} lines` : `${total} lines`;
}

// An opened frame is shown whole, also at the list's lower edge. `toggle` does not bubble.
list.addEventListener('toggle', ({ target }) => target.open && target.scrollIntoView({ block: 'nearest' }), true);

by_id('log-clear').addEventListener('click', () => {
  list.replaceChildren();
  total = 0;
  beats = null;
  show_count();
});
