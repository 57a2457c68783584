import SockJS from 'sockjs-client';

import { converse } from '../support/converse.mjs';
import { serve } from '../support/suite.mjs';

import { sockjs_endpoints } from './sockjs.mjs';

const conformance = serve('conformance');

sockjs_endpoints('in Node', ['websocket', 'xhr-streaming', 'eventsource', 'xhr-polling'],
  (at, options) => converse(SockJS, conformance.server.url(at), options));
