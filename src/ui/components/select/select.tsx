import { Box, Text } from 'ink';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useKeys } from '../../keys/context.tsx';
import { fitText, splitGraphemes, truncate, widthOf } from '../../layout/text.ts';
import { useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { filterOptions, type Option, scrollThumb, scrollTo } from './layout.ts';

export interface SelectProps<T> {
  options: readonly Option<T>[];
  /** Columns. */
  width: number;
  /** Rows; a longer list scrolls. */
  height: number;
  /** What is marked first. Default: the first that can be chosen. */
  initial?: T;
  /** Typing narrows the list down; letters are then no keys. Default: false. */
  filterable?: boolean;
  /** Whether keys go here. Default: true. */
  active?: boolean;
  onChoose: (value: T) => void;
  /** Hears of what is marked, disabled or not, e.g. to show what it would mean. */
  onMark?: (value: T) => void;
}

/** A list to choose from. What cannot be chosen is shown with the reason, and a sign. */
export function Select<T>(props: SelectProps<T>) {
  const { options, width, height, initial, filterable = false, active = true, onChoose, onMark } = props;
  const [filter, setFilter] = useState('');
  const [marked, setMarked] = useState(() => firstIndex(options, initial));
  const top = useRef(0);
  const words = useStrings().common.select;
  const { colors, glyphs } = useTheme();
  const linear = useLinear();

  const shown = filterOptions(options, filter);
  const index = Math.min(marked, Math.max(0, shown.length - 1));
  const option = shown[index];
  const rows = Math.max(1, filter === '' ? height : height - 1);
  const move = (by: number) => setMarked(Math.max(0, Math.min(shown.length - 1, index + by)));
  const narrow = (text: string) => {
    const narrowed = filterOptions(options, text);
    setFilter(text);
    // What was marked stays marked where it can.
    setMarked(Math.max(0, option ? narrowed.indexOf(option) : firstIndex(narrowed)));
  };

  useKeys(
    'list',
    {
      choose: option && option.disabled === undefined ? () => onChoose(option.value) : undefined,
      up: () => move(-1),
      down: () => move(1),
      pageUp: () => move(1 - rows),
      pageDown: () => move(rows - 1),
      first: () => setMarked(0),
      last: () => setMarked(shown.length - 1),
      clearFilter: filter === '' ? undefined : () => narrow(''),
    },
    { active },
  );
  useKeys(
    'text',
    filter === ''
      ? {}
      : { deleteBefore: () => narrow(splitGraphemes(filter).slice(0, -1).join('')), clear: () => narrow('') },
    {
      active: active && filterable,
      write: (text) => {
        narrow(filter + text.replace(/\s+/g, ' '));
        return true;
      },
    },
  );

  const value = option?.value;
  const tell = useEffectEvent((seen: T) => onMark?.(seen));
  useEffect(() => {
    if (value !== undefined) tell(value);
  }, [value]);

  top.current = scrollTo(index, shown.length, rows, top.current);
  const visible = linear ? shown : shown.slice(top.current, top.current + rows);
  const thumb = linear ? null : scrollThumb(top.current, shown.length, rows);
  const room = thumb ? width - 2 : width;
  const described = shown.some(({ hint, disabled }) => hint || disabled);
  const labelWidth = Math.min(
    Math.max(0, ...shown.map(({ label }) => widthOf(label))),
    described ? Math.floor(room * 0.6) : room - 2,
  );
  return (
    <Box flexDirection="column" width={width} {...(!linear && { height })} flexShrink={0}>
      {filter !== '' && (
        <Text wrap="truncate">
          <Text color={colors.accent}>/ </Text>
          {filter}
          <Text color={colors.muted}>{`  ${shown.length}/${options.length}`}</Text>
        </Text>
      )}
      {shown.length === 0 && (
        <Text color={colors.muted} wrap="truncate">
          {filter === '' ? words.empty : words.nothingMatches(filter)}
        </Text>
      )}
      {visible.map((each, row) => (
        <Box key={options.indexOf(each)} width={width} height={linear ? undefined : 1} flexShrink={0}>
          <Box width={room} flexShrink={0}>
            <OptionRow {...{ option: each, marked: each === option, active, width: room, labelWidth }} />
          </Box>
          {thumb && (
            <Text color={colors.muted}>
              {row >= thumb[0] && row < thumb[1] ? ` ${glyphs.bar.full}` : ` ${glyphs.column.line}`}
            </Text>
          )}
        </Box>
      ))}
    </Box>
  );
}

interface OptionRowProps {
  option: Option<unknown>;
  marked: boolean;
  active: boolean;
  width: number;
  labelWidth: number;
}

function OptionRow({ option, marked, active, width, labelWidth }: OptionRowProps) {
  const { unavailable } = useStrings().common.select;
  const { colors, glyphs } = useTheme();
  const disabled = option.disabled !== undefined;
  const beside = option.disabled ?? option.hint ?? '';
  if (useLinear()) {
    const said = `${marked ? `${glyphs.pointer} ` : ''}${option.label}${disabled ? `, ${unavailable}` : ''}`;
    return <Text>{beside ? `${said}: ${beside}` : said}</Text>;
  }
  const light = marked && active ? colors.accent : disabled ? colors.muted : colors.text;
  const room = Math.max(0, width - 2 - labelWidth - 2);
  return (
    <Text wrap="truncate">
      <Text color={light} bold={marked}>
        {`${marked ? glyphs.pointer : ' '} ${fitText(option.label, labelWidth, 'left', glyphs.ellipsis)}`}
      </Text>
      {beside !== '' && (
        <Text color={colors.muted}>
          {`  ${truncate(disabled ? `${glyphs.disabled} ${beside}` : beside, room, glyphs.ellipsis)}`}
        </Text>
      )}
    </Text>
  );
}

/** Where `value` is in the list; otherwise the first that can be chosen. */
function firstIndex<T>(options: readonly Option<T>[], value?: T): number {
  const wanted = value === undefined ? -1 : options.findIndex((option) => option.value === value);
  return Math.max(0, wanted >= 0 ? wanted : options.findIndex(({ disabled }) => disabled === undefined));
}
