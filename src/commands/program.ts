import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { exitCodes, UserError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { questions } from '../recipe/questions.ts';
import { nearestNames } from '../suggest.ts';
import { canAsk } from './asking.ts';
import { Output } from './output.ts';

/**
 * The command line: names, options and help. A command's own module is imported when it is called and not before, so that
 * `--version` and a mistyped word cost nothing.
 *
 * @param finish receives the exit code of the command that ran
 */
export function createProgram(finish: (exitCode: number) => void): Command {
  const program = new Command('ft-wizard')
    .description('Fine-tune language models that do not fit on one of your cards, on the cards you have.')
    .version(packageVersion(), '-v, --version')
    // Options after a command's name are that command's: `plan --model` is not the --model of a run.
    .enablePositionalOptions()
    .showHelpAfterError(false)
    .helpCommand(false)
    .exitOverride()
    // What went wrong is printed once, by reportError.
    .configureOutput({ writeErr: () => {} });

  /** Runs a command's function and hands on the exit code; one that returns none has done what it was asked. */
  const run: Runner =
    (command) =>
    async (...args) => {
      const result = await command(...args);
      finish(typeof result === 'number' ? result : exitCodes.done);
    };

  // `ft-wizard --lang zh attach`: what stands before a command's name is said to that command.
  program.hook('preAction', (_, command) => {
    if (command !== program) handDown(program, command);
  });

  const train = describeScreen(describeRecipe(program))
    .addOption(new Option('--gpus <cards>', 'cards to use, by index or UUID: 0,2'))
    .addOption(emulateOption())
    .addOption(deviceMapOption())
    .addOption(deviceOption())
    .option('--python <path>', 'a Python of your own instead of the one that is set up')
    .option('--runs-dir <folder>', 'where runs are kept')
    .option('--dry-run', 'detect, plan and check, but start nothing')
    .option('--detach', 'return once the training has started')
    .option('--json', 'one JSON object a line on stdout')
    .allowExcessArguments()
    .addHelpText('after', examples);
  train.action(
    run(async (options, command: Command) => {
      const [word] = command.args;
      if (word !== undefined) throw unknownCommand(word, program);
      const output = new Output(options.json);
      if (canAsk(options) && !command.options.some((option) => isAnswer(option, command))) {
        const { wizard } = await import('./wizard.ts');
        return wizard(options, {}, output);
      }
      const { train } = await import('./train.ts');
      return train(options, output);
    }),
  );

  describeRecipe(program.command('plan'))
    .description('what a training would need and how fast it would be; for cards you have or not')
    .option('--gpus <cards>', 'cards of this box (0,2), or any such as 6x3090, 2xP40,1x3090, 4x24GiB')
    .addOption(emulateOption())
    .addOption(deviceMapOption())
    .addOption(deviceOption())
    .option('--json', 'the plan as JSON')
    .action(
      run(async (options) => {
        const { planCommand } = await import('./plan.ts');
        return planCommand(options, new Output(options.json));
      }),
    );

  describeRecipe(program.command('bench'))
    .description(
      'how fast each schedule trains on these cards, and in what memory: a few steps, random weights',
    )
    .option('--steps <count>', 'optimizer steps with each', '8')
    .option('--schedules <names>', 'which to compare', 'naive,gpipe,1f1b')
    .addOption(
      new Option(
        '--memory',
        'instead: what the cards hold in trainings of all kinds, against what is predicted',
      ).conflicts([...recipeFlags, 'steps', 'schedules', 'emulate', 'deviceMap']),
    )
    .addOption(
      new Option(
        '--only <names>',
        'of --memory: some of its configurations, or a half (fit, held-out)',
      ).implies({
        memory: true,
      }),
    )
    .addOption(new Option('--gpus <cards>', 'cards to use, by index or UUID: 0,2'))
    .addOption(emulateOption())
    .addOption(deviceMapOption())
    .addOption(deviceOption())
    .option('--python <path>', 'a Python of your own instead of the one that is set up')
    .option('--json', 'one JSON object a line on stdout: what was measured, then each schedule')
    .action(
      run(async (options) => {
        const output = new Output(options.json);
        if (options.memory) return (await import('./bench-memory.ts')).benchMemory(options, output);
        return (await import('./bench.ts')).bench(options, output);
      }),
    );

  addRunCommands(program, run);
  addPresetCommands(program, run);

  program
    .command('doctor')
    .description('what is there, and what is wrong')
    .option('--python <path>', 'look at this Python')
    .option('--runs-dir <folder>', 'where runs are kept')
    .option('--json', 'as JSON')
    .action(
      run(async (options) => {
        const { doctor } = await import('./doctor.ts');
        return doctor(options, new Output(options.json));
      }),
    );

  return program;
}

// biome-ignore lint/suspicious/noExplicitAny: commander hands over arguments and options as it parsed them.
type Runner = (command: (...args: any[]) => Promise<unknown>) => (...args: any[]) => Promise<void>;

function addRunCommands(program: Command, run: Runner): void {
  const onRun = (name: string, description: string) =>
    program
      .command(`${name} [run]`)
      .description(`${description}; the newest run unless one is named`)
      .option('--runs-dir <folder>', 'where runs are kept');
  const json = new Option('--json', 'one JSON object a line on stdout');

  program
    .command('runs')
    .description('all runs, newest first')
    .option('--runs-dir <folder>', 'where runs are kept')
    .option('--json', 'one JSON object a run')
    .action(
      run(async (options) => (await import('./runs.ts')).listRunsCommand(options, new Output(options.json))),
    );
  describeScreen(onRun('attach', 'follow a run; Ctrl-C leaves it running'))
    .addOption(json)
    .action(
      run(async (id, options) => (await import('./attach.ts')).attach(id, options, new Output(options.json))),
    );
  onRun('stop', 'end a run with a checkpoint')
    .option('--now', 'without a checkpoint')
    .addOption(json)
    .action(
      run(async (id, options) => (await import('./stop.ts')).stop(id, options, new Output(options.json))),
    );
  describeScreen(onRun('resume', 'go on from the newest checkpoint'))
    .option('--python <path>', 'a Python of your own instead of the one that is set up')
    .option('--detach', 'return once the training has started')
    .option('--gpus <cards>', 'go on with these cards of this box (0,2), planned anew')
    .option('--split <layers>', 'go on with this split (20,20), or auto')
    .addOption(json)
    .action(
      run(async (id, options) => (await import('./resume.ts')).resume(id, options, new Output(options.json))),
    );
  onRun('chat', 'talk to what a run has trained')
    .option('--prompt <text>', 'ask this and leave; may be repeated', collect)
    .option('--python <path>', 'a Python of your own instead of the one that is set up')
    .addOption(
      new Option('--device <device>', 'where the model answers').choices(['auto', 'cpu']).default('auto'),
    )
    .action(run(async (id, options) => (await import('./chat.ts')).chat(id, options)));
}

function addPresetCommands(program: Command, run: Runner): void {
  const presets = program.command('presets').description('recipes to start from: shipped ones and your own');
  const add = (name: string, description: string) =>
    presets.command(name).description(description).option('--json', 'as JSON');

  add('list', 'all presets').action(
    run(async (options) => (await import('./presets.ts')).listPresets(new Output(options.json))),
  );
  add('show <name>', 'what a preset says').action(
    run(async (name, options) => (await import('./presets.ts')).showPreset(name, new Output(options.json))),
  );
  describeRecipe(add('save <name>', 'keep settings under a name'))
    .option('--description <text>', 'what it is for')
    .option('--cards <spec>', 'the cards it is made for, such as 2xP40')
    .action(
      run(async (name, options) =>
        (await import('./presets.ts')).savePreset(name, options, new Output(options.json)),
      ),
    );
  add('import <file>', "take over someone else's preset, or what LLaMA-Factory trains from (YAML, JSON)")
    .option('--as <name>', 'under another name')
    .action(
      run(async (file, options) =>
        (await import('./presets.ts')).importPreset(file, options, new Output(options.json)),
      ),
    );
  presets
    .command('export <name>')
    .description('write a preset as JSON for others')
    .option('--to <file>', 'to a new file instead of stdout')
    .action(
      run(async (name, options) => (await import('./presets.ts')).exportPreset(name, options, new Output())),
    );
  add('rm <name>', 'remove a preset of your own').action(
    run(async (name, options) => (await import('./presets.ts')).removePreset(name, new Output(options.json))),
  );
}

const recipeFlags = ['preset', 'set', ...questions.flatMap(({ id, flag }) => (flag ? [id] : []))];

/** Whether anything of the recipe was named. */
const isAnswer = (option: Option, command: Command) =>
  recipeFlags.includes(option.attributeName()) &&
  command.getOptionValue(option.attributeName()) !== undefined;

/** The flags that make up a recipe (src/commands/recipe-options.ts). */
function describeRecipe(command: Command): Command {
  command.option('--preset <name>', 'start from a preset; `ft-wizard presets list` shows them');
  for (const { id, flag } of questions) {
    if (flag?.repeatable) command.option(`--${id} <${flag.value}>`, flag.description, collect);
    else if (flag) command.option(`--${id} <${flag.value}>`, flag.description);
  }
  return command.option('--set <key=value>', 'any setting, such as lora.rank=32; may be repeated', collect);
}

/** Options given to the program are its command's, where that knows them; where both were given them, the nearer one counts. */
function handDown(program: Command, command: Command): void {
  for (const option of program.options) {
    const name = option.attributeName();
    if (program.getOptionValueSource(name) !== 'cli') continue;
    if (!command.options.some((own) => own.attributeName() === name)) {
      command.error(`error: unknown option '${option.long}' for '${command.name()}'`);
    }
    if (command.getOptionValueSource(name) === 'cli') continue;
    command.setOptionValueWithSource(name, program.getOptionValue(name), 'cli');
  }
}

/** How a screen looks (`ScreenChoice` in src/commands/monitor.ts). */
function describeScreen(command: Command): Command {
  return command
    .addOption(new Option('--lang <language>', 'language of the screen').choices(['en', 'zh']))
    .addOption(
      new Option('--theme <background>', 'colours for a dark or a light terminal').choices(['dark', 'light']),
    );
}

function emulateOption(): Option {
  return new Option('--emulate <cards>', 'smaller cards that share a real one: 6x24GiB, 4x24GiB@12%');
}

function deviceMapOption(): Option {
  return new Option('--device-map <file>', 'split the model as this Hugging Face device_map (JSON) does');
}

function deviceOption(): Option {
  return new Option('--device <device>', 'cpu: plan for the cards, execute on the CPU')
    .choices(['auto', 'cuda', 'cpu'])
    .default('auto');
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function unknownCommand(word: string, program: Command): UserError {
  const [meant] = nearestNames(
    word,
    program.commands.map((command) => command.name()),
  );
  return new UserError('usage/no-command', { word: JSON.stringify(word), meant: meant ?? null });
}

function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version;
}

const examples = `
Examples:
  ft-wizard                                                asks for everything, in a terminal
  ft-wizard --preset demo                                  a tiny model on the CPU, in three minutes
  ft-wizard plan --preset p40x2 --model llama2-13b         what would it need?
  ft-wizard --preset p40x2 --model M --dataset D --detach  train, and give the terminal back
`;
