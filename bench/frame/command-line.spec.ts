import { z } from 'zod';
import { readCommand } from './command-line.ts';
import { exercise } from './exercise.ts';
import { flag, InvalidOption, selection, wholeNumber, wholeNumbers } from './options.ts';

const options = {
  clients: wholeNumbers('clients', { fallback: [1, 8], min: 1, max: 64 }),
  windowS: wholeNumber('window', { fallback: 5, min: 1, max: 60 }),
  parts: selection('parts', ['left', 'right']),
  dryRun: flag('nothing is done'),
};
const common = { summary: 'for the test', options, limitS: () => 1, figures: z.object({}) };
const all = [
  exercise({ ...common, kind: 'bench', name: 'sale', run: async () => ({}) }),
  exercise({ ...common, kind: 'drill', name: 'flood', run: async () => ({}) }),
];

const read = (line: string) => readCommand(line.split(' ').filter(Boolean), all);

function running(line: string) {
  const command = read(line);
  if (command.name !== 'run') throw new Error('that only lists');
  return command;
}

describe('readCommand', () => {
  it.each(['bench', 'bench --help', 'bench sale --help'])('lists with "%s"', (line) => {
    const command = read(line);
    if (command.name !== 'list') throw new Error('that runs something');
    expect(command.text).toMatch(/sale +for the test/);
    expect(command.text).toContain('--window-s N');
    expect(command.text).not.toContain('flood');
  });

  it('fills in what is left out', () => {
    const { values, wishes } = running('bench sale');
    expect(values).toEqual({ clients: [1, 8], windowS: 5, parts: ['left', 'right'], dryRun: false });
    expect(wishes).toEqual({ mayUseRunning: true, profile: undefined });
  });

  it('reads each option, and keeps those of the frame apart', () => {
    const { values, wishes } = running(
      'bench sale --clients 4,2 --window-s 60 --parts right --dry-run --private --profile tickets',
    );
    expect(values).toEqual({ clients: [4, 2], windowS: 60, parts: ['right'], dryRun: true });
    expect(wishes).toEqual({ mayUseRunning: false, profile: 'tickets' });
  });

  it('lets a drill hurt a running house only when it is told to', () => {
    expect(running('drill flood').wishes.mayUseRunning).toBe(false);
    expect(running('drill flood --allow-running').wishes.mayUseRunning).toBe(true);
  });

  it.each([
    ['', /bench or drill/],
    ['bench flood', /There is no bench "flood"[^]*sale/],
    ['drill sale', /There is no drill "sale"[^]*flood/],
    ['bench sale --bogus', /--bogus/],
    ['bench sale twice', /twice/],
    ['bench sale --allow-running', /--allow-running/],
    ['drill flood --profile tickets', /--profile/],
    ['bench sale --profile kafka', /--profile does not know "kafka"/],
    ['bench sale --window-s 0', /--window-s takes whole numbers from 1 to 60, not "0"/],
    ['bench sale --window-s 1e1', /--window-s/],
    ['bench sale --clients 1,1', /different/],
    ['bench sale --clients 1,65', /--clients takes whole numbers from 1 to 64/],
    ['bench sale --clients 1,', /--clients/],
    ['bench sale --parts up', /--parts does not know "up"; it takes left,right/],
  ])('refuses "%s" and says why', (line, message) => {
    expect(() => read(line)).toThrow(InvalidOption);
    expect(() => read(line)).toThrow(message);
  });
});
