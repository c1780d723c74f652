export const reportError = (error) => (globalThis.reportError ?? console.error)(error);

/** A listener that throws is reported and harms nobody else. */
export function createListeners() {
  const byKind = new Map();
  return {
    on(kind, listener) {
      if (typeof listener !== "function") throw new TypeError(`listener is ${listener}, expected a function`);
      const entry = { listener };
      byKind.set(kind, [...(byKind.get(kind) ?? []), entry]);
      return () => byKind.set(kind, byKind.get(kind).filter((other) => other !== entry));
    },
    emit(kind, ...args) {
      for (const { listener } of byKind.get(kind) ?? []) {
        try {
          listener(...args);
        } catch (error) {
          reportError(error);
        }
      }
    },
  };
}
