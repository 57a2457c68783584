// Chromium with a profile of its own, driven by playwright-core; keeps whatever the pages complain about.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { root } from './server.mjs';

const pictures = path.join(root, 'test-output');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

function installed() {
  const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => file && existsSync(file));
  assert.ok(found, 'Chromium is missing: run scripts/setup --tests, or say in CHROMIUM where it is');
  return found;
}

export class Browser {
  static async start(options = {}) {
    const profile = await mkdtemp(path.join(tmpdir(), 'stentor-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: installed(), headless: true, args: flags, viewport: { width: 1280, height: 900 }, ...options,
    });
    context.setDefaultTimeout(30_000);
    return new Browser(context, profile);
  }

  complaints = [];

  constructor(context, profile) {
    Object.assign(this, { context, profile });
  }

  async open(address) {
    const page = await this.context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.complaints.push(error.stack));
    page.on('requestfailed', (request) => {
      // Closing a session ends its long requests on purpose.
      if (request.failure().errorText !== 'net::ERR_ABORTED') this.complaints.push(`${request.url()} ${request.failure().errorText}`);
    });
    await page.goto(address);
    return page;
  }

  /** `harmless`: complaints that are no failure. */
  async close(harmless = /^$/) {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
    assert.deepEqual(this.complaints.filter((complaint) => !harmless.test(complaint)), []);
  }
}

/** Keeps a picture of the whole page in test-output/. */
export async function picture(page, name) {
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}
