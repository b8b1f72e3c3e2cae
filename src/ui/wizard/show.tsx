import { type ScreenEnd, type ScreenOptions, showScreen } from '../screen/show.tsx';
import type { WizardEnd } from './services.ts';
import { Wizard, type WizardProps } from './wizard.tsx';

/** Shows the wizard until it is left. */
export function showWizard<Run>(
  props: WizardProps<Run>,
  options: ScreenOptions,
): Promise<ScreenEnd<WizardEnd<Run>>> {
  return showScreen<WizardEnd<Run>>(<Wizard {...props} />, options);
}
