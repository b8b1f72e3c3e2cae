import { Box } from 'ink';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { UserError } from '../../errors.ts';
import { KeyFooter } from '../components/key-footer.tsx';
import { Panel } from '../components/panel.tsx';
import { useKeys } from '../keys/context.tsx';
import { useLeave } from '../screen/leave.ts';
import { useTerminalSize } from '../screen/size.ts';
import { useStrings } from '../strings/context.ts';
import { AdviceRows, useAdvice } from './advice-rows.tsx';
import { Header, headerRows } from './header.tsx';
import { type Choice, Interrupt } from './interrupt.tsx';
import { layoutPanes, type Pane, type PlacedPane, panes } from './layout.ts';
import { findNext, initialLogView, type LogView, scroll } from './log/view.ts';
import { CardsPane } from './panes/cards.tsx';
import { LogPane, logNote } from './panes/log.tsx';
import { LossPane, lossNote } from './panes/loss.tsx';
import { PipelinePane } from './panes/pipeline.tsx';
import { RatesPane } from './panes/rates.tsx';
import { Refusal } from './refusal.tsx';
import { Result, resultOverflow } from './result.tsx';
import type { MonitorStore } from './store.ts';

/** How the monitor was left. */
export type MonitorEnd = 'detached' | 'ended';

/** What the monitor can ask of the run. Each throws an Error with a message for people where it is refused. */
export interface RunRequests {
  checkpoint(): void;
  stop(): void;
  kill(): void;
}

export interface MonitorProps {
  store: MonitorStore;
  requests: RunRequests;
  /** The plan that is offered for a run that did not fit is accepted. */
  onAccept: () => void;
  run: { id: string; path: string; logFile: string; outputFolder: string };
  /** How the person calls this program. */
  program: string;
}

const noticeMs = 6_000;
/** From here on there is room for the panes beside the result. */
const leastForBoth = 150;

/** A run, full screen; after its end, how it ended. */
export function Monitor({ store, requests, onAccept, run, program }: MonitorProps) {
  const state = useSyncExternalStore(store.subscribe, () => store.state);
  const rescue = useSyncExternalStore(store.subscribe, () => store.rescue);
  const failure = useSyncExternalStore(store.subscribe, () => store.failure);
  const strings = useStrings();
  const { columns, rows } = useTerminalSize();
  const leave = useLeave<MonitorEnd | Error>();
  const [focus, setFocus] = useState<Pane>('loss');
  const [resultCovered, coverResult] = useState(false);
  const [resultTop, setResultTop] = useState(0);
  const [view, setView] = useState<LogView>(initialLogView);
  const [searching, setSearching] = useState(false);
  const [asking, setAsking] = useState(false);
  const [notice, say] = useNotice();

  useEffect(() => {
    if (failure) leave(failure);
  }, [failure, leave]);

  const live = state.lifecycle?.live ?? true;
  const showsResult = !live && !resultCovered && !searching;
  const refused = state.lifecycle?.state === 'refused';
  // Whoever waits for the offer must not leave by the key that accepts it.
  const isRescued = refused && rescue?.stage !== 'nothing' && rescue?.stage !== 'failed';
  const said = useAdvice(state, columns, notice);
  const body = rows - headerRows - said.rows.length - 1;
  const { plan } = state;
  // Beside the result, where the window is wide, the run as it was.
  const resultWidth =
    columns >= leastForBoth ? Math.max(76, Math.min(100, Math.floor(columns / 2))) : columns;
  const layout = layoutPanes({
    columns: showsResult && resultWidth < columns ? columns - resultWidth : columns,
    rows: body,
    ranks: plan.ranks.length,
    stages: plan.stages.length,
    cardRows: (state.cards.size > 0 ? 3 : 2) + Number(state.rehearsals.length > 0),
    focus,
  });
  const withRates = layout.some((band) =>
    band.columns.some((column) => column.panes.some(({ pane }) => pane === 'rates')),
  );
  const logHeight = (heightOf(layout, 'log') ?? body) - 2;
  // A run that ends shows how, whatever was looked at before.
  const show = (pane: Pane) => () => {
    coverResult(!live);
    setFocus(pane);
  };
  const moveFocus = (by: number) => () => {
    const at = showsResult ? (by > 0 ? -1 : panes.length) : panes.indexOf(focus);
    const next = at + by;
    if (!live && (next < 0 || next >= panes.length)) coverResult(false);
    else show(panes[(next + panes.length) % panes.length]!)();
  };
  const overflow =
    showsResult && !refused
      ? resultOverflow({ state, width: resultWidth, height: body, run, program }, strings)
      : 0;
  const scrollBy = (by: number) =>
    showsResult
      ? setResultTop((top) => Math.max(0, Math.min(overflow, Math.min(top, overflow) + by)))
      : setView((now) => scroll(state.log, now, by, logHeight));
  const page = showsResult ? body - 3 : logHeight - 1;
  const request = (name: keyof RunRequests) => {
    try {
      requests[name]();
      say(strings.monitor.notices[name]);
    } catch (error) {
      const refused = error instanceof UserError ? error.in(strings.errors).message : String(error);
      say(strings.monitor.notices.refused(refused));
    }
  };
  const decide = (choice: Choice) => {
    setAsking(false);
    if (choice === 'detach') leave('detached');
    else if (choice !== 'stay') request(choice);
  };
  const inLog = focus === 'log' && !showsResult;
  const scrolls = inLog || overflow > 0;
  const search = (query: string) => {
    setSearching(false);
    show('log')();
    setView((now) => findNext(state.log, { ...now, query, found: null }, -1, logHeight));
  };

  useKeys(
    'monitor',
    {
      close: live || isRescued ? undefined : () => leave('ended'),
      detach: live ? () => leave('detached') : undefined,
      checkpoint: live ? () => request('checkpoint') : undefined,
      stop: live ? () => setAsking(true) : undefined,
      nextPane: moveFocus(1),
      previousPane: moveFocus(-1),
      loss: show('loss'),
      cards: show('cards'),
      pipeline: show('pipeline'),
      log: show('log'),
      result: !live && !showsResult ? () => coverResult(false) : undefined,
      search: () => {
        show('log')();
        setSearching(true);
      },
      nextMatch:
        inLog && view.query !== '' ? () => setView(findNext(state.log, view, 1, logHeight)) : undefined,
      previousMatch:
        inLog && view.query !== '' ? () => setView(findNext(state.log, view, -1, logHeight)) : undefined,
      follow: inLog && view !== initialLogView ? () => setView(initialLogView) : undefined,
      up: scrolls ? () => scrollBy(-1) : undefined,
      down: scrolls ? () => scrollBy(1) : undefined,
      pageUp: scrolls ? () => scrollBy(-page) : undefined,
      pageDown: scrolls ? () => scrollBy(page) : undefined,
      first: scrolls ? () => scrollBy(Number.NEGATIVE_INFINITY) : undefined,
    },
    { active: !asking },
  );
  useKeys(
    'offer',
    {
      accept: rescue?.stage === 'offered' ? onAccept : undefined,
      decline: () => leave('ended'),
    },
    { active: showsResult && isRescued },
  );
  useKeys(
    'global',
    {
      interrupt: live ? () => setAsking(true) : () => leave('ended'),
      leave: live ? undefined : () => leave('ended'),
      back: searching
        ? () => setSearching(false)
        : inLog && view.query !== ''
          ? () => setView(initialLogView)
          : undefined,
    },
    { active: !asking },
  );

  const titled = ({ pane, width, height }: PlacedPane) => {
    const size = { width: width - 4, height: height - 2 };
    if (pane === 'rates') {
      return (
        <Panel key={pane} title={strings.monitor.panes.rates} width={width} height={height}>
          <RatesPane state={state} {...size} />
        </Panel>
      );
    }
    const note = { loss: lossNote(state), cards: '', pipeline: '', log: logNote(state.log, view, strings) }[
      pane
    ];
    const title = `${panes.indexOf(pane) + 1} ${strings.monitor.panes[pane]}`;
    return (
      <Panel
        key={pane}
        title={title}
        note={note}
        width={width}
        height={height}
        focused={pane === focus && !showsResult}
      >
        {pane === 'loss' && <LossPane state={state} {...size} sparks={!withRates} />}
        {pane === 'cards' && <CardsPane state={state} {...size} />}
        {pane === 'pipeline' && <PipelinePane state={state} {...size} />}
        {pane === 'log' && (
          <LogPane log={state.log} view={view} {...size} onSearch={searching ? search : null} />
        )}
      </Panel>
    );
  };

  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Header state={state} width={columns} id={run.id} />
      <AdviceRows {...said} />
      <Box flexDirection="column" width={columns} height={body} flexShrink={0}>
        <Box>
          {showsResult && refused && <Refusal {...{ state, rescue }} width={resultWidth} height={body} />}
          {showsResult && !refused && (
            <Result {...{ state, run, program }} width={resultWidth} height={body} top={resultTop} />
          )}
          {(!showsResult || resultWidth < columns) && (
            <Box flexDirection="column" flexShrink={0}>
              {layout.map(({ height, columns: band }) => (
                <Box key={band.map((column) => column.panes[0]!.pane).join()} height={height} flexShrink={0}>
                  {band.map(({ width, panes: placed }) => (
                    <Box key={placed[0]!.pane} flexDirection="column" width={width} flexShrink={0}>
                      {placed.map(titled)}
                    </Box>
                  ))}
                </Box>
              ))}
            </Box>
          )}
        </Box>
        {asking && (
          <Interrupt
            width={columns}
            height={body}
            stopping={state.lifecycle?.state === 'stopping'}
            onChoose={decide}
          />
        )}
      </Box>
      <Box paddingLeft={1}>
        <KeyFooter width={columns - 1} />
      </Box>
    </Box>
  );
}

function heightOf(layout: ReturnType<typeof layoutPanes>, pane: Pane): number | undefined {
  return layout
    .flatMap(({ columns }) => columns.flatMap((column) => column.panes))
    .find((placed) => placed.pane === pane)?.height;
}

/** A message that goes away by itself. */
function useNotice(): [string | null, (text: string) => void] {
  const [notice, setNotice] = useState<string | null>(null);
  const timer = useRef<NodeJS.Timeout>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const say = (text: string) => {
    setNotice(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setNotice(null), noticeMs);
  };
  return [notice, say];
}
