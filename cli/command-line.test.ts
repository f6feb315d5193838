import { expect, test } from 'vitest';
import { type CliCommand, findCommand, manual } from './command-line.ts';

const command = (name: string): CliCommand => ({
  name,
  usage: 'FILE',
  summary: `Does ${name}`,
  run: async () => 0,
});
const commands = [command('hl7 send'), command('hl7 check'), command('import facilities')];

test('a command is found by all of its words', () => {
  const found = findCommand(commands, ['hl7', 'check', 'a.hl7', '--quiet']);
  expect(found?.command.name).toBe('hl7 check');
  expect(found?.rest).toEqual(['a.hl7', '--quiet']);
});

test.each([[[]], [['hl7']], [['send', 'hl7']], [['import']]])('%j is no command', (words) => {
  expect(findCommand(commands, words)).toBeUndefined();
});

test('the manual names every command', () => {
  for (const { name, summary } of commands) {
    expect(manual(commands)).toContain(`carewall ${name} FILE`);
    expect(manual(commands)).toContain(summary);
  }
});
