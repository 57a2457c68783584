import { acknowledging } from './acknowledging.mjs';
import { webstomp_over } from './webstomp.mjs';

for (const transport of ['WebSocket', 'SockJS xhr-streaming']) acknowledging(webstomp_over(transport));
