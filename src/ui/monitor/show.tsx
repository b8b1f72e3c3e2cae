import { type ScreenEnd, showScreen } from '../screen/show.tsx';
import { catalogueFor, type Language } from '../strings/catalogue.ts';
import type { Background } from '../theme/colors.ts';
import { Monitor, type MonitorEnd, type MonitorProps } from './monitor.tsx';
import { summarize } from './summary.ts';

export interface MonitorScreenOptions extends MonitorProps {
  language: Language;
  background?: Background | undefined;
}

/** Shows the monitor full screen until it is left; then says on the main screen where the run stands. */
export function showMonitorScreen({
  language,
  background,
  ...props
}: MonitorScreenOptions): Promise<ScreenEnd<MonitorEnd>> {
  return showScreen<MonitorEnd>(<Monitor {...props} />, {
    language,
    ...(background && { background }),
    summary: () => {
      const { state, rescue } = props.store;
      return summarize(state, { ...props, rescue, strings: catalogueFor(language) });
    },
  });
}
