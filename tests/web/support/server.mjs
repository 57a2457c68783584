// Starts one of Stentor's programs on a free port and ends it; a test fails when the program did not end well.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

import { within } from './wait.mjs';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
/** How the demo program is told where its page and the libraries of the page are. */
export const demo_arguments = ['--web', path.join(root, 'examples/demo/web'),
  '--vendor', path.join(root, 'tests/web/node_modules')];
const programs = process.env.STENTOR_BIN ?? path.join(root, 'build/dev/bin');
const sanitizer_report = /(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error:/;

export class Server {
  /** Resolves when the program has printed the lines that say where it listens. */
  static async start(program, { command = [], shards = 2, stomp = false, args = [], env = {} } = {}) {
    const file = path.join(programs, program);
    assert.ok(existsSync(file), `${file} is missing: build it, or say in STENTOR_BIN where it is`);
    const server = new Server(spawn(file, [...command, '--port', '0', '--shards', String(shards), ...args,
      ...(stomp ? ['--stomp-port', '0'] : [])],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, STENTOR_BIN: undefined, ...env } }), program);
    await within(server.#listening(stomp), `${program} listening`);
    return server;
  }

  #child;
  #program;
  #errors = '';
  #exit;
  #kill = () => this.#child.kill('SIGKILL');

  constructor(child, program) {
    this.#child = child;
    this.#program = program;
    this.#exit = once(child, 'close');
    child.stderr.on('data', (bytes) => { this.#errors += bytes; });
    process.once('exit', this.#kill);  // no orphans when a test file dies
  }

  async #listening(stomp) {
    const lines = readline.createInterface({ input: this.#child.stdout });
    const ready = new Promise((resolve) => {
      lines.on('line', (line) => {
        this.http ??= /^listening on (http:\/\/\S+:\d+)/.exec(line)?.[1];
        this.stomp ??= /^stomp on (\S+:\d+)/.exec(line)?.[1];
        if (this.http && (this.stomp || !stomp)) resolve();
      });
    });
    const died = this.#exit.then(([code]) => assert.fail(`${this.#program} ended with ${code}\n${this.#errors}`));
    await Promise.race([ready, died]);
  }

  get pid() { return this.#child.pid; }

  url(at) { return this.http + at; }

  ws(at) { return this.http.replace('http', 'ws') + at; }

  /** Asks the program to end, as a service manager does. */
  async stop() {
    this.#child.kill('SIGTERM');
    try {
      const [code, signal] = await within(this.#exit, `${this.#program} ending on SIGTERM`);
      const report = this.#errors.search(sanitizer_report);
      assert.equal(report, -1, `${this.#program} went wrong: ${this.#errors.slice(report)}`);
      assert.deepEqual({ code, signal }, { code: 0, signal: null }, this.#errors);
    } finally {
      this.#kill();
      process.removeListener('exit', this.#kill);
    }
  }
}
