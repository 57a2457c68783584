// A page in Chromium that talks to a server by the unmodified sockjs-client.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

import { converse } from './converse.mjs';
import { root } from './server.mjs';

export const sockjs_client = path.join(root, 'tests/web/node_modules/sockjs-client/dist/sockjs.min.js');

/** What sockjs-client can use for a server on another origin than the page's. */
export const transports_from_elsewhere = ['websocket', 'xhr-streaming', 'eventsource', 'iframe-eventsource', 'iframe-htmlfile',
  'xhr-polling', 'iframe-xhr-polling', 'jsonp-polling'];

/** What Chromium says of the pages that the SockJS protocol prescribes, and of a server without an icon. */
export const harmless = /document\.domain|favicon\.ico/;

/** An empty page on an origin of its own; resolves with its address and how to end it. */
export async function elsewhere() {
  const site = http.createServer((request, response) => {
    response.writeHead(request.url === '/' ? 200 : 204, { 'Content-Type': 'text/html' });
    response.end();
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${site.address().port}/`,
    close: () => new Promise((resolve) => { site.close(resolve); site.closeAllConnections(); }),
  };
}

/** Opens `address` and gives the function talk(url, options) that runs a conversation there. */
export async function sockjs_page(browser, address) {
  const page = await browser.open(address);
  await page.addScriptTag({ content: await readFile(sockjs_client, 'utf8') });
  return (url, options) => page.evaluate(`(${converse})(SockJS, ${JSON.stringify(url)}, ${JSON.stringify(options)})`);
}
