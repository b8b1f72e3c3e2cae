/**
 * How the person started this program, for commands they may copy: through npm (`npx ft-wizard`, or a script of a clone, where
 * `npx` finds it too) or from their PATH.
 */
export const programName = process.env.npm_execpath ? 'npx ft-wizard' : 'ft-wizard';
