import { haproxy } from '../support/proxy.mjs';

import { behind, stomp_behind } from './behind.mjs';

behind('haproxy', haproxy);
stomp_behind('haproxy', haproxy);
