import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { type Size, useLinear } from '../screen/size.ts';

/** Something in the middle of what is there, and over it. @param size its own, frame included @param room of what it lies on */
export function Dialog({ size, room, children }: { size: Size; room: Size; children: ReactNode }) {
  if (useLinear()) return children;
  // A blank column on each side parts it from what goes on below.
  const width = Math.min(room.columns, size.columns + 2);
  const [left, top] = [(room.columns - width) / 2, (room.rows - size.rows) / 2].map(Math.floor);
  return (
    <Box position="absolute" marginLeft={left} marginTop={top} width={width} height={size.rows}>
      <Box position="absolute">
        <Text>{Array(size.rows).fill(' '.repeat(width)).join('\n')}</Text>
      </Box>
      <Box position="absolute" marginLeft={Math.floor((width - size.columns) / 2)}>
        {children}
      </Box>
    </Box>
  );
}
