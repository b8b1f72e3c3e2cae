import { Box } from 'ink';
import { useState } from 'react';
import { decidePrecision } from '../../../plan/precision.ts';
import type { Recipe } from '../../../recipe/schema.ts';
import type { Option } from '../../components/select/layout.ts';
import { Select } from '../../components/select/select.tsx';
import { widthOf } from '../../layout/text.ts';
import { useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { settingOf } from '../fields.ts';
import { Prose } from '../panels/facts.tsx';
import { bf16Obstacle } from '../panels/words.ts';
import { cardsOf } from '../state.ts';
import type { StepProps } from './step.ts';

export function MethodStep(props: StepProps) {
  const { method } = useStrings().wizard;
  const options: Option<Recipe['method']>[] = [
    { value: 'lora', label: method.lora, hint: method.loraHint },
    { value: 'freeze', label: method.freeze, hint: method.freezeHint },
  ];
  return <ChoiceStep {...props} field="method" options={options} />;
}

/** bf16 stands there for all to see, and says what it needs where it cannot be had. */
export function PrecisionStep(props: StepProps) {
  const strings = useStrings();
  const { precision: words } = strings.wizard;
  const cards = cardsOf(props.state);
  const obstacle = bf16Obstacle(cards, strings);
  const options: Option<Recipe['precision']>[] = [
    { value: 'auto', label: 'auto', hint: words.autoHint(decidePrecision('auto', cards).value) },
    { value: 'bf16', label: 'bf16', hint: words.bf16, ...(obstacle !== null && { disabled: obstacle }) },
    { value: 'fp16', label: 'fp16', hint: words.fp16 },
    { value: 'fp32', label: 'fp32', hint: words.fp32 },
  ];
  return <ChoiceStep {...props} field="precision" options={options} />;
}

/** A list, and below it all that is to be said about the marked line where there is too little room beside it. */
function ChoiceStep<T extends string>({
  state,
  dispatch,
  room,
  field,
  options,
}: StepProps & { field: string; options: Option<T>[] }) {
  const linear = useLinear();
  const [marked, setMarked] = useState<T | null>(null);
  const about = options.find(({ value }) => value === marked);
  const said = about?.disabled ?? about?.hint ?? '';
  const labels = Math.max(...options.map(({ label }) => widthOf(label)));
  // A pointer, a sign and their blanks.
  const isCut = labels + widthOf(said) + (about?.disabled ? 6 : 4) > room.columns;
  return (
    <>
      <Select
        options={options}
        width={room.columns}
        height={options.length}
        initial={settingOf(state.draft, field).value as T}
        onChoose={(value) => dispatch({ type: 'answer', field, value })}
        onMark={(value) => {
          setMarked(value);
          dispatch({ type: 'mark', field, value });
        }}
      />
      {about && isCut && !linear && (
        <Box paddingTop={1} flexShrink={0}>
          <Prose width={room.columns}>{`${about.label}: ${said}`}</Prose>
        </Box>
      )}
    </>
  );
}
