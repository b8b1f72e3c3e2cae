import { constants } from 'node:os';
import { exitCodes } from '../errors.ts';
import type { RecipeDraft } from '../recipe/parse.ts';
import type { RunDirectory } from '../run/directory.ts';
import { catalogueFor, type Language, languageFor } from '../ui/strings/catalogue.ts';
import type { WizardEnd } from '../ui/wizard/services.ts';
import type { ScreenChoice } from './monitor.ts';
import type { Output } from './output.ts';
import type { ServiceOptions, Wired } from './wizard/services.ts';

export interface WizardOptions extends ServiceOptions, ScreenChoice {}

/**
 * The wizard: asks what flags and preset have left open, starts the training and shows it.
 *
 * @param draft what they have answered
 */
export async function wizard(options: WizardOptions, draft: RecipeDraft, output: Output): Promise<number> {
  const { showWizard } = await import('../ui/wizard/show.tsx');
  const language = languageFor(options.lang, process.env);
  const opened = new Date();
  const wired: { services?: Wired } = {};
  const show = async () => {
    const props = await load(options, draft);
    wired.services = props.services;
    return props;
  };
  let value: WizardEnd<RunDirectory> | undefined;
  let exitCode: number = exitCodes.done;
  try {
    const end = await showWizard(show, { language, ...(options.theme && { background: options.theme }) });
    if ('signal' in end) exitCode = 128 + constants.signals[end.signal];
    else value = end.value;
    if (value) output.say(farewell(value, language));
  } finally {
    await wired.services?.end();
  }
  if (!value?.run) return leaveAt(exitCode);
  const [store, { followLaunched }] = await Promise.all([unfinishedStore(), import('./launching.ts')]);
  store.clear();
  return followLaunched(value.run, { ...options, before: opened }, output);
}

/** The rooms behind the wizard; loaded once its first frame is on the screen. */
async function load(options: WizardOptions, draft: RecipeDraft) {
  const [store, { wizardServices }] = await Promise.all([unfinishedStore(), import('./wizard/services.ts')]);
  return { services: wizardServices(options, store), draft, unfinished: store.read() };
}

async function unfinishedStore() {
  const { UnfinishedStore } = await import('../recipe/unfinished.ts');
  return new UnfinishedStore();
}

/** What stays on the terminal: where it runs, and how to do the same without the wizard. */
function farewell({ run, recipe, command }: WizardEnd<RunDirectory>, language: Language): string {
  const { farewell: words } = catalogueFor(language).wizard;
  const answered = Object.keys(recipe).length > 0 && command !== '';
  return [
    ...(answered ? [words.command, `  ${command}`] : []),
    ...(answered && !run ? [words.kept] : []),
  ].join('\n');
}

/** A dataset that is being read in the background would keep the process alive. */
function leaveAt(exitCode: number): never {
  process.exit(exitCode);
}
