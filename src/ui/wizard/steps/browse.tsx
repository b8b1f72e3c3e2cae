import { Box, Text } from 'ink';
import { useEffect, useEffectEvent, useState } from 'react';
import { Progress } from '../../components/progress.tsx';
import { scrollTo } from '../../components/select/layout.ts';
import { TextField } from '../../components/text-field/text-field.tsx';
import { useKeys } from '../../keys/context.tsx';
import { truncate } from '../../layout/text.ts';
import { type Size, useLinear } from '../../screen/size.ts';
import { useStrings } from '../../strings/context.ts';
import { useTheme } from '../../theme/theme.ts';
import { faultOf } from '../outcome.ts';
import { Muted } from '../panels/facts.tsx';
import { FaultText } from '../panels/trouble.tsx';
import { completePath, matchingEntries, splitPath } from '../path.ts';
import type { FolderEntry, WizardServices } from '../services.ts';
import type { Fault } from '../state.ts';

export interface BrowseProps {
  services: Pick<WizardServices, 'listFolder'>;
  /** What is looked for; files of another kind are left out. */
  wanted: 'model' | 'dataset';
  /** Where to begin; ends in a slash. */
  start: string;
  room: Size;
  onChoose: (path: string) => void;
  onMark?: (path: string) => void;
}

/** A path to write or to walk: typing narrows the list, Tab completes, Enter enters a folder or chooses. */
export function Browse({ services, wanted, start, room, onChoose, onMark }: BrowseProps) {
  const words = useStrings().wizard.browse;
  const { colors, glyphs } = useTheme();
  const linear = useLinear();
  const [path, setPath] = useState(start);
  /** Changes when the text is not changed by writing: the field then starts anew. */
  const [edition, setEdition] = useState(0);
  const [marked, setMarked] = useState(0);
  const { folder, begun } = splitPath(path);
  const listing = useListing(services, folder);

  const entries = (listing?.entries ?? []).filter(({ kind }) => kind === 'folder' || kind === wanted);
  const matching = matchingEntries(entries, begun);
  const index = Math.min(marked, Math.max(0, matching.length - 1));
  const entry = matching[index];
  const replace = (text: string) => {
    setPath(text);
    setEdition(edition + 1);
    setMarked(0);
  };
  const choose = () => {
    if (entry === undefined) onChoose(path);
    else if (entry.kind === 'folder') replace(`${folder}${entry.name}/`);
    else onChoose(folder + entry.name);
  };
  const rows = Math.max(1, room.rows - 2);
  const move = (by: number) => () => setMarked(Math.max(0, Math.min(matching.length - 1, index + by)));
  useKeys('text', { complete: () => replace(completePath(path, entries)) });
  useKeys('list', {
    choose,
    up: move(-1),
    down: move(1),
    pageUp: move(1 - rows),
    pageDown: move(rows - 1),
  });
  const seen = entry && entry.kind === wanted ? folder + entry.name : null;
  const tell = useEffectEvent((file: string) => onMark?.(file));
  useEffect(() => {
    if (seen !== null) tell(seen);
  }, [seen]);

  const top = scrollTo(index, matching.length, rows, 0);
  return (
    <Box flexDirection="column">
      <Muted>{words.here}</Muted>
      <Box>
        <Text color={colors.accent}>{`${glyphs.pointer} `}</Text>
        <TextField
          key={edition}
          initial={path}
          width={room.columns - 2}
          onChange={(text) => {
            setPath(text);
            setMarked(0);
          }}
        />
      </Box>
      {listing === null ? (
        <Progress label={words.reading} share={null} width={room.columns} />
      ) : listing.fault ? (
        <FaultText fault={listing.fault} width={room.columns} rows={rows} />
      ) : matching.length === 0 ? (
        <Muted>{words.nothing}</Muted>
      ) : (
        (linear ? matching : matching.slice(top, top + rows)).map((each) => (
          <Text key={each.name} wrap="truncate" bold={each === entry}>
            <Text color={colors.accent}>{each === entry ? `${glyphs.pointer} ` : '  '}</Text>
            {truncate(
              `${each.name}${each.kind === 'dataset' ? '' : '/'}`,
              room.columns - 14,
              glyphs.ellipsis,
            )}
            {each.kind === wanted && (
              <Text color={colors.ok}>{`  ${wanted === 'model' ? words.models : words.datasets}`}</Text>
            )}
          </Text>
        ))
      )}
    </Box>
  );
}

/** What is in a folder; null while it is being read. */
function useListing(services: BrowseProps['services'], folder: string) {
  const [listing, setListing] = useState<{
    folder: string;
    entries: FolderEntry[];
    fault: Fault | null;
  } | null>(null);
  useEffect(() => {
    let current = true;
    const found = (entries: FolderEntry[], fault: Fault | null) => {
      if (current) setListing({ folder, entries, fault });
    };
    services.listFolder(folder).then(
      (entries) => found(entries, null),
      (error) => found([], faultOf(error)),
    );
    return () => {
      current = false;
    };
  }, [services, folder]);
  return listing?.folder === folder ? listing : null;
}
