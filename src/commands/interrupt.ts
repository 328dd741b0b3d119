/** Work that Ctrl-C ends gently. */

const signals = ["SIGINT", "SIGTERM"] as const;

/** Raises `stop` at the first Ctrl-C, and nobody listens any more: a second one ends the process at once. */
export async function untilInterrupted<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal);
    interrupt.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(interrupt.signal);
  } finally {
    for (const signal of signals) process.removeListener(signal, onSignal);
  }
}
