import type { ReactNode } from 'react';
import { KeysProvider } from '../keys/context.tsx';
import type { Strings } from '../strings/catalogue.ts';
import { StringsContext } from '../strings/context.ts';
import { type Theme, ThemeContext } from '../theme/theme.ts';
import { useLeave } from './leave.ts';

/** What every component may rely on: words, looks and keys. Ctrl-C leaves where nothing else is done about it. */
export function Surroundings({
  strings,
  theme,
  children,
}: {
  strings: Strings;
  theme: Theme;
  children: ReactNode;
}) {
  const leave = useLeave();
  return (
    <StringsContext value={strings}>
      <ThemeContext value={theme}>
        <KeysProvider onUnhandled={(key) => key === 'ctrl+c' && leave()}>{children}</KeysProvider>
      </ThemeContext>
    </StringsContext>
  );
}
