import { constants } from 'node:os';
import { exitCodes } from '../errors.ts';
import type { RecipeDraft } from '../recipe/parse.ts';
import type { RunDirectory } from '../run/directory.ts';
import { catalogueFor, type Language, languageFor } from '../ui/strings/catalogue.ts';
import type { WizardEnd } from '../ui/wizard/services.ts';
import type { WizardProps } from '../ui/wizard/wizard.tsx';
import type { Output } from './output.ts';
import type { ServiceOptions } from './wizard/services.ts';

export interface WizardOptions extends ServiceOptions {
  lang?: Language;
}

/**
 * The wizard: asks what flags and preset have left open, starts the training and shows it.
 *
 * @param draft what they have answered
 */
export async function wizard(options: WizardOptions, draft: RecipeDraft, output: Output): Promise<number> {
  const { showWizard } = await import('../ui/wizard/show.tsx');
  const language = languageFor(options.lang, process.env);
  const opened = new Date();
  const end = await showWizard(() => load(options, draft), { language });
  if ('signal' in end) return leaveAt(128 + constants.signals[end.signal]);
  const { value } = end;
  if (value) output.say(farewell(value, language));
  if (!value?.run) return leaveAt(exitCodes.done);
  const [store, { followLaunched }] = await Promise.all([unfinishedStore(), import('./launching.ts')]);
  store.clear();
  return followLaunched(value.run, { before: opened, language }, output);
}

/** The rooms behind the wizard; loaded once its first frame is on the screen. */
async function load(options: WizardOptions, draft: RecipeDraft): Promise<WizardProps<RunDirectory>> {
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

/** An environment that is being set up in the background would keep the process alive; it is gone on with the next time. */
function leaveAt(exitCode: number): never {
  process.exit(exitCode);
}
