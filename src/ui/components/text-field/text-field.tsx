import { Text } from 'ink';
import { useRef, useState } from 'react';
import { useKeys } from '../../keys/context.tsx';
import { truncate } from '../../layout/text.ts';
import { useLinear } from '../../screen/size.ts';
import { useTheme } from '../../theme/theme.ts';
import { insert, type Line, lineOf, moveTo, remove, textOf, windowOf, wordStart } from './edit.ts';

export interface TextFieldProps {
  /** What is written there at first. To start anew, give it another `key`. */
  initial?: string;
  /** Shown while nothing is written. */
  placeholder?: string;
  /** Columns. */
  width: number;
  /** Whether keys go here. Default: true. */
  active?: boolean;
  onChange?: (text: string) => void;
  /** Enter. */
  onSubmit?: (text: string) => void;
}

/** One line to write in. One row. */
export function TextField({
  initial = '',
  placeholder = '',
  width,
  active = true,
  onChange,
  onSubmit,
}: TextFieldProps) {
  const [line, setLine] = useState<Line>(() => lineOf(initial));
  const { colors, glyphs } = useTheme();
  const linear = useLinear();
  // Keys may come faster than React draws: each goes on from the last one's outcome, not from what is on the screen.
  const current = useRef(line);
  const edit = (next: Line) => {
    const changed = textOf(next) !== textOf(current.current);
    current.current = next;
    setLine(next);
    if (changed) onChange?.(textOf(next));
  };
  const change = (how: (line: Line) => Line) => () => edit(how(current.current));

  useKeys(
    'text',
    {
      submit: onSubmit && (() => onSubmit(textOf(current.current))),
      left: change((now) => moveTo(now, now.cursor - 1)),
      right: change((now) => moveTo(now, now.cursor + 1)),
      start: change((now) => moveTo(now, 0)),
      end: change((now) => moveTo(now, now.characters.length)),
      deleteBefore: change((now) => remove(now, now.cursor - 1, now.cursor)),
      deleteAfter: change((now) => ({ ...remove(now, now.cursor, now.cursor + 1) })),
      deleteWord: change((now) => remove(now, wordStart(now), now.cursor)),
      clear: change((now) => remove(now, 0, now.cursor)),
    },
    {
      active,
      write: (text) => {
        edit(insert(current.current, text));
        return true;
      },
    },
  );

  if (linear) return <Text>{textOf(line) || placeholder}</Text>;
  const empty = line.characters.length === 0;
  if (!active) {
    return (
      <Text color={empty ? colors.muted : colors.text} wrap="truncate">
        {truncate(textOf(line) || placeholder, width, glyphs.ellipsis)}
      </Text>
    );
  }
  const { before, at, after } = windowOf(line, width);
  return (
    <Text wrap="truncate">
      {before}
      <Text inverse>{at}</Text>
      {empty ? <Text color={colors.muted}>{truncate(placeholder, width - 1, glyphs.ellipsis)}</Text> : after}
    </Text>
  );
}
