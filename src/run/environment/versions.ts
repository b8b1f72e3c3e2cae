/** A package and the versions of it that serve. */
export interface Requirement {
  name: string;
  /** Half-open, e.g. `>=5.17` and `<6`; all must hold. */
  bounds: { operator: '>=' | '<'; version: string }[];
}

/** The `dependencies` and `requires-python` of our own pyproject.toml, which uses `>=` and `<` alone. */
export function parseSupported(pyproject: string): Requirement[] {
  const python = /^requires-python = "(.+)"$/m.exec(pyproject)?.[1];
  const list = /^dependencies = \[\n(.*?)^\]/ms.exec(pyproject)?.[1];
  if (!python || list === undefined) throw new Error('pyproject.toml lacks requires-python or dependencies');
  const names = [...list.matchAll(/"(.+?)"/g)].map(([, text]) => parseRequirement(text ?? ''));
  return [parseRequirement(`python${python}`), ...names];
}

function parseRequirement(text: string): Requirement {
  const name = /^[A-Za-z0-9_.-]+/.exec(text)?.[0] ?? '';
  const bounds = [...text.slice(name.length).matchAll(/(>=|<)\s*([\d.]+)/g)].map(([, operator, version]) => ({
    operator: operator as '>=' | '<',
    version: version ?? '',
  }));
  return { name, bounds };
}

/** Whether a version as packages tell it (`2.13.0+cu126`, `2.11.0a0`) lies within all bounds. */
export function satisfies(version: string, { bounds }: Requirement): boolean {
  return bounds.every(({ operator, version: bound }) => {
    const order = compareVersions(version, bound);
    return operator === '>=' ? order >= 0 : order < 0;
  });
}

/** By release numbers; missing ones count as 0, suffixes are not looked at. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [releaseOf(a), releaseOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function releaseOf(version: string): number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
}

/** As pyproject.toml spells it: `peft>=0.21,<1`. */
export function formatRequirement({ name, bounds }: Requirement): string {
  return `${name}${bounds.map(({ operator, version }) => `${operator}${version}`).join(',')}`;
}
