// A terminal's screen as SVG: text as text, and what fonts draw badly (blocks, braille, frames) as shapes.
import type { IBufferCell, Terminal } from '@xterm/headless';

const [cellWidth, cellHeight, margin] = [9, 20, 14];
const [background, foreground] = ['#11151c', '#d7dce4'];

/** The 16 colours of a terminal. */
const palette =
  '#1b2029 #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #d7dce4 #6b7484 #ff7b86 #b5e890 #ffd68a #82c4ff #dd9af2 #7fd8e3 #ffffff'.split(
    ' ',
  );

/** The whole screen of `terminal`, in a frame. */
export function drawScreen(terminal: Terminal, title: string): string {
  const width = terminal.cols * cellWidth + 2 * margin;
  const height = terminal.rows * cellHeight + 2 * margin;
  const shapes = Array.from({ length: terminal.rows }, (_, row) => drawRow(terminal, row)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeXml(title)}</title>
<rect width="${width}" height="${height}" rx="10" fill="${background}"/>
<g transform="translate(${margin} ${margin})" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="15">
${shapes}
</g>
</svg>
`;
}

interface Run {
  column: number;
  columns: number;
  text: string;
  fill: string;
  bold: boolean;
  /** Characters of two columns: in a font where they are not twice as wide, they must not push what is beside them. */
  wide: boolean;
}

function drawRow(terminal: Terminal, row: number): string {
  const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row);
  const shapes: string[] = [];
  let run: Run | null = null;
  const close = () => {
    if (run && run.text.trim() !== '') shapes.push(drawText(run, row));
    run = null;
  };
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line?.getCell(column);
    const columns = cell?.getWidth() ?? 1;
    if (!cell || columns === 0) continue;
    const text = cell.getChars() || ' ';
    const { fill, behind } = coloursOf(cell);
    if (behind !== null) {
      close();
      const [x, y] = [column * cellWidth, row * cellHeight];
      shapes.push(
        `<rect x="${x}" y="${y}" width="${columns * cellWidth}" height="${cellHeight}" fill="${behind}"/>`,
      );
    }
    const bold = cell.isBold() !== 0;
    const shape = drawShape(text, column, row, fill, bold);
    if (shape !== null) {
      close();
      shapes.push(shape);
    } else if (run !== null && sameStyle(run, fill, bold) && run.wide === columns > 1) {
      const open: Run = run;
      run = { ...open, text: open.text + text, columns: open.columns + columns };
    } else {
      close();
      run = { column, columns, text, fill, bold, wide: columns > 1 };
    }
  }
  close();
  return shapes.join('');
}

const sameStyle = (run: Run, fill: string, bold: boolean) => run.fill === fill && run.bold === bold;

function drawText({ column, columns, text, fill, bold }: Run, row: number): string {
  const [x, y] = [column * cellWidth, row * cellHeight + cellHeight * 0.74];
  const weight = bold ? ' font-weight="bold"' : '';
  const length = `textLength="${columns * cellWidth}" lengthAdjust="spacingAndGlyphs"`;
  return `<text xml:space="preserve" x="${x}" y="${y}" fill="${fill}"${weight} ${length}>${escapeXml(text)}</text>`;
}

const eighths = '▏▎▍▌▋▊▉█';
const levels = '▁▂▃▄▅▆▇█';
const shades: Record<string, number> = { '░': 0.22, '▒': 0.5, '▓': 0.75 };
/** Which halves of a cell a frame's line runs through: left, right, up, down. */
const frames: Record<string, string> = {
  '─': 'lr',
  '│': 'ud',
  '╭': 'rd',
  '╮': 'ld',
  '╰': 'ru',
  '╯': 'lu',
  '┃': 'ud',
};

/** What is better drawn than written; null for text. */
function drawShape(text: string, column: number, row: number, fill: string, bold: boolean): string | null {
  const [x, y] = [column * cellWidth, row * cellHeight];
  const box = (left: number, top: number, width: number, height: number, opacity = 1) =>
    `<rect x="${x + left}" y="${y + top}" width="${width}" height="${height}" fill="${fill}"${opacity < 1 ? ` opacity="${opacity}"` : ''}/>`;
  const inset = cellHeight * 0.15;
  if (eighths.includes(text)) {
    return box(0, inset, (cellWidth * (eighths.indexOf(text) + 1)) / 8, cellHeight - 2 * inset);
  }
  if (levels.includes(text)) {
    const height = ((cellHeight - 2) * (levels.indexOf(text) + 1)) / 8;
    return box(0, cellHeight - height, cellWidth, height);
  }
  if (text in shades) return box(0, inset, cellWidth, cellHeight - 2 * inset, shades[text]);
  if (text in frames) return drawFrame(frames[text]!, x, y, fill, bold || text === '┃' ? 2.4 : 1.3);
  const dots = text.codePointAt(0)! - 0x2800;
  return dots > 0 && dots < 256 ? drawBraille(dots, x, y, fill) : null;
}

function drawFrame(ways: string, x: number, y: number, stroke: string, width: number): string {
  const [middleX, middleY] = [x + cellWidth / 2, y + cellHeight / 2];
  const ends: Record<string, string> = {
    l: `${x} ${middleY}`,
    r: `${x + cellWidth} ${middleY}`,
    u: `${middleX} ${y}`,
    d: `${middleX} ${y + cellHeight}`,
  };
  const path = `M${ends[ways[0]!]} Q${middleX} ${middleY} ${ends[ways[1]!]}`;
  return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${width}"/>`;
}

/** Bits of a braille character, left column from the top, then right column; the last row has bits of its own. */
const brailleBits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];

function drawBraille(dots: number, x: number, y: number, fill: string): string {
  return brailleBits
    .flatMap((bits, column) =>
      bits.map((bit, row) => {
        if ((dots & bit) === 0) return '';
        const [centerX, centerY] = [
          x + cellWidth * (0.28 + 0.44 * column),
          y + cellHeight * (0.125 + 0.25 * row),
        ];
        return `<circle cx="${centerX.toFixed(1)}" cy="${centerY.toFixed(1)}" r="1.5" fill="${fill}"/>`;
      }),
    )
    .join('');
}

/** What a cell is written in, and what is behind it where that is not the screen's own. */
function coloursOf(cell: IBufferCell): { fill: string; behind: string | null } {
  const front = cell.isFgDefault() ? foreground : toHex(cell.getFgColor(), cell.isFgRGB());
  const back = cell.isBgDefault() ? null : toHex(cell.getBgColor(), cell.isBgRGB());
  return cell.isInverse() ? { fill: back ?? background, behind: front } : { fill: front, behind: back };
}

/** @param rgb whether `color` is 0xRRGGBB rather than one of the 256 of xterm's palette */
function toHex(color: number, rgb: boolean): string {
  if (rgb) return `#${color.toString(16).padStart(6, '0')}`;
  if (color < 16) return palette[color]!;
  if (color >= 232) return `#${(8 + (color - 232) * 10).toString(16).padStart(2, '0').repeat(3)}`;
  const steps = [0, 95, 135, 175, 215, 255];
  const cube = color - 16;
  const channels = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return `#${channels.map((channel) => steps[channel]!.toString(16).padStart(2, '0')).join('')}`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
