import type { Alternative } from '../../../plan/what-if.ts';
import type { KeyWords } from '../../keys/words.ts';

/** A way to lay a training over the cards; figures as people read them. */
export interface SplitWay {
  name: Alternative['name'];
  dataParallel: number;
  /** Of each pipeline. */
  cards: number;
  step: string;
  headroom: string;
}

/** Words of the wizard. */
export const wizard = {
  keys: {
    next: { short: 'next', long: 'Accept, and go to the next question' },
    increase: { short: 'more', long: 'The next value' },
    decrease: { short: 'less', long: 'The previous value' },
    edit: { short: 'edit', long: 'Write the value; or open the split editor' },
    more: { short: 'all settings', long: 'Show or hide the settings that seldom matter' },
    preset: { short: 'save as preset', long: 'Save these answers as a preset' },
    quit: { short: 'leave', long: 'Leave; the answers are kept' },
  } satisfies KeyWords['wizard'],

  title: 'ft-wizard',
  stepOf: (step: number, steps: number) => `step ${step} of ${steps}`,
  steps: {
    box: 'This box',
    model: 'Model',
    dataset: 'Dataset',
    method: 'Method',
    precision: 'Precision',
    settings: 'Settings',
    split: 'Split',
    review: 'Review',
    launch: 'Starting',
  },
  questions: {
    model: 'Which model is to be trained?',
    dataset: 'What is it to learn from?',
    method: 'How is it to be trained?',
    precision: 'In which number format do the frozen weights lie?',
    settings: 'The settings that matter. Their defaults are sound.',
    split: 'Which card holds which layers?',
    review: 'Everything set?',
  },

  box: {
    looking: 'Looking at the cards of this box',
    imagined: 'imagined',
    free: (free: string, total: string) => `${free} of ${total} free`,
    freeAlone: (free: string) => `${free} free`,
    capability: (capability: string, bf16: boolean) =>
      bf16 ? `compute ${capability}, bf16, fp16` : `compute ${capability}, fp16 only`,
    heldBy: (bytes: string, process: string, pid: number) => `${bytes} held: ${process} (${pid})`,
    heldAlso: (processes: number) => `+${processes}`,
    nobody: 'nobody else on it',
    ram: (available: string, total: string) => `RAM ${available} of ${total} available`,
    cores: (cores: number) => (cores === 1 ? '1 core' : `${cores} cores`),
    disk: (free: string) => `disk ${free} free`,
    noCards: 'No card to train on',
    noCardsHelp: 'The demo runs on the CPU, and any training can be planned for cards that are not here.',
    proposal: 'A good first run here',
    proposing: 'Looking for a model that fits',
    why: {
      recent: 'the model you used last',
      'on-disk': 'the largest model on this machine that fits',
      'from-hub': 'the largest common model that fits; it is fetched first',
      'no-hub': 'the hub does not answer',
      demo: 'a tiny bundled model learns who it is, in about a minute',
    },
    start: {
      proposal: 'Go with this run',
      given: 'Go on',
      givenHint: (left: number) =>
        left === 0
          ? 'everything is answered'
          : left === 1
            ? '1 question is open'
            : `${left} questions are open`,
      unfinished: 'Continue where you left',
      steps: 'Choose step by step',
      stepsHint: 'model, dataset, method, settings',
      demo: 'Try the demo',
      demoHint: 'a tiny model on the CPU, a minute',
      imagine: 'Plan for other cards',
      imagineHint: 'what fits on 2xP40, 8x3090, ...',
    },
    imagineAsk: 'Which cards? COUNTxCARD, several with commas.',
  },

  model: {
    looking: 'Looking for models on this machine',
    where: { recent: 'used before', cache: 'in the Hugging Face cache', folder: 'folder' },
    browse: 'A folder on this machine',
    browseHint: 'browse, or write its path',
    hub: 'From the Hugging Face hub',
    hubHint: 'such as Qwen/Qwen3-8B',
    hubAsk: 'The id of the model, owner/name. Only its shape is fetched now.',
    catalogue: 'A shape, for planning only',
    catalogueHint: 'llama2-70b, qwen3-32b, ...',
    demo: 'The bundled demo model',
    demoHint: 'tiny; for a first look',
    demoName: 'the demo model',
    reading: (model: string) => `Reading ${model}`,
    facts: (parameters: string, layers: number) => `${parameters} parameters in ${layers} layers`,
    shapeOnly: 'only a shape: it can be planned for, not trained',
    onDisk: (bytes: string) => `${bytes} on disk`,
    toFetch: (bytes: string) => `${bytes} to fetch`,
  },

  browse: {
    here: 'Write a path; Tab completes.',
    models: 'model',
    datasets: 'dataset',
    reading: 'Reading the folder',
    nothing: 'Nothing here begins like that.',
  },

  dataset: {
    looking: 'Looking for datasets',
    demo: 'The bundled demo dataset',
    demoName: 'the demo dataset',
    demoHint: 'teaches the model who it is',
    browse: 'Another file',
    browseHint: 'JSON, JSONL: alpaca, sharegpt, OpenAI',
    rows: (rows: number) => (rows === 1 ? '1 row' : `${rows} rows`),
    reading: 'Reading the dataset',
    rawSample: 'First row, as it is in the file',
    rawNote: 'How the model will see it is shown once Python is ready.',
    sample: 'First row, as the model sees it',
    learned: 'learned',
    prompt: 'prompt',
    facts: (rows: number, longest: number, template: string) =>
      `${rows} rows, longest ${longest} tokens, template ${template}`,
    bad: (rows: number) => `${rows} rows cannot be used and are left out`,
  },

  method: {
    lora: 'LoRA',
    loraHint: 'small adapters on frozen weights; usual',
    freeze: 'Freeze',
    freezeHint: 'trains the last layers; gives a whole model',
  },

  precision: {
    autoHint: (value: string) => `${value} here`,
    bf16: 'no loss scaling; Ampere and newer',
    fp16: 'every card; the loss is scaled',
    fp32: 'twice the memory; for small models and the CPU',
    needsAmpere: (cards: string) => `needs compute capability 8.0; ${cards}`,
    has: (card: string, capability: string) => `${card} has ${capability}`,
  },

  settings: {
    names: {
      'lora.rank': 'LoRA rank',
      'lora.targets': 'LoRA on',
      'lora.alpha': 'LoRA alpha',
      'lora.dropout': 'LoRA dropout',
      'freeze.layers': 'Layers trained',
      cutoffLength: 'Sample length',
      batchSize: 'Batch size',
      microBatchSize: 'Micro-batch size',
      epochs: 'Epochs',
      learningRate: 'Learning rate',
      template: 'Template',
      packing: 'Packing',
      groupByLength: 'Group by length',
      evalRatio: 'Held out',
      scheduler: 'Schedule of the rate',
      warmupRatio: 'Warm-up',
      weightDecay: 'Weight decay',
      maxGradNorm: 'Gradient clipping',
      checkpointing: 'Activations',
      schedule: 'Pipeline schedule',
      dataParallel: 'Replicas',
      transport: 'Transport',
      saveSteps: 'Checkpoint every',
      seed: 'Seed',
    },
    hints: {
      'lora.rank': 'more can learn more, and needs more memory',
      'lora.targets': 'all-linear learns best; qv is lean',
      'lora.alpha': 'twice the rank is usual',
      'lora.dropout': 'against learning by heart; costs memory',
      'freeze.layers': 'the last so many',
      cutoffLength: 'tokens; longer samples are cut',
      batchSize: 'samples a step; many keep all cards busy',
      microBatchSize: 'rows at once on a card',
      epochs: 'times through the dataset',
      learningRate: 'the highest; it falls from there',
      template: 'auto: as the tokenizer has it',
      packing: 'samples share rows: less padding, the same training',
      groupByLength: 'similar lengths share a step; without packing',
      evalRatio: 'share of rows kept for evaluation',
      scheduler: 'how it falls',
      warmupRatio: 'share of the steps in which it rises',
      weightDecay: '0 is usual for LoRA',
      maxGradNorm: 'norm above which gradients are cut',
      checkpointing: 'none: kept; full: recomputed, which saves memory',
      schedule: '1f1b keeps memory low',
      dataParallel: 'copies of the whole pipeline',
      transport: 'host: for cards that cannot talk to each other',
      saveSteps: 'steps',
      seed: 'the same seed, the same run',
    },
    changed: (usual: string) => `default ${usual}`,
    write: (name: string) => `${name}: Enter accepts, Esc leaves it as it was`,
  },

  split: {
    auto: 'automatic',
    autoHint: 'the fastest that fits; e changes it by hand',
    manual: 'by hand',
    manualHint: 'e changes it, and finds the optimum again',
    count: (layers: number) => (layers === 1 ? '1 layer' : `${layers} layers`),
    /**
     * @param index from 1; 0 where the split is none of them
     * @param way what the present one is
     */
    way: (index: number, count: number, way: SplitWay | null) => {
      if (way === null || index === 0) return `${count} other ways over these cards: left and right`;
      const pipelines = way.dataParallel === 1 ? 'one pipeline' : `${way.dataParallel} replicas`;
      const cards = way.cards === 1 ? '1 card' : `${way.cards} cards`;
      const best = {
        fastest: 'fastest, ',
        'most-headroom': 'most headroom, ',
        'fewest-cards': 'fewest cards, ',
        replicas: '',
      };
      return `Way ${index} of ${count}: ${best[way.name]}${pipelines} of ${cards}; ${way.step} a step, ${way.headroom} free`;
    },
    unknown: 'The split can be shown once the model is known.',
  },

  review: {
    start: 'Start the training',
    notYet: 'not like this; see below',
    startHint: 'Enter; everything is checked once more',
    doesNotFit: 'It cannot run like this. What is wrong, and what helps, is told with the cards.',
    shapeOnly: 'There are no weights behind this name: to train, choose the model by its folder or hub id.',
    imagined: 'These cards are imagined: this can be planned, not started.',
    noModel: 'The model is still being looked at.',
    noDataset: 'No dataset is chosen yet.',
    command: 'The same, without the wizard',
    presetAsk: 'A name for the preset: lower case, digits and hyphens.',
    presetSaved: (name: string) => `Saved. The next time: ft-wizard --preset ${name}`,
    open: 'not chosen yet',
    settings: {
      lora: (rank: number, targets: string) => `rank ${rank} on ${targets}`,
      freeze: (layers: number) => (layers === 1 ? 'the last layer' : `the last ${layers} layers`),
      rest: (batch: number, tokens: number, epochs: number, rate: string) =>
        `batch ${batch} x ${tokens}, ${epochs} epochs, rate ${rate}`,
    },
  },

  live: {
    title: 'What this means',
    answers: 'Your run',
    waiting: 'Choose a model, and this shows whether it fits and how fast it is.',
    fits: 'fits',
    fitsWith: (headroom: string) => `fits, ${headroom} to spare`,
    over: (missing: string) => `does not fit: ${missing} too much`,
    cannot: 'cannot run like this',
    of: (used: string, free: string) => `${used} of ${free}`,
    cpuRank: (rank: number) => `CPU rank ${rank}`,
    speed: 'Speed',
    tokens: (tokens: string) => `about ${tokens} tokens/s`,
    step: 'Step',
    busy: (percent: string) => `${percent} busy`,
    time: 'Time',
    timeOf: (duration: string, steps: number) => `about ${duration} for ${steps} steps`,
    timeAtMost: (duration: string, steps: number) => `at most ${duration} for ${steps} steps`,
    timeUnknown: 'known with the dataset',
    precision: 'Precision',
    ram: 'Host RAM',
    disk: 'Disk',
    fix: 'What helps',
    now: (tokens: string) => `now ${tokens}`,
  },

  environment: {
    busy: 'Python is being set up',
    ready: 'Python is ready',
    failed: 'Python could not be set up; it is tried again at the start',
  },

  launch: {
    stages: {
      environment: 'Python environment',
      dataset: 'Dataset',
      plan: 'Checks',
      start: 'Training',
    },
    again: 'Enter tries again, Esc goes back to the review.',
  },

  fault: { fix: 'What to do' },

  farewell: {
    kept: 'Your answers are kept for the next time.',
    command: 'The same, without the wizard:',
  },
};
