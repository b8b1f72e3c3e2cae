import { Box } from 'ink';
import { useEffect, useEffectEvent, useState } from 'react';
import { KeyFooter } from '../components/key-footer.tsx';
import { Progress } from '../components/progress.tsx';
import { useKeys } from '../keys/context.tsx';
import { useLeave } from '../screen/leave.ts';
import { type ScreenEnd, type ScreenOptions, showScreen } from '../screen/show.tsx';
import { useTerminalSize } from '../screen/size.ts';
import { useStrings } from '../strings/context.ts';
import type { WizardEnd } from './services.ts';
import type { Wizard, WizardProps } from './wizard.tsx';

type Loaded<Run> = [{ Wizard: typeof Wizard }, WizardProps<Run>];

/** Time for the first frame to be drawn. */
const frameMs = 5;

/**
 * Shows the wizard until it is left. What it consists of is loaded once something is on the screen: that takes longer than drawing it.
 *
 * @param load what the wizard needs
 */
export function showWizard<Run>(
  load: () => Promise<WizardProps<Run>>,
  options: ScreenOptions,
): Promise<ScreenEnd<WizardEnd<Run>>> {
  const loading = () => Promise.all([import('./wizard.tsx'), load()]);
  return showScreen<WizardEnd<Run>>(<Loading load={loading} />, options);
}

/** Not `Suspense`, which shows what stands in for at least 300 ms. */
function Loading<Run>({ load }: { load: () => Promise<Loaded<Run>> }) {
  const [loaded, setLoaded] = useState<Loaded<Run> | null>(null);
  const leave = useLeave<unknown>();
  const start = useEffectEvent(() => {
    load().then(setLoaded, leave);
  });
  useEffect(() => {
    const timer = setTimeout(start, frameMs);
    return () => clearTimeout(timer);
  }, []);
  if (!loaded) return <Opening />;
  const [{ Wizard }, props] = loaded;
  return <Wizard {...props} />;
}

/** The first frame. */
function Opening() {
  const { columns, rows } = useTerminalSize();
  const { box } = useStrings().wizard;
  const leave = useLeave();
  useKeys('wizard', { quit: () => leave() });
  return (
    <Box flexDirection="column" width={columns} height={rows} paddingX={1}>
      <Box flexGrow={1} paddingTop={1}>
        <Progress label={box.looking} share={null} width={columns - 2} />
      </Box>
      <KeyFooter width={columns - 2} />
    </Box>
  );
}
