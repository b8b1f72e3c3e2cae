import { Text } from 'ink';
import { useState } from 'react';
import { describe, expect, test } from 'vitest';
import { filterOptions, scrollTo } from '../../../src/ui/components/select/layout.ts';
import { Select } from '../../../src/ui/components/select/select.tsx';
import { useKeys } from '../../../src/ui/keys/context.tsx';
import { keys, renderScreen } from '../render.tsx';

const precisions = [
  { value: 'auto', label: 'auto', hint: 'fp16 on these cards' },
  { value: 'bf16', label: 'bf16', disabled: 'needs compute capability 8.0; the Tesla P40 has 6.1' },
  { value: 'fp16', label: 'fp16' },
];

test('what is disabled can be read but not chosen', async () => {
  const chosen: string[] = [];
  await using screen = await renderScreen(
    <Select options={precisions} width={50} height={4} onChoose={(value) => chosen.push(value)} />,
  );
  expect(screen.text()).toMatchInlineSnapshot(`
    "❯ auto  fp16 on these cards
      bf16  ⊘ needs compute capability 8.0; the Tesla…
      fp16"
  `);
  await screen.press(keys.down, keys.enter);
  expect(screen.line(1)).toContain('❯ bf16');
  expect(chosen).toEqual([]);
  await screen.press('j', keys.enter);
  expect(chosen).toEqual(['fp16']);
});

test('typing narrows the list down, Esc shows all again', async () => {
  const options = ['llama2-7b', '零一万物/Yi-34B', 'llama2-13b', 'jamba'].map((value) => ({
    value,
    label: value,
  }));
  const chosen: string[] = [];
  await using screen = await renderScreen(
    <Select options={options} width={40} height={5} filterable onChoose={(value) => chosen.push(value)} />,
  );
  await screen.press('13');
  expect(screen.text()).toMatchInlineSnapshot(`
    "/ 13  1/4
    ❯ llama2-13b"
  `);
  await screen.press(keys.escape, '万');
  expect(screen.text()).toContain('❯ 零一万物/Yi-34B');
  await screen.press(keys.backspace, 'zzz');
  expect(screen.text()).toContain('Nothing matches "zzz"');
  await screen.press(keys.enter, keys.ctrl('u'), 'j', keys.enter);
  expect(chosen).toEqual(['jamba']);
});

test('a list that is longer than its room shows where it is', async () => {
  const options = Array.from({ length: 12 }, (_, each) => ({
    value: each,
    label: `model ${each}`,
    hint: '模型',
  }));
  await using screen = await renderScreen(
    <Select options={options} width={24} height={4} onChoose={() => {}} />,
  );
  expect(screen.text()).toMatchInlineSnapshot(`
    "❯ model 0   模型       █
      model 1   模型       │
      model 2   模型       │
      model 3   模型       │"
  `);
  await screen.press(keys.end);
  expect(screen.text()).toMatchInlineSnapshot(`
    "  model 8   模型       │
      model 9   模型       │
      model 10  模型       │
    ❯ model 11  模型       █"
  `);
});

test('keys that come in one chunk are as good as single ones', async () => {
  function Counter() {
    const [step, setStep] = useState(0);
    const options = ['first', 'second', 'third'].map((label) => ({ value: label, label }));
    return (
      <>
        <Text>{`step ${step}`}</Text>
        <Select key={step} options={options} width={30} height={3} onChoose={() => setStep(step + 1)} />
      </>
    );
  }
  await using screen = await renderScreen(<Counter />);
  await screen.press('\r\r\r');
  expect(screen.text()).toContain('step 3');
  await screen.press('jj');
  expect(screen.text()).toContain('❯ third');
});

test('each key of a chunk finds what the one before it has changed', async () => {
  function Counter() {
    const [count, setCount] = useState(0);
    useKeys('list', { down: () => setCount(count + 1) });
    return <Text>{`count ${count}`}</Text>;
  }
  await using screen = await renderScreen(<Counter />);
  await screen.press(keys.down.repeat(5));
  expect(screen.text()).toContain('count 5');
  await screen.press('jjj');
  expect(screen.text()).toContain('count 8');
});

test('a long list scrolls', async () => {
  const options = Array.from({ length: 30 }, (_, index) => ({ value: index, label: `layer ${index}` }));
  const seen: number[] = [];
  await using screen = await renderScreen(
    <Select
      options={options}
      width={20}
      height={5}
      initial={10}
      onChoose={() => {}}
      onMark={(value) => seen.push(value)}
    />,
  );
  expect(screen.text()).toContain('❯ layer 10');
  await screen.press(keys.pageDown, keys.end);
  expect(screen.text()).toContain('❯ layer 29');
  await screen.press(keys.home);
  expect(screen.line(0)).toMatch(/^❯ layer 0 +█$/);
  expect(seen).toEqual([10, 14, 29, 0]);
});

describe('the pure parts', () => {
  test('every word counts', () => {
    const options = [
      { value: 1, label: 'Llama 2', hint: '13B' },
      { value: 2, label: 'Llama 2', hint: '70B' },
    ];
    expect(filterOptions(options, 'LLAMA 70').map(({ value }) => value)).toEqual([2]);
  });

  test.each([
    [0, 10, 4, 0, 0],
    [5, 10, 4, 0, 2],
    [3, 10, 4, 3, 3],
    [1, 10, 4, 3, 1],
    [9, 10, 4, 0, 6],
    [0, 2, 4, 0, 0],
  ])('index %i of %i in %i rows from %i starts at %i', (index, count, height, previous, start) => {
    expect(scrollTo(index, count, height, previous)).toBe(start);
  });
});
