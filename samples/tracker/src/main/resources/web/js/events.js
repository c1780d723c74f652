/** The least of an event emitter. A listener that throws does not keep the others from hearing. */
export class Events {
  #listeners = new Map();

  on(kind, listener) {
    const all = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, all.add(listener));
    return () => all.delete(listener);
  }

  emit(kind, ...values) {
    for (const listener of [...(this.#listeners.get(kind) ?? [])]) {
      try {
        listener(...values);
      } catch (failure) {
        console.error(`listener of ${kind} failed`, failure);
      }
    }
  }
}
