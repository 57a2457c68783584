import { nginx } from '../support/proxy.mjs';

import { behind } from './behind.mjs';

behind('nginx', nginx);
