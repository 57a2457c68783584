// The demo's page as a person uses it: what is on it, and waiting until it shows something.
import assert from 'node:assert/strict';

export class DemoPage {
  constructor(page) { this.page = page; }

  at(id) { return this.page.locator(`#${id}`); }

  /** To this tab, as a person must before using it. */
  async look() { await this.page.bringToFront(); }

  /** Waits until the text of #id holds `text`. */
  async shows(id, text) {
    await this.look();
    await this.at(id).filter({ hasText: text }).waitFor();
  }

  async state(id, state) {
    await this.look();
    await this.page.locator(`#${id}[data-state="${state}"]`).waitFor();
  }

  async connect(transport) {
    await this.look();
    await this.at(`transport-${transport}`).check();
    await this.at('connection-toggle').click();
    await this.state('connection-state', 'connected');
    assert.equal(await this.at('connection-version').textContent(), 'STOMP 1.2');
  }

  async disconnect() {
    await this.look();
    await this.at('connection-toggle').click();
    await this.state('connection-state', 'disconnected');
  }

  async greet(name) {
    await this.look();
    await this.at('greeting-name').fill(name);
    await this.at('greeting-send').click();
  }

  async join(room, name) {
    await this.look();
    await this.at('chat-room').fill(room);
    await this.at('chat-name').fill(name);
    await this.at('chat-toggle').click();
    await this.page.locator('#chat-messages .aside').first().waitFor();  // the welcome
  }

  async say(text) {
    await this.look();
    await this.at('chat-text').fill(text);
    await this.at('chat-send').click();
  }

  async ask_raw_handler(user) {
    await this.look();
    await this.at('raw-toggle').click();
    await this.state('raw-state', 'connected');
    await this.at('raw-user').fill(user);
    await this.at('raw-send').click();
    await this.shows('raw-list', `Hi ${user}! How may I help you?`);
  }
}
