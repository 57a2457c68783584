// One running program for the tests of a `describe`.
import { after, before } from 'node:test';

import { Server } from './server.mjs';

/** Call inside `describe`; the result's properties are the server's once the tests run. */
export function serve(program, options) {
  const held = { server: undefined };
  before(async () => { held.server = await Server.start(program, options); });
  after(async () => { await held.server?.stop(); });
  return held;
}

/** The numbers of shards at which everything that may cross a shard is tried. */
export const shard_counts = [1, 2, 8];
