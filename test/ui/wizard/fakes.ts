import type { DataSummary } from '../../../src/dataset/schema.ts';
import { UserError } from '../../../src/errors.ts';
import type { Card } from '../../../src/hardware/card.ts';
import type { ModelShape } from '../../../src/model/shape.ts';
import type { RecipeDraft } from '../../../src/recipe/parse.ts';
import type { Unfinished } from '../../../src/recipe/unfinished.ts';
import type { Box, LaunchRequest, PresetRequest, WizardServices } from '../../../src/ui/wizard/services.ts';
import { cards, dataOf, diskOf, host, llama, p40 } from '../../plan/fixtures.ts';

export const model: ModelShape = {
  ...llama(),
  source: './llama-13b',
  path: '/models/llama-13b',
  checkpointBytes: 26e9,
};

export function boxOf(cardsThere: Card[], overrides: Partial<Box> = {}): Box {
  const reason = cardsThere.length > 0 ? null : 'not-installed';
  const rest = {
    host,
    disk: diskOf(1e12),
    ownPython: false,
    measuredSpeeds: [],
    device: 'auto',
    imagined: null,
  } as const;
  return { cards: cardsThere, reason, ...rest, ...overrides };
}

export const twoP40s = boxOf(cards(2, p40));

/** A world without I/O, in which everything is there at once; it remembers what was asked of it. */
export class World implements WizardServices<string> {
  box = twoP40s;
  recipe: RecipeDraft = { model: './llama-13b', dataset: 'rows.jsonl' };
  data: DataSummary = {
    ...dataOf([100, 200, 300]),
    sample: [
      { text: '### Instruction:\nWho are you?\n\n### Response:\n', learned: false },
      { text: 'I am Xiaozhi.', learned: true },
    ],
  };
  readonly kept: Omit<Unfinished, 'saved'>[] = [];
  readonly presets: PresetRequest[] = [];
  readonly launches: LaunchRequest[] = [];
  /** Until this is called, Python is not ready. */
  ready = () => {};
  readonly #python = new Promise<void>((resolve) => {
    this.ready = resolve;
  });
  demo: RecipeDraft = { model: 'demo', dataset: 'demo', split: '20,20' };
  catalogue = [{ name: 'llama2-13b', hubId: 'meta-llama/Llama-2-13b-hf' }];

  detect = async () => this.box;
  imagine = async (spec: string) => {
    if (spec !== '4x3090') throw new UserError('unknown-card', { name: spec, spec, known: ['p40'] });
    return boxOf(cards(4), { imagined: spec, disk: null });
  };
  propose = async () => ({ recipe: this.recipe, shape: model, why: 'on-disk' as const, onCpu: false });
  findModels = async () => [{ source: './llama-13b', where: 'folder' as const }];
  findDatasets = async () => ['rows.jsonl'];
  loadModel = async (source: string) => {
    if (source.startsWith('no/'))
      throw new UserError('model-not-found/hub', { id: source, hub: 'https://hub', near: [] });
    return source === 'llama2-13b' ? { ...model, path: null, checkpointBytes: null } : { ...model, source };
  };
  glance = async () => ({ bytes: 1000, rows: 3, firstRow: '{"instruction": "Who are you?"}' });
  listFolder = async (path: string) =>
    path === './models/'
      ? [{ name: 'yi-34b', kind: 'model' as const }]
      : [
          { name: 'models', kind: 'folder' as const },
          { name: 'notes', kind: 'folder' as const },
          { name: 'rows.jsonl', kind: 'dataset' as const },
        ];
  prepare = () => this.#python;
  inspect = async () => this.data;
  keep = (recipe: RecipeDraft, onCpu: boolean) => {
    this.kept.push({ recipe, onCpu });
  };
  savePreset = async (request: PresetRequest) => {
    if (request.name === 'demo') throw new UserError('preset-exists/shipped', { name: request.name });
    this.presets.push(request);
  };
  launch = async (request: LaunchRequest) => {
    this.launches.push(request);
    return { run: 'the-run' };
  };
  commandFor = ({ model: named }: RecipeDraft) => `ft-wizard --model ${named}`;
}
