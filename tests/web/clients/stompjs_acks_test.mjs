import { acknowledging } from './acknowledging.mjs';
import { stompjs } from './stompjs.mjs';

for (const transport of ['WebSocket', 'SockJS xhr-polling']) acknowledging(stompjs(transport));
