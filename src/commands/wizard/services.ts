import { isDeepStrictEqual } from 'node:util';
import { resolveDatasets } from '../../dataset/resolve.ts';
import type { Card } from '../../hardware/card.ts';
import { detectHost } from '../../hardware/host.ts';
import { queryCards } from '../../hardware/nvidia-smi.ts';
import { selectCards } from '../../hardware/select.ts';
import { isCardSpec, parseCardSpec } from '../../hardware/spec.ts';
import { catalogue, findCatalogueModel } from '../../model/catalogue.ts';
import { loadModelShape } from '../../model/load.ts';
import type { PlanInput } from '../../plan/input.ts';
import { makePlan } from '../../plan/plan.ts';
import { recipeArguments, shellLine } from '../../recipe/command-line.ts';
import { PresetLibrary } from '../../recipe/presets.ts';
import type { UnfinishedStore } from '../../recipe/unfinished.ts';
import { type InspectedData, inspectData, linkData } from '../../run/data-cache.ts';
import { type DataRequest, dataRequest } from '../../run/data-request.ts';
import { createRun, type RunDirectory, runsRoot } from '../../run/directory.ts';
import { type Environment, ensureEnvironment } from '../../run/environment/environment.ts';
import { launchRun } from '../../run/launch.ts';
import { readSpeeds } from '../../run/speeds.ts';
import type { Box, LaunchRequest, WizardServices } from '../../ui/wizard/services.ts';
import type { SetupNews } from '../../words/en/environments.ts';
import { findDiskRoom } from '../disk-room.ts';
import { cardsInUse } from '../launching.ts';
import { anchorRecipe } from '../planning.ts';
import { programName } from '../program-name.ts';
import { requireNewOutput, requireTrainable } from '../train.ts';
import { findDatasets, glanceAt } from './datasets.ts';
import { findModels, listFolder } from './find-models.ts';
import { proposeRun } from './propose.ts';

export interface ServiceOptions {
  gpus?: string;
  device: PlanInput['device'];
  python?: string;
  runsDir?: string;
}

export interface Wired extends WizardServices<RunDirectory> {
  /** Ends what goes on in the background; nothing of it is left then. */
  end(): Promise<void>;
}

/** What the wizard asks of the world, wired to the rooms. */
export function wizardServices(options: ServiceOptions, unfinished: UnfinishedStore): Wired {
  const cwd = process.cwd();
  const root = runsRoot(options.runsDir);
  const ownPython = options.python !== undefined;
  const library = new PresetLibrary();
  const demo = library.find('demo').recipe;
  const environment = preparation(options.python);
  const once = <T>(make: () => Promise<T>) => {
    let made: Promise<T> | null = null;
    return () => (made ??= make());
  };
  const models = once(() => findModels(root, cwd));
  const datasets = once(() => findDatasets(root, cwd));

  async function imagine(spec: string): Promise<Box> {
    const cards = parseCardSpec(spec);
    const host = await detectHost();
    return {
      cards,
      reason: null,
      host,
      disk: null,
      ownPython,
      measuredSpeeds: readSpeeds(),
      device: 'auto',
      imagined: spec,
    };
  }
  async function detect(): Promise<Box> {
    if (options.gpus !== undefined && isCardSpec(options.gpus)) return imagine(options.gpus);
    const [{ cards, reason }, host, disk] = await Promise.all([
      queryCards(),
      detectHost(),
      findDiskRoom(root, undefined),
    ]);
    const chosen = options.gpus === undefined ? cards : selectCards(cards, options.gpus);
    return {
      cards: chosen,
      reason,
      host,
      disk,
      ownPython,
      measuredSpeeds: readSpeeds(),
      device: options.device,
      imagined: null,
    };
  }
  /** A dataset that is being read for the screen need not be read again to be trained on. */
  const reading = new Map<string, Promise<InspectedData>>();
  function read(python: string, request: DataRequest): Promise<InspectedData> {
    const key = JSON.stringify(request);
    const under = reading.get(key) ?? inspectData(python, request).finally(() => reading.delete(key));
    reading.set(key, under);
    return under;
  }
  /** What PyTorch must serve. */
  const servedCards = (box: Box, onCpu: boolean) =>
    onCpu || box.device === 'cpu' ? [] : cardsInUse({ device: 'cuda' }, box.cards);

  return {
    detect,
    findModels: models,
    findDatasets: datasets,
    catalogue,
    demo,
    imagine,
    async propose(box) {
      const [first] = await datasets();
      return proposeRun(box, await models(), { dataset: first ?? 'demo', demo });
    },
    loadModel: (source) => loadModelShape(source, { cwd }),
    glance: (dataset) => glanceAt(dataset, cwd),
    listFolder: (path) => listFolder(path, cwd),
    async prepare(box, onCpu, onProgress) {
      await environment.prepare(servedCards(box, onCpu), onProgress);
    },
    end: environment.end,
    async inspect({ model, dataset, template, cutoffLength }) {
      const { path } = await loadModelShape(model, { cwd });
      const { python } = await environment.prepare(servedCards(await detect(), false), () => {});
      const files = await resolveDatasets(dataset, cwd);
      const request = { model: path ?? model, datasets: files, template, cutoffLength };
      return (await read(python, request)).summary;
    },
    async savePreset({ name, recipe }) {
      const description = `Saved by the wizard: ${recipe.method ?? 'lora'} on ${recipe.model ?? 'a model to be named'}.`;
      library.save({ name, description: description.slice(0, 300), recipe });
    },
    keep: (recipe, onCpu) => unfinished.write({ recipe, onCpu }),
    commandFor(recipe, box, onCpu) {
      const words = [...programName.split(' ')];
      if (isDeepStrictEqual(recipe, demo)) return shellLine([...words, '--preset', 'demo']);
      const isShape = recipe.model !== undefined && findCatalogueModel(recipe.model) !== undefined;
      if (box.imagined !== null) words.push('plan', '--gpus', box.imagined);
      else {
        if (isShape) words.push('plan');
        if (options.gpus !== undefined) words.push('--gpus', options.gpus);
      }
      // Only a preset keeps a training off the cards that are there.
      if (onCpu && box.cards.length > 0) words.push('--preset', 'demo');
      if (options.device !== 'auto') words.push('--device', options.device);
      return shellLine([...words, ...recipeArguments(recipe)]);
    },
    launch,
  };

  /** As headless does it: environment, dataset, plan, run. The cards are asked anew: minutes may have passed since the first screen. */
  async function launch(
    { recipe, model, onCpu }: LaunchRequest,
    onProgress: Parameters<WizardServices['launch']>[1],
    signal: AbortSignal,
  ) {
    const [box, files] = await Promise.all([detect(), resolveDatasets(recipe.dataset ?? [], cwd)]);
    const anchored = anchorRecipe(recipe, model, files, cwd);
    const input: PlanInput = {
      recipe: anchored,
      model,
      cards: onCpu ? [] : box.cards,
      host: box.host,
      data: null,
      datasets: files,
      device: box.device,
      disk: await findDiskRoom(root, anchored.output),
      ownPython,
      measuredMemory: [],
      measuredSpeeds: readSpeeds(),
      hostName: 'localhost',
    };
    requireTrainable(input);
    requireNewOutput(input.recipe);
    onProgress('environment', null);
    const { python } = await environment.prepare(servedCards(box, onCpu), (news) =>
      onProgress('environment', news),
    );
    onProgress('dataset', null);
    const data = await read(python, await dataRequest(input));
    onProgress('plan', null);
    const plan = makePlan({ ...input, data: data.summary });
    if (!plan.fits) return { refused: plan, data: data.summary };
    signal.throwIfAborted();
    onProgress('start', null);
    const run = createRun({ root, recipe: input.recipe, plan, addData: (folder) => linkData(data, folder) });
    await launchRun(run, { python });
    return { run };
  }
}

/** Sets the Python environment up once for the same cards, whoever waits for it; after a failure, anew. */
function preparation(python: string | undefined) {
  const under = new Map<
    string,
    { result: Promise<Environment>; listeners: Set<(news: SetupNews) => void> }
  >();
  const giveUp = new AbortController();
  const prepare = (cards: readonly Card[], onProgress: (news: SetupNews) => void): Promise<Environment> => {
    const key = cards.map(({ uuid }) => uuid).join(' ');
    const known = under.get(key);
    if (known) {
      known.listeners.add(onProgress);
      return known.result;
    }
    const listeners = new Set([onProgress]);
    const result = ensureEnvironment({
      cards,
      ...(python !== undefined && { python }),
      signal: giveUp.signal,
      onProgress: (news) => {
        for (const listener of listeners) listener(news);
      },
    });
    under.set(key, { result, listeners });
    result.catch(() => under.delete(key));
    return result;
  };
  const end = async () => {
    const results = [...under.values()].map(({ result }) => result);
    giveUp.abort();
    await Promise.allSettled(results);
  };
  return { prepare, end };
}
