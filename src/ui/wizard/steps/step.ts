import type { Size } from '../../screen/size.ts';
import type { WizardAction } from '../reducer.ts';
import type { WizardServices } from '../services.ts';
import type { WizardState } from '../state.ts';
import type { Outcomes } from '../use-outcome.ts';

/** What every step's view is given. */
export interface StepProps {
  state: WizardState;
  dispatch: (action: WizardAction) => void;
  services: WizardServices;
  outcomes: Outcomes;
  /** The room inside the question's panel. */
  room: Size;
}
