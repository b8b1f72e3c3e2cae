import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import type { RecipeDraft } from '../../recipe/parse.ts';
import type { Unfinished } from '../../recipe/unfinished.ts';
import { KeyFooter } from '../components/key-footer.tsx';
import { Panel } from '../components/panel.tsx';
import { Progress } from '../components/progress.tsx';
import { useKeys } from '../keys/context.tsx';
import { truncate, widthOf } from '../layout/text.ts';
import { useLeave } from '../screen/leave.ts';
import { useLinear, useTerminalSize } from '../screen/size.ts';
import { useStrings } from '../strings/context.ts';
import { useTheme } from '../theme/theme.ts';
import { layoutWizard, type WizardLayout } from './layout.ts';
import { planInputOf } from './outcome.ts';
import { AnswersPanel } from './panels/answers.tsx';
import { Muted } from './panels/facts.tsx';
import { LivePanel } from './panels/live.tsx';
import type { WizardEnd, WizardServices } from './services.ts';
import { SplitEditor } from './split-editor/split-editor.tsx';
import { initialState, numbered, type StepId, type WizardState } from './state.ts';
import { BoxStep } from './steps/box.tsx';
import { MethodStep, PrecisionStep } from './steps/choice.tsx';
import { DatasetStep } from './steps/dataset.tsx';
import { LaunchStep } from './steps/launch.tsx';
import { ModelStep } from './steps/model.tsx';
import { ReviewStep } from './steps/review.tsx';
import { SettingsStep } from './steps/settings.tsx';
import { SplitStep } from './steps/split.tsx';
import type { StepProps } from './steps/step.ts';
import { type Outcomes, useOutcomes } from './use-outcome.ts';
import { useWizard } from './use-wizard.ts';

export interface WizardProps<Run> {
  services: WizardServices<Run>;
  /** What flags and preset have answered. */
  draft: RecipeDraft;
  /** Answers of a wizard that was left midway. */
  unfinished: Unfinished | null;
}

/** From the box in front of you to a training under way. Left with a `WizardEnd`. */
export function Wizard<Run>({ services, draft, unfinished }: WizardProps<Run>) {
  const [initial] = useState(() => initialState(draft, unfinished));
  const [state, dispatch] = useWizard(services, initial);
  const outcomes = useOutcomes(state);
  const leave = useLeave<WizardEnd<Run>>();
  const quit = () => {
    const { box, onCpu } = state;
    const command = box && state.step !== 'box' ? services.commandFor(state.draft, box, onCpu) : '';
    leave({ recipe: state.draft, command });
  };
  const inEditor = state.step === 'split' && state.within === 'split';
  const canGoBack = state.trail.length > 0 || state.within !== null || state.awaited !== null;
  useKeys('global', {
    // The editor goes back by itself.
    back: canGoBack && !inEditor ? () => dispatch({ type: 'back' }) : undefined,
    interrupt: quit,
  });
  useKeys('wizard', { quit }, { active: !inEditor });

  const layout = layoutWizard(useTerminalSize());
  if (inEditor) return <SplitScreen state={state} dispatch={dispatch} />;
  const props = { state, dispatch, services: services as WizardServices, outcomes };
  return (
    <Frame state={state}>
      {state.step === 'box' ? <BoxScreen {...props} /> : <Asked {...props} layout={layout} />}
    </Frame>
  );
}

/** The split editor, on what was planned when it was opened. */
function SplitScreen({ state, dispatch }: Pick<StepProps, 'state' | 'dispatch'>) {
  const [input] = useState(() => planInputOf(state, state.draft));
  if (!input) return null;
  return (
    <SplitEditor
      input={input}
      split={state.draft.split ?? 'auto'}
      onDone={(split) => dispatch({ type: 'answer', field: 'split', value: split })}
      onBack={() => dispatch({ type: 'close' })}
    />
  );
}

/** Header, what goes on in the background, footer. */
function Frame({ state, children }: { state: WizardState; children: ReactNode }) {
  const { columns, rows } = useTerminalSize();
  const linear = useLinear();
  if (linear) {
    return (
      <>
        <Header state={state} width={columns} />
        {children}
        <Background state={state} width={columns} />
        <KeyFooter />
      </>
    );
  }
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header state={state} width={columns} />
      <Box height={rows - 3} flexShrink={0}>
        {children}
      </Box>
      <Box paddingLeft={1} flexDirection="column">
        <Background state={state} width={columns - 2} />
        <KeyFooter width={columns - 2} />
      </Box>
    </Box>
  );
}

/** Where we are: a dot for every step, and its number. */
function Header({ state, width }: { state: WizardState; width: number }) {
  const { wizard } = useStrings();
  const { colors, glyphs } = useTheme();
  const linear = useLinear();
  const index = numbered.indexOf(state.step);
  const title = wizard.steps[state.step];
  const place = index < 0 ? '' : wizard.stepOf(index + 1, numbered.length);
  if (linear) return <Text>{[wizard.title, title, place].filter(Boolean).join(', ')}</Text>;
  const dots =
    index < 0 ? '' : numbered.map((_, each) => (each <= index ? glyphs.mark : glyphs.separator)).join(' ');
  const used = widthOf(wizard.title) + widthOf(title) + 5 + widthOf(place) + widthOf(dots) + 2;
  return (
    <Text wrap="truncate">
      <Text color={colors.accent} bold>
        {` ${wizard.title}`}
      </Text>
      <Text bold>{`  ${title}`}</Text>
      {' '.repeat(Math.max(1, width - used))}
      <Text color={colors.accent}>{dots}</Text>
      <Text color={colors.muted}>{`  ${place}`}</Text>
    </Text>
  );
}

/** One line: how far Python is. */
function Background({ state, width }: { state: WizardState; width: number }) {
  const { wizard, setup, errors } = useStrings();
  const words = wizard.environment;
  const { colors, glyphs } = useTheme();
  const { environment, step } = state;
  const room = width;
  if (environment.state === 'idle' || step === 'launch') return <Text> </Text>;
  if (environment.state === 'ready') return <Muted>{`${glyphs.ok} ${words.ready}`}</Muted>;
  if (environment.state === 'busy') {
    const line = environment.news === null ? words.busy : `${words.busy}: ${setup(environment.news)}`;
    return <Progress label={line} share={null} width={room} />;
  }
  const said = `${glyphs.warn} ${words.failed}: ${environment.fault.in(errors).message.split('\n')[0]}`;
  return (
    <Text color={colors.warn} wrap="truncate">
      {truncate(said, room, glyphs.ellipsis)}
    </Text>
  );
}

type ScreenProps = Omit<StepProps, 'room'>;

function BoxScreen(props: ScreenProps) {
  const { columns, rows } = useTerminalSize();
  return (
    <Box paddingX={1} paddingTop={0} width={columns} flexDirection="column">
      <BoxStep {...props} room={{ columns: columns - 2, rows: rows - 3 }} />
    </Box>
  );
}

const views: Record<Exclude<StepId, 'box'>, (props: StepProps) => ReactNode> = {
  model: ModelStep,
  dataset: DatasetStep,
  method: MethodStep,
  precision: PrecisionStep,
  settings: SettingsStep,
  split: SplitStep,
  review: ReviewStep,
  launch: LaunchStep,
};

/** A question, and what its answers mean. */
function Asked({ layout, ...props }: ScreenProps & { layout: WizardLayout }) {
  const { state, outcomes } = props;
  const { questions, steps } = useStrings().wizard;
  const linear = useLinear();
  const { question, side } = layout;
  const step = state.step as Exclude<StepId, 'box'>;
  // The review lists the answers itself.
  const answers = step === 'review' ? null : layout.answers;
  const live = answers === layout.answers ? layout.live : { ...layout.live, rows: question.rows };
  const View = views[step];
  // Where there is little room, what is to be reviewed needs all of it.
  const asked = step === 'launch' || (step === 'review' && !side) ? null : questions[step];
  // Two edges and two blanks; the question itself and a blank line.
  const room = { columns: question.columns - 4, rows: question.rows - 2 - (asked ? 2 : 0) };
  return (
    <Box flexDirection={side && !linear ? 'row' : 'column'} columnGap={1}>
      <Panel title={steps[step]} width={question.columns} height={question.rows} focused>
        {asked && (
          <Box paddingBottom={linear ? 0 : 1} flexShrink={0}>
            <Muted>{asked}</Muted>
          </Box>
        )}
        <View key={step} {...props} room={room} />
      </Panel>
      <Box flexDirection="column">
        {answers && <AnswersPanel state={state} width={answers.columns} height={answers.rows} />}
        <LivePanel {...liveOutcomes(outcomes)} width={live.columns} height={live.rows} />
      </Box>
    </Box>
  );
}

const liveOutcomes = ({ shown, present }: Outcomes) => ({ shown, present });
