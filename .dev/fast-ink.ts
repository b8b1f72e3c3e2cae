import path from 'node:path';

const ui = path.join(import.meta.dirname, '../src/ui');

/** Modules that Ink imports, by whom where that matters, and what we have in their place. */
export const replaced: readonly { importer?: string; id: string; by: string }[] = [
  { id: 'string-width', by: path.join(ui, 'layout/string-width.ts') },
  { importer: 'ink/build/dom.js', id: './measure-text.js', by: path.join(ui, 'screen/ink/measure-text.ts') },
  { importer: 'ink/build/renderer.js', id: './output.js', by: path.join(ui, 'screen/ink/output.ts') },
  {
    importer: 'ink/build/log-update.js',
    id: './line-update.js',
    by: path.join(ui, 'screen/ink/line-update.ts'),
  },
];

/**
 * A plugin that gives Ink faster parts: its own read every character of the screen several times for every frame, and forget nothing that they have
 * measured. Tests hold each part against the one it replaces.
 */
export const fastInk = {
  name: 'fast-ink',
  enforce: 'pre' as const,
  resolveId(id: string, importer = ''): string | null {
    const found = replaced.find((each) => each.id === id && importer.endsWith(each.importer ?? ''));
    return found && found.by !== importer ? found.by : null;
  },
};
