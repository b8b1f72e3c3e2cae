import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { HelpOverlay } from '../components/help-overlay.tsx';
import { KeysPaused, useActiveKeys, useKeys } from '../keys/context.tsx';
import { type Size, useLinear, useTerminalSize } from './size.ts';
import { TooSmall } from './too-small.tsx';

/**
 * The whole window. `?` lays the keys that work over it; a window that is too small says so. What is covered goes on and gets no keys.
 */
export function Viewport({ minimum, children }: { minimum: Size; children: ReactNode }) {
  const { columns, rows } = useTerminalSize();
  const linear = useLinear();
  const active = useActiveKeys();
  const [help, setHelp] = useState<typeof active | null>(null);
  const small = !linear && (columns < minimum.columns || rows + 1 < minimum.rows);
  const covered = small || help !== null;

  const close = () => setHelp(null);
  useKeys('global', help ? { help: close, back: close, leave: close } : { help: () => setHelp(active) }, {
    active: !small,
  });

  const over = small ? <TooSmall needs={minimum} /> : help && <HelpOverlay active={help} />;
  if (linear) {
    return (
      <Box flexDirection="column">
        {over}
        <Box display={covered ? 'none' : 'flex'} flexDirection="column">
          <KeysPaused paused={covered}>{children}</KeysPaused>
        </Box>
      </Box>
    );
  }
  return (
    <Box width={columns} height={rows} overflow="hidden">
      <Box display={small ? 'none' : 'flex'} width={columns} height={rows} flexDirection="column">
        <KeysPaused paused={covered}>{children}</KeysPaused>
      </Box>
      {over}
    </Box>
  );
}
