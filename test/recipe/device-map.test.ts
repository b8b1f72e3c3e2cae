import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitFromDeviceMap } from '../../src/recipe/device-map.ts';

const model = { source: 'llama2-70b', layers: 80 };

/** `model.layers.FROM` to `model.layers.TO` on a device. */
function layers(from: number, to: number, device: number | string): Record<string, number | string> {
  return Object.fromEntries(
    Array.from({ length: to - from + 1 }, (_, index) => [`model.layers.${from + index}`, device]),
  );
}

const read = (map: unknown, of = model) => splitFromDeviceMap(map, '/map.json', of);

/** Of 70B on two A100s: 47 layers beside the embedding, 33 with room for a trainable one. */
const guide = {
  'model.embed_tokens': 0,
  lm_head: 0,
  ...layers(0, 46, 0),
  ...layers(47, 79, 1),
  'model.norm': 1,
};

test('the map of the guide is 47 and 33 layers, and the head moves to the last stage', () => {
  expect(read(guide)).toEqual({ split: '47,33', moved: [{ module: 'lm_head', device: 0, to: 'last' }] });
});

test('a name stands for all below it, the nearer one first', () => {
  expect(read({ '': 0 })).toEqual({ split: '80', moved: [] });
  expect(read({ model: 0, lm_head: 0 })).toEqual({ split: '80', moved: [] });
  expect(read({ '': 0, ...layers(50, 79, 'cuda:1') }).split).toBe('50,30');
  expect(read({ 'model.layers': 2, 'model.embed_tokens': 1, 'model.rotary_emb': 1 })).toEqual({
    split: '80',
    moved: [{ module: 'model.embed_tokens', device: 1, to: 'first' }],
  });
  expect(read({ '': 0, 'model.layers.3.self_attn': 0, 'model.layers.3.mlp': 0 }).split).toBe('80');
});

describe('refused', () => {
  test.each<[string, unknown, string[]]>([
    ['no map', [0, 1], ['/map.json']],
    ['an unknown module', { ...guide, 'model.visual': 0 }, ['"model.visual"', 'model.norm']],
    ['another family', { 'transformer.h.0': 0 }, ['"transformer.h.0"']],
    ['a larger model', { ...guide, 'model.layers.80': 1 }, ['model.layers.80', 'llama2-70b', '0 to 79']],
    ['a smaller model', { ...layers(0, 39, 0) }, ['40 of the 80', '40, 41']],
    ['a layer left out', { ...layers(0, 9, 0), ...layers(11, 79, 1) }, ['1 of the 80', ': 10.']],
    ['a divided layer', { '': 0, 'model.layers.5.mlp': 1 }, ['layer 5', '0 and 1']],
    ['there and back', { ...guide, ...layers(79, 79, 0) }, ['device 0', '46', '79']],
    ['the CPU', { ...guide, lm_head: 'cpu' }, ['"lm_head"', '"cpu"']],
    ['the disk', { ...guide, 'model.layers.7': 'disk' }, ['"model.layers.7"', '"disk"']],
    ['no card', { ...guide, 'model.norm': 'balanced' }, ['"model.norm"', '"balanced"']],
    ['a fraction', { ...guide, 'model.norm': 0.5 }, ['0.5']],
  ])('%s', (_, map, parts) => {
    const said = (() => {
      try {
        return read(map);
      } catch (error) {
        return error as Error & { code: string; fix: string };
      }
    })();
    expect(said).toMatchObject({ code: 'bad-device-map', exitCode: 2 });
    for (const part of parts)
      expect(`${(said as Error).message} ${(said as { fix: string }).fix}`).toContain(part);
  });
});

const runs = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

/** A map of runs on the devices given, spelled one way or another, in any order of entries. */
function mapOf(
  sizes: number[],
  devices: number[],
  spelled: (device: number) => number | string,
  turned: boolean,
) {
  let from = 0;
  const entries = sizes.flatMap((size, place) => {
    const run = Object.entries(layers(from, from + size - 1, spelled(devices[place]!)));
    from += size;
    return run;
  });
  return Object.fromEntries(turned ? entries.toReversed() : entries);
}

test('any runs on devices of their own are a split of the same sizes, however they are written', () => {
  fc.assert(
    fc.property(
      runs,
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 0, max: 9 }),
      (sizes, named, turned, first) => {
        const devices = sizes.map((_, place) => first + sizes.length - place);
        const map = mapOf(sizes, devices, (device) => (named ? `cuda:${device}` : device), turned);
        const of = { source: 'm', layers: sizes.reduce((sum, size) => sum + size, 0) };
        expect(read(map, of)).toEqual({ split: sizes.join(), moved: [] });
      },
    ),
  );
});

test('a device that comes again is never accepted', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 6 }), (sizes) => {
      const devices = sizes.map((_, place) => (place === sizes.length - 1 ? 0 : place));
      const of = { source: 'm', layers: sizes.reduce((sum, size) => sum + size, 0) };
      expect(() =>
        read(
          mapOf(sizes, devices, (device) => device, false),
          of,
        ),
      ).toThrow(/again/);
    }),
  );
});
