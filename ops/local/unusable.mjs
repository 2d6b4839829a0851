// @ts-check

/** What the user can put right: shown as one line, without a stack. `exitCode` 2 means: asked wrongly. */
export class Unusable extends Error {
  /**
   * @param {string} message
   * @param {{ exitCode?: 1 | 2, cause?: unknown }} [options]
   */
  constructor(message, { exitCode = 1, cause } = {}) {
    super(message, { cause });
    this.name = "Unusable";
    this.exitCode = exitCode;
  }
}
