import stringWidth from '../../layout/string-width.ts';

/**
 * Columns and rows of a text. As Ink's own `build/measure-text.js`, which remembers the newest 8,192 texts it has measured: of a screen that changes
 * every second these are tens of MiB, for what is measured in some microseconds.
 */
export default function measureText(text: string): { width: number; height: number } {
  if (text === '') return { width: 0, height: 0 };
  const lines = text.split('\n');
  return {
    width: lines.reduce((widest, line) => Math.max(widest, stringWidth(line)), 0),
    height: lines.length,
  };
}
