import path from 'node:path';

const screen = path.join(import.meta.dirname, '../src/ui');

/** Modules of Ink's, and what we have in their place: by who imports what. */
const replaced: { importer: RegExp; id: string; by: string }[] = [
  {
    importer: /\/ink\/build\/dom\.js$/,
    id: './measure-text.js',
    by: path.join(screen, 'screen/ink/measure-text.ts'),
  },
  { importer: /./, id: 'string-width', by: path.join(screen, 'layout/string-width.ts') },
  {
    importer: /\/ink\/build\/renderer\.js$/,
    id: './output.js',
    by: path.join(screen, 'screen/ink/output.ts'),
  },
  {
    importer: /\/ink\/build\/log-update\.js$/,
    id: './line-update.js',
    by: path.join(screen, 'screen/ink/line-update.ts'),
  },
];

/**
 * Gives Ink faster parts: it reads every character of the screen several times for every frame, and measures it. Tests hold each part against the one
 * it replaces.
 */
export const fastInk = {
  name: 'fast-ink',
  enforce: 'pre' as const,
  resolveId(id: string, importer?: string): string | null {
    const found = replaced.find((each) => each.id === id && importer && each.importer.test(importer));
    return found && found.by !== importer ? found.by : null;
  },
};
