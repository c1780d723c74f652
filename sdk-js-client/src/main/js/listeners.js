export const reportError = (error) => (globalThis.reportError ?? console.error)(error);

/** A listener that throws is reported and harms nobody else. */
export function createListeners() {
  let entries = [];
  return {
    on(kind, listener) {
      if (typeof listener !== "function") throw new TypeError(`listener is ${listener}, expected a function`);
      const entry = { kind, listener };
      entries = [...entries, entry];
      return () => {
        entries = entries.filter((other) => other !== entry);
      };
    },
    emit(kind, ...args) {
      for (const entry of entries) {
        try {
          if (entry.kind === kind) entry.listener(...args);
        } catch (error) {
          reportError(error);
        }
      }
    },
  };
}
