import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FileTail } from '../../src/run/tail.ts';
import { temporaryFolder } from './fixtures.ts';

const file = () => join(temporaryFolder(), 'log');

it('gives each complete line once, and waits for the rest of a half-written one', () => {
  const name = file();
  const tail = new FileTail(name, 1000);
  expect(tail.read()).toEqual([]);
  writeFileSync(name, 'one\ntw');
  expect(tail.read()).toEqual(['one']);
  expect(tail.read()).toEqual([]);
  appendFileSync(name, 'o\nthree\n');
  expect(tail.read()).toEqual(['two', 'three']);
});

it('of what is too much, the newest complete lines', () => {
  const name = file();
  writeFileSync(name, 'aaaa\nbbbb\ncccc\n');
  const tail = new FileTail(name, 12);
  expect(tail.read()).toEqual(['bbbb', 'cccc']);
  appendFileSync(name, 'dddd\neeee\nffff\n');
  expect(tail.read()).toEqual(['eeee', 'ffff']);
});

it('begins anew when the file does', () => {
  const name = file();
  const tail = new FileTail(name, 1000);
  writeFileSync(name, 'old line\n');
  tail.read();
  writeFileSync(name, 'new\n');
  expect(tail.read()).toEqual(['new']);
});
