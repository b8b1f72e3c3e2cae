/** Signals that end a screen. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const signals: EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const gone = new Set(['EIO', 'EPIPE', 'ENXIO']);

/** Why a screen has to be left that nobody has left. */
export type Cause = { signal: EndSignal } | { error: unknown };

/**
 * Watches for everything that ends a program from outside of what is drawn. Without this, a signal would leave the terminal raw, and a
 * message about an error would vanish with the alternate screen. A terminal that is gone counts as SIGHUP.
 *
 * @param leave called once, synchronously: after it returns the process may end
 * @returns a function that stops watching
 */
export function watchWaysOut(
  stdin: NodeJS.ReadableStream,
  stdout: NodeJS.WritableStream,
  leave: (cause: Cause) => void,
): () => void {
  let left = false;
  const once = (cause: Cause) => {
    if (left) return;
    left = true;
    leave(cause);
  };
  const onSignal = (signal: NodeJS.Signals) => once({ signal: signal as EndSignal });
  const onGone = () => once({ signal: 'SIGHUP' });
  const onError = (error: unknown) => {
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    once(code && gone.has(code) ? { signal: 'SIGHUP' } : { error });
  };

  for (const signal of signals) process.on(signal, onSignal);
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  stdin.on('end', onGone).on('error', onError);
  stdout.on('error', onError);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('uncaughtException', onError);
    process.off('unhandledRejection', onError);
    stdin.off('end', onGone).off('error', onError);
    stdout.off('error', onError);
  };
}
