import { acknowledging } from './acknowledging.mjs';
import { tcp } from './stompit.mjs';

acknowledging(tcp);
