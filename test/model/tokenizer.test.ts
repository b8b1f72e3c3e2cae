import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadModelShape } from '../../src/model/load.ts';
import { modelFiles, tinyConfig, writeFiles } from './checkpoint-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ft-wizard-tokenizer-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function factsBeside(files: Record<string, unknown>) {
  const texts = Object.entries(files).map(([name, content]) => [
    name,
    typeof content === 'string' ? content : JSON.stringify(content),
  ]);
  await writeFiles(folder, { ...modelFiles(tinyConfig), ...Object.fromEntries(texts) });
  return (await loadModelShape(folder)).tokenizer;
}

test('a chat template lies in the config, as one of several there, or in a file of its own', async () => {
  expect(await factsBeside({ 'tokenizer_config.json': { chat_template: 'one' } })).toMatchObject({
    chatTemplate: 'one',
  });
  const several = [
    { name: 'tool_use', template: 'tools' },
    { name: 'default', template: 'plain' },
  ];
  expect(await factsBeside({ 'tokenizer_config.json': { chat_template: several } })).toMatchObject({
    chatTemplate: 'plain',
  });
  const files = { 'tokenizer_config.json': { chat_template: 'old' }, 'chat_template.jinja': 'new' };
  expect(await factsBeside(files)).toMatchObject({ chatTemplate: 'new' });
});

test('added tokens with their ids, from where transformers of any age has written them', async () => {
  const decoder = { 7: { content: '<a>', special: true }, 9: { content: '<b>' } };
  expect(await factsBeside({ 'tokenizer_config.json': { added_tokens_decoder: decoder } })).toEqual({
    chatTemplate: null,
    addedTokens: { '<a>': 7, '<b>': 9 },
  });
  const older = { 'tokenizer_config.json': {}, 'added_tokens.json': { '<c>': 10 } };
  expect(await factsBeside(older)).toMatchObject({ addedTokens: { '<c>': 10 } });
});

test('what nobody says is not known', async () => {
  expect(await factsBeside({})).toBeNull();
  expect(await factsBeside({ 'tokenizer_config.json': '{' })).toBeNull();
});

test('without any list, added tokens are not known either', async () => {
  expect(await factsBeside({ 'tokenizer_config.json': {} })).toEqual({
    chatTemplate: null,
    addedTokens: null,
  });
});

test('the demo has a chat template', async () => {
  expect((await loadModelShape('demo')).tokenizer?.chatTemplate).toContain('messages');
});
