import { messaging } from './messaging.mjs';
import { webstomp_over } from './webstomp.mjs';

for (const transport of ['WebSocket', 'SockJS websocket', 'SockJS xhr-polling']) messaging(webstomp_over(transport));
