// The page of examples/chat_login as a person uses it.
export class ChatLoginPage {
  constructor(page) { this.page = page; }

  at(id) { return this.page.locator(`#${id}`); }

  async look() { await this.page.bringToFront(); }

  /** Waits until the text of #id holds `text`. */
  async shows(id, text) {
    await this.look();
    await this.at(id).filter({ hasText: text }).waitFor();
  }

  async state(state) {
    await this.page.locator(`#login-state[data-state="${state}"]`).waitFor();
  }

  /** Asks for a token, or shows the one given; does not wait for what comes of it. */
  async show(user, { transport = 'websocket', seconds = 300, renew = true, by_cookie = false, token } = {}) {
    await this.look();
    await this.at('user').selectOption(user);
    await this.at('transport').selectOption(transport);
    await this.at('seconds').fill(String(seconds));
    await this.at('renew').setChecked(renew);
    await this.at('by-cookie').setChecked(by_cookie);
    if (token !== undefined) {
      await this.page.locator('summary').click();
      await this.at('token').fill(token);
    }
    await this.at('toggle').click();
  }

  async log_in(user, options) {
    await this.show(user, options);
    await this.state('connected');
    await this.shows('login-state', user);
  }

  async log_out() {
    await this.look();
    await this.at('toggle').click();
    await this.state('disconnected');
  }

  async join(room) {
    await this.look();
    await this.at('room').fill(room);
    await this.at('join').click();
  }

  async say(text) {
    await this.look();
    await this.at('room-text').fill(text);
    await this.at('room-send').click();
  }

  async whisper(to, text) {
    await this.look();
    await this.at('private-to').fill(to);
    await this.at('private-text').fill(text);
    await this.at('private-send').click();
  }

  async watch() {
    await this.look();
    await this.at('watch').click();
  }

  async kick(user) {
    await this.look();
    await this.at('kick-user').fill(user);
    await this.at('kick').click();
  }
}
