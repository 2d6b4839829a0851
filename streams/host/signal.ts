/** Wakes one waiter; a wake that comes while nobody waits is not lost. */
export class Signal {
  #set = false;
  #resolve: (() => void) | undefined;

  wake = (): void => {
    this.#set = true;
    this.#resolve?.();
  };

  async wait(): Promise<void> {
    if (!this.#set) await new Promise<void>((resolve) => this.#resolve = resolve);
    this.#resolve = undefined;
    this.#set = false;
  }
}
