import { Text } from 'ink';
import { type ActiveKeys, describeKeys, type KeyHint } from '../keys/describe.ts';
import { fitText, truncate, widthOf } from '../layout/text.ts';
import { useLinear, useTerminalSize } from '../screen/size.ts';
import type { Strings } from '../strings/catalogue.ts';
import { useStrings } from '../strings/context.ts';
import { useTheme } from '../theme/theme.ts';
import { Dialog } from './dialog.tsx';
import { Panel } from './panel.tsx';

/** A line of the overlay: a heading over a context, or a key with what it does. */
export type HelpLine = { heading: string } | { keys: string; text: string };

/** The lines that explain `hints`, by context. */
export function layoutHelp(hints: readonly KeyHint[], strings: Strings): HelpLine[] {
  return hints.flatMap((hint, index) => {
    const line = { keys: hint.keys.join(' '), text: hint.words.long };
    const first = hint.context !== hints[index - 1]?.context;
    return first ? [{ heading: strings.common.keys.contexts[hint.context] }, line] : [line];
  });
}

/** All keys that work where `?` was pressed. */
export function HelpOverlay({ active }: { active: readonly ActiveKeys[] }) {
  const { columns, rows } = useTerminalSize();
  const strings = useStrings();
  const { colors, glyphs } = useTheme();
  const lines = layoutHelp(describeKeys(active, strings, glyphs.arrows), strings);
  const keyWidth = Math.max(...lines.map((line) => ('keys' in line ? widthOf(line.keys) : 0)));
  const { help } = strings.common;

  if (useLinear()) {
    const text = lines.map((line) => ('heading' in line ? line.heading : `${line.keys}: ${line.text}`));
    return <Text>{[help.title, ...text, help.close].join('\n')}</Text>;
  }

  const room = rows - 2;
  const shown = lines.length > room ? lines.slice(0, room - 1) : lines;
  const width = Math.min(columns, Math.max(44, keyWidth + 4 + 2 + Math.max(...lines.map(textWidth))));
  const height = Math.min(rows, lines.length + 2);
  return (
    <Dialog size={{ columns: width, rows: height }} room={{ columns, rows }}>
      <Panel title={help.title} note={help.close} width={width} height={height} focused>
        {shown.map((line) =>
          'heading' in line ? (
            <Text key={line.heading} bold>
              {line.heading}
            </Text>
          ) : (
            <Text key={line.keys + line.text}>
              <Text color={colors.accent}>{fitText(line.keys, keyWidth)}</Text>
              {`  ${truncate(line.text, width - keyWidth - 6, glyphs.ellipsis)}`}
            </Text>
          ),
        )}
        {shown.length < lines.length && (
          <Text color={colors.muted}>{help.more(lines.length - shown.length)}</Text>
        )}
      </Panel>
    </Dialog>
  );
}

const textWidth = (line: HelpLine) => ('text' in line ? widthOf(line.text) : 0);
