import { describe, expect, it } from 'vitest';
import { readOptions } from '../src/options.js';

function read(commandLine: string) {
  return readOptions(commandLine.split(' ').filter(Boolean), () => 7);
}

describe('the command line of a drill', () => {
  it('without options is a hundred purchases by eight shoppers, with faults and a seed by random', () => {
    expect(read('')).toEqual({
      is: 'drill',
      options: {
        seed: 7,
        purchases: 100,
        shoppers: 8,
        faults: true,
        soakMinutes: 0,
        ledgerFile: undefined,
        keep: false,
      },
    });
  });

  it('names each thing that a drill can be told', () => {
    const all = '--seed 42 --purchases 1000 --shoppers 20 --no-faults --soak 10 --ledger out.md --keep';
    expect(read(all)).toEqual({
      is: 'drill',
      options: {
        seed: 42,
        purchases: 1000,
        shoppers: 20,
        faults: false,
        soakMinutes: 10,
        ledgerFile: 'out.md',
        keep: true,
      },
    });
  });

  it('takes a soak alone, without purchases before it', () => {
    expect(read('--purchases 0 --soak 10')).toMatchObject({ is: 'drill', options: { purchases: 0 } });
  });

  it.each([
    ['--seed -1', /--seed/],
    ['--seed 4294967296', /--seed must be a whole number from 0 to 4294967295, such as --seed 42\./],
    ['--purchases many', /--purchases must be a whole number from 0 to 100000, such as --purchases 100\./],
    ['--shoppers 0', /--shoppers must be a whole number from 1 to 200/],
    ['--soak 2', /--soak must be a whole number from 3 to 1440/],
    ['--purchases 0', /leaves nothing to do, unless there is a --soak/],
    ['--ledger=', /--ledger must name a file/],
    ['--speed 3', /--speed/],
    ['lots', /lots/],
  ])('says what is wrong with %s and what would be right', (commandLine, sentence) => {
    const result = read(commandLine);
    expect(result.is).toBe('wrong');
    expect(result.is === 'wrong' && result.problems.join('\n')).toMatch(sentence);
  });

  it('tells everything that is wrong at once', () => {
    const result = read('--purchases x --shoppers y');
    expect(result.is === 'wrong' && result.problems).toHaveLength(2);
  });

  it('gives help to whoever asks', () => {
    expect(read('--purchases x --help')).toEqual({ is: 'help' });
  });
});
