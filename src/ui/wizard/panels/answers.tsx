import { Text } from 'ink';
import { isAnswered, type Question, questions } from '../../../recipe/questions.ts';
import { Panel } from '../../components/panel.tsx';
import { fitText, truncate, widthOf } from '../../layout/text.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { cardsOf, shownDraft, type WizardState } from '../state.ts';
import { answerOf } from './words.ts';

/** The answers so far; the question that is being asked is pointed at. */
export function AnswersPanel({
  state,
  width,
  height,
}: {
  state: WizardState;
  width: number;
  height: number;
}) {
  const strings = useStrings();
  const { colors, glyphs } = useTheme();
  const { steps, live } = strings.wizard;
  const names = Math.max(...questions.map(({ id }) => widthOf(steps[id])));
  const cards = cardsOf(state);
  const isPast = (question: Question) =>
    state.trail.includes(question.id) || isAnswered(question, state.draft);
  return (
    <Panel title={live.answers} width={width} height={height}>
      {questions.map((question) => {
        const { id } = question;
        const here = state.step === id;
        const answer = here || isPast(question) ? answerOf(id, shownDraft(state), cards, strings) : null;
        const sign = here ? glyphs.pointer : isPast(question) && answer ? glyphs.ok : ' ';
        return (
          <Text key={id} wrap="truncate">
            <Text color={here ? colors.accent : colors.ok}>{sign} </Text>
            <Text color={here ? colors.accent : colors.muted}>{fitText(steps[id], names)}</Text>
            {`  ${truncate(answer ?? '', Math.max(0, width - 8 - names), glyphs.ellipsis)}`}
          </Text>
        );
      })}
    </Panel>
  );
}
