// A real nginx or HAProxy before a server, as an ordinary process in a temporary folder, with the configuration that
// docs/proxies.md prints: only ports and time-outs are changed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { root } from './server.mjs';
import { within } from './wait.mjs';

/** Seconds of silence after which the proxies of the tests cut a connection. */
export const idle_limit = 3;

const nobody = 65534;

/** The block of the page that is marked so. */
async function documented(mark) {
  const page = await readFile(path.join(root, 'docs/proxies.md'), 'utf8');
  const block = new RegExp(`^<!-- tested: ${mark} -->\n\`\`\`\\w+\n(.*?)^\`\`\``, 'ms').exec(page);
  assert.ok(block, `docs/proxies.md has no block marked ${mark}`);
  return block[1];
}

/** Replaces each text, which has to be there. */
function changed(text, changes) {
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `docs/proxies.md no longer has ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** The text with one top-level block in another's place. */
function with_block(text, begin, end, block) {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  assert.ok(from >= 0 && to > from, `docs/proxies.md no longer has ${begin} before ${end}`);
  return text.slice(0, from) + '\n' + block + text.slice(to);
}

/** The documented two servers become those that run. */
const with_servers = (text, servers) => changed(text, [1, 2].map((number) =>
  [`10.0.0.${number}:8080`, new URL(servers[number - 1].http).host]));

async function free_port() {
  const holder = net.createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address();
  holder.close();
  await once(holder, 'close');
  return port;
}

async function accepts(port) {
  const socket = net.connect(port, '127.0.0.1');
  const connected = await once(socket, 'connect').then(() => true, () => false);
  socket.destroy();
  return connected;
}

class Proxy {
  #child;
  #folder;
  #said = '';
  #kill = () => this.#child.kill('SIGKILL');

  /** `configured(folder)` gives the file's text, `command(folder)` program and arguments. */
  static async start(ports, configured, command) {
    const proxy = new Proxy();
    proxy.#folder = await mkdtemp(path.join(tmpdir(), 'stentor-proxy-'));
    await writeFile(path.join(proxy.#folder, 'proxy.conf'), configured(proxy.#folder));
    const user = process.getuid() === 0 ? { uid: nobody, gid: nobody } : {};
    if (user.uid) await chown(proxy.#folder, nobody, nobody);
    const [program, ...options] = command(proxy.#folder);
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    proxy.#child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'], cwd: proxy.#folder, env, ...user });
    for (const stream of [proxy.#child.stdout, proxy.#child.stderr]) stream.on('data', (text) => { proxy.#said += text; });
    process.once('exit', proxy.#kill);
    const died = new Promise((_, reject) => {
      proxy.#child.once('error', (error) => reject(new Error(`${program}: ${error.message}: run scripts/setup --tests`)));
      proxy.#child.once('exit', (code) => reject(new Error(`${program} ended with ${code}: ${proxy.#said}`)));
    });
    died.catch(() => {});  // at the end it shall
    const listening = async () => {
      for (const port of ports) while (!await accepts(port)) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await within(Promise.race([listening(), died]), `${program} listening`);
    [proxy.port, proxy.stomp_port] = ports;
    return proxy;
  }

  /** As a server's, so that the clients of the tests find it. */
  get http() { return `http://127.0.0.1:${this.port}`; }
  get stomp() { return `127.0.0.1:${this.stomp_port}`; }
  url(at) { return this.http + at; }
  ws(at) { return `ws://127.0.0.1:${this.port}${at}`; }

  async stop() {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    try {
      await within(ended, 'the proxy ending on SIGTERM');
    } finally {
      this.#kill();
      process.removeListener('exit', this.#kill);
      await rm(this.#folder, { recursive: true, force: true });
    }
  }
}

export async function nginx(server) {
  return run_nginx(changed(await documented('nginx'), [['127.0.0.1:8080', new URL(server.http).host]]));
}

/** Before several servers. */
export async function nginx_nodes(servers) {
  const nodes = with_servers(await documented('nginx-nodes'), servers);
  return run_nginx(with_block(await documented('nginx'), 'upstream stentor', 'server {\n', nodes));
}

async function run_nginx(text) {
  const port = await free_port();
  const block = changed(text, [['listen 80;', `listen 127.0.0.1:${port};`], ['60s', `${idle_limit}s`]]);
  const frame = (folder) => `pid ${folder}/pid; worker_processes 1; events { worker_connections 512; }
    http {
      sendfile on; tcp_nopush on; gzip on;  # as Debian does
      access_log off;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      ${block}
    }\n`;
  const command = (folder) => ['nginx', '-p', folder, '-c', `${folder}/proxy.conf`, '-e', 'stderr', '-g', 'daemon off;'];
  return Proxy.start([port], frame, command);
}

export async function haproxy(server) {
  return run_haproxy(changed(await documented('haproxy'), [['127.0.0.1:8080', new URL(server.http).host]]), server.stomp);
}

/** Before several servers; STOMP over TCP goes to the first of them. */
export async function haproxy_nodes(servers) {
  const nodes = with_servers(await documented('haproxy-nodes'), servers);
  return run_haproxy(with_block(await documented('haproxy'), '\nbackend stentor', '# STOMP over TCP', nodes), servers[0].stomp);
}

async function run_haproxy(text, stomp) {
  const [port, stomp_port] = [await free_port(), await free_port()];
  const block = changed(text, [
    ['bind :80', `bind 127.0.0.1:${port}`], ['bind 192.0.2.1:61613', `bind 127.0.0.1:${stomp_port}`],
    ['server stentor 127.0.0.1:61613', `server stentor ${stomp}`], ['60s', `${idle_limit}s`],
  ]);
  return Proxy.start([port, stomp_port], () => block, (folder) => ['haproxy', '-db', '-f', `${folder}/proxy.conf`]);
}
