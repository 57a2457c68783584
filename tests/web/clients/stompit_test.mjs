import { messaging } from './messaging.mjs';
import { tcp } from './stompit.mjs';

messaging(tcp);
