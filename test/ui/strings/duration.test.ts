import { expect, test } from 'vitest';
import { catalogueFor } from '../../../src/ui/strings/catalogue.ts';
import { formatDuration } from '../../../src/ui/strings/duration.ts';

test.each([
  [4.23, '4.2 s', '4.2 秒'],
  [42, '42 s', '42 秒'],
  [89.6, '90 s', '90 秒'],
  [720, '12 min', '12 分钟'],
  [11_100, '3 h 05 min', '3 小时 05 分'],
  [187_200, '2 d 4 h', '2 天 4 小时'],
])('%f seconds', (seconds, english, chinese) => {
  expect(formatDuration(seconds, catalogueFor('en'))).toBe(english);
  expect(formatDuration(seconds, catalogueFor('zh'))).toBe(chinese);
});
