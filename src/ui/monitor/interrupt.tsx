import { Dialog } from '../components/dialog.tsx';
import { Panel } from '../components/panel.tsx';
import type { Option } from '../components/select/layout.ts';
import { Select } from '../components/select/select.tsx';
import { useKeys } from '../keys/context.tsx';
import { useStrings } from '../strings/context.ts';

/** What can become of a run that somebody wants to leave. */
export type Choice = 'stop' | 'kill' | 'detach' | 'stay';

export interface InterruptProps {
  width: number;
  height: number;
  /** It is stopping already: what is left is to end it at once. */
  stopping: boolean;
  onChoose: (choice: Choice) => void;
}

/** Asks what Ctrl-C was meant to do; pressed again, it detaches, which harms nothing. */
export function Interrupt({ width, height, stopping, onChoose }: InterruptProps) {
  const words = useStrings().monitor.interrupt;
  useKeys('global', { interrupt: () => onChoose('detach'), back: () => onChoose('stay') });
  const options: Option<Choice>[] = [
    stopping
      ? { value: 'kill', label: words.kill, hint: words.killHint }
      : { value: 'stop', label: words.stop, hint: words.stopHint },
    { value: 'detach', label: words.detach, hint: words.detachHint },
    { value: 'stay', label: words.stay, hint: words.stayHint },
  ];
  const inner = Math.min(width - 4, 72);
  return (
    <Dialog size={{ columns: inner + 4, rows: options.length + 2 }} room={{ columns: width, rows: height }}>
      <Panel title={words.title} width={inner + 4} height={options.length + 2} focused>
        <Select
          options={options}
          width={inner}
          height={options.length}
          initial={stopping ? 'stay' : 'stop'}
          onChoose={onChoose}
        />
      </Panel>
    </Dialog>
  );
}
