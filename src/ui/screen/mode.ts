/**
 * How a screen can be shown: `full` in the alternate screen; `linear`, as text that grows downwards, for screen readers and for terminals that
 * cannot move the cursor; `none` without a terminal at both ends.
 */
export type ScreenMode = 'full' | 'linear' | 'none';

/** @param env a screen reader is announced by INK_SCREEN_READER=true, as for every Ink program; TERM=dumb cannot move the cursor */
export function screenMode(
  env: NodeJS.ProcessEnv,
  stdin: { isTTY?: boolean },
  stdout: { isTTY?: boolean },
): ScreenMode {
  if (!stdin.isTTY || !stdout.isTTY) return 'none';
  return env.INK_SCREEN_READER === 'true' || env.TERM === 'dumb' ? 'linear' : 'full';
}
