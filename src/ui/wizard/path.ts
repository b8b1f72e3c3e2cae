import type { FolderEntry } from './services.ts';

/** A path that is being written: the folder it is in, with a slash at its end, and the beginning of a name. */
export function splitPath(path: string): { folder: string; begun: string } {
  const end = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, end), begun: path.slice(end) };
}

/** Entries whose name begins as written; those that begin with a dot only when a dot is written. Folders go before files. */
export function matchingEntries(entries: readonly FolderEntry[], begun: string): FolderEntry[] {
  const start = begun.toLowerCase();
  const rank = ({ kind }: FolderEntry) => (kind === 'folder' ? 1 : 0);
  return entries
    .filter(
      ({ name }) => name.toLowerCase().startsWith(start) && (begun.startsWith('.') || !name.startsWith('.')),
    )
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** What Tab makes of what is written: as much as all that match have in common; a single folder is entered. */
export function completePath(path: string, entries: readonly FolderEntry[]): string {
  const { folder, begun } = splitPath(path);
  const matching = matchingEntries(entries, begun);
  const [first, ...others] = matching;
  if (!first) return path;
  if (others.length === 0) return `${folder}${first.name}${first.kind === 'dataset' ? '' : '/'}`;
  let common = first.name;
  for (const { name } of others) {
    while (!name.toLowerCase().startsWith(common.toLowerCase())) common = common.slice(0, -1);
  }
  return common.length > begun.length ? folder + common : path;
}
