import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';
import { expect, test } from 'vitest';
import { catalogueFor } from '../../src/ui/strings/catalogue.ts';
import { root } from './imports.ts';

/** The words of the catalogue with their places: `['wizard', 'live', 'fits']`. */
function places(value: unknown, place: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [place];
  return Object.entries(value).flatMap(([name, inner]) => places(inner, [...place, name]));
}

/** All that a source asks any object for, by name: `.name`, `{ name } = ...`, and what may be an index, `'name'`. */
function namesAskedFor(file: string): Set<string> {
  const names = new Set<string>();
  const { program } = parseSync(file, readFileSync(file, 'utf8'));
  new Visitor({
    MemberExpression: ({ property }) => property.type === 'Identifier' && names.add(property.name),
    ObjectPattern: ({ properties }) => {
      for (const property of properties) {
        if (property.type === 'Property' && property.key.type === 'Identifier') names.add(property.key.name);
      }
    },
    // A setting, a state, a step or a key is an index: a literal, or the name of a property of the table it comes from.
    Property: ({ key }) => key.type === 'Identifier' && names.add(key.name),
    Literal: ({ value }) => typeof value === 'string' && names.add(value),
  }).visit(program);
  return names;
}

test('every word of the catalogue is asked for by name somewhere', () => {
  const sources = path.join(root, 'src');
  const asked = new Set(
    readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/^(ui\/strings\/(en|zh)|words)\//.test(file))
      .flatMap((file) => [...namesAskedFor(path.join(sources, file))]),
  );
  const { common, monitor, split, wizard } = catalogueFor('en');
  const unused = places({ common, monitor, split, wizard }).filter(
    (place) => !place.every((name) => asked.has(name)),
  );
  expect(unused.map((place) => place.join('.'))).toEqual([]);
});
