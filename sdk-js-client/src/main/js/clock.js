export const systemClock = {
  setTimeout: (task, delay) => setTimeout(task, delay),
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => performance.now(),
};
