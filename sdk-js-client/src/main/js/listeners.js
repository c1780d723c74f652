export const reportError = (error) => (globalThis.reportError ?? console.error)(error);

/** A listener that throws is reported and harms nobody else. */
export class Listeners {
  #byKind = new Map();

  on(kind, listener) {
    if (typeof listener !== "function") throw new TypeError(`listener is ${listener}, expected a function`);
    const entry = { listener };
    this.#byKind.set(kind, [...(this.#byKind.get(kind) ?? []), entry]);
    return () => this.#byKind.set(kind, this.#byKind.get(kind).filter((other) => other !== entry));
  }

  emit(kind, ...args) {
    for (const { listener } of this.#byKind.get(kind) ?? []) {
      try {
        listener(...args);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
