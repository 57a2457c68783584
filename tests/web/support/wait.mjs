// Waiting for events with a deadline that says what did not happen. Nothing here sleeps for a fixed time.
const generous = 30_000;

/** The promise's value; fails naming `what` when it takes too long. */
export async function within(promise, what, milliseconds = generous) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when `condition` holds; asked again every few milliseconds. */
export async function until(condition, what, milliseconds = generous) {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`no ${what} within ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What arrived, in order, and waiting for more of it. */
export class Inbox {
  all = [];
  #taken = 0;
  #wake = () => {};

  push = (item) => {
    this.all.push(item);
    this.#wake();
  };

  /** The next `count` items not yet taken. */
  async take(count, what = 'messages', milliseconds = generous) {
    const wanted = this.#taken + count;
    const enough = new Promise((resolve) => {
      this.#wake = () => { if (this.all.length >= wanted) resolve(); };
      this.#wake();
    });
    try {
      await within(enough, what, milliseconds);
    } catch (error) {
      throw new Error(`${error.message}: ${this.all.length - this.#taken} of ${count} came`, { cause: error });
    }
    const items = this.all.slice(this.#taken, wanted);
    this.#taken = wanted;
    return items;
  }

  async next(what = 'message', milliseconds = generous) { return (await this.take(1, what, milliseconds))[0]; }

  /** Arrived but not taken. */
  get rest() { return this.all.slice(this.#taken); }
}
