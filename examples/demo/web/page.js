// Small things every card needs. Text from the network only ever becomes a text node, never HTML.

export const by_id = (id) => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

export function time(date = new Date()) {
  return element('time', { dateTime: date.toISOString(), textContent: clock.format(date) });
}

/** Appends to a list that scrolls: drops the oldest beyond `most`, and stays at the end if the reader was there. */
export function append(list, item, most) {
  const at_end = list.scrollHeight - list.scrollTop - list.clientHeight < 8;
  list.append(item);
  while (list.children.length > most) list.firstElementChild.remove();
  if (at_end) list.scrollTop = list.scrollHeight;
}

/** Shows a state by its dot and its words. */
export function show_state(prefix, state, words) {
  for (const part of ['dot', 'state']) by_id(`${prefix}-${part}`).dataset.state = state;
  by_id(`${prefix}-state`).textContent = words;
}

export function notice(text) {
  by_id('notice-text').textContent = text;
  by_id('notice').hidden = false;
}

export function clear_notice() {
  by_id('notice').hidden = true;
}

by_id('notice-close').addEventListener('click', clear_notice);
