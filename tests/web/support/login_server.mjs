// The login server of examples/chat_login, with a key pair of its own, and the chat program that believes it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { after, before } from 'node:test';

import { root, Server } from './server.mjs';
import { within } from './wait.mjs';

class LoginServer {
  static async start() {
    const keys = await mkdtemp(path.join(tmpdir(), 'stentor-keys-'));
    const child = spawn('python3', [path.join(root, 'examples/chat_login/login_server.py'), '--keys', keys, '--port', '0'],
      { stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', () => child.kill('SIGKILL'));
    const [line] = await within(once(readline.createInterface({ input: child.stdout }), 'line'), 'login server listening');
    return Object.assign(new LoginServer(), { keys, child, address: line.replace('listening on ', '') });
  }

  get port() { return new URL(this.address).port; }

  async token(user, seconds = 300) {
    const response = await fetch(`${this.address}/token?${new URLSearchParams({ user, seconds })}`);
    assert.equal(response.status, 200);
    return (await response.json()).token;
  }

  async stop() {
    const ended = once(this.child, 'close');
    this.child.kill('SIGTERM');
    await within(ended, 'login server ending');
    await rm(this.keys, { recursive: true });
  }
}

/** Call inside `describe`; the result's properties are the two servers once the tests run. */
export function serve_chat_login() {
  const held = { login: undefined, chat: undefined };
  before(async () => {
    held.login = await LoginServer.start();
    held.chat = await Server.start('chat_login', { args: ['--key', path.join(held.login.keys, 'public.pem'),
      '--examples', path.join(root, 'examples'), '--vendor', path.join(root, 'tests/web/node_modules')] });
  });
  after(async () => {
    await held.chat?.stop();
    await held.login?.stop();
  });
  return held;
}
