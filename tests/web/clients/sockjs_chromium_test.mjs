import { after, before } from 'node:test';

import { Browser } from '../support/browser.mjs';
import { elsewhere, harmless, sockjs_client, sockjs_page, transports_from_elsewhere } from '../support/sockjs_page.mjs';
import { serve } from '../support/suite.mjs';

import { sockjs_endpoints } from './sockjs.mjs';

const conformance = serve('conformance', { args: ['--sockjs-client', sockjs_client] });
let browser;
let site;
let from_elsewhere;
let from_the_server;

before(async () => {
  browser = await Browser.start();
  site = await elsewhere();
  from_elsewhere = await sockjs_page(browser, site.address);
  from_the_server = await sockjs_page(browser, conformance.server.url('/echo'));
});
after(async () => {
  await browser.close(harmless);
  await site.close();
});

sockjs_endpoints('in Chromium, on a page of another origin',
  transports_from_elsewhere,
  (at, options) => from_elsewhere(conformance.server.url(at), options));

sockjs_endpoints('in Chromium, on a page of the same origin', ['websocket', 'htmlfile'],
  (at, options) => from_the_server(conformance.server.url(at), options));
