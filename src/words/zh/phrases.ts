import { shortCardName } from '../card-name.ts';

/** `a`、`a 和 b`、`a、b 和 c`。 */
export function listed(items: readonly string[], conjunction: '和' | '或' = '和'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join('、')} ${conjunction} ${items.at(-1)}`;
}

/** `显卡 0（RTX 3090）` */
export function cardLabel({ index, name }: { index: number; name: string }): string {
  return `显卡 ${index}（${shortCardName(name)}）`;
}

/** 前三个，以及总数。 */
export function someOf(items: readonly string[]): string {
  return items.length > 3 ? `${items.slice(0, 3).join('、')} 等 ${items.length} 个` : listed(items);
}
