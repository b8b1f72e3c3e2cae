import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ESTree, parseSync, Visitor } from 'rolldown/utils';

/** The repository's root. */
export const root = path.resolve(import.meta.dirname, '../..');

/** One import, re-export or `import()` of a source file. */
export interface Import {
  /** The importing file, relative to `src/`, e.g. `plan/memory.ts`. */
  from: string;
  /** What it imports: a file relative to `src/`, or a package or builtin as written. */
  to: string;
  /** Whether `to` is a file of ours. */
  own: boolean;
  /** Erased at run time: brings types and no code. */
  typeOnly: boolean;
}

/** Everything the sources of one file import. @param from its path relative to `src/` */
export function readImports(from: string, source: string): Import[] {
  const found: Import[] = [];
  const add = (literal: ESTree.Node | null, typeOnly: boolean) => {
    if (literal === null) return;
    if (literal.type !== 'Literal' || typeof literal.value !== 'string') {
      throw new Error(`${from}: an import whose target is computed cannot be checked`);
    }
    const own = literal.value.startsWith('.');
    const to = own ? path.posix.join(path.posix.dirname(from), literal.value) : literal.value;
    found.push({ from, to, own, typeOnly });
  };
  const { program, errors } = parseSync(from, source);
  if (errors[0]) throw new Error(`${from}: ${errors[0].message}`);
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ExportNamedDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node.source, false),
    TSImportType: (node) => add(node.source, true),
  }).visit(program);
  return found;
}

/** The imports of every file below `src/`. */
export function readAllImports(): Import[] {
  return readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .sort()
    .flatMap((file) => readImports(file, readFileSync(path.join(root, 'src', file), 'utf8')));
}

/** The folder below `src/` a file is in, or the file itself where it lies at the top. */
export function roomOf(file: string): string {
  return file.split('/')[0]!;
}
