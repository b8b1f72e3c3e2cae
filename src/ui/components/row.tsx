import { Box, type BoxProps } from 'ink';
import type { ReactNode } from 'react';
import { useLinear } from '../screen/size.ts';

/** Things side by side; for a screen reader, one below the other. */
export function Row({ children, ...box }: BoxProps & { children: ReactNode }) {
  if (useLinear()) return <Box flexDirection="column">{children}</Box>;
  return (
    <Box flexShrink={0} {...box}>
      {children}
    </Box>
  );
}
