import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { generatorBench } from '../benches/generator/generator.ts';
import { exercise } from './exercise.ts';
import { readOptions } from './options.ts';
import { Progress } from './progress.ts';
import { Ended, runExercise } from './run-exercise.ts';

const wishes = { mayUseRunning: false, profile: undefined };
const said: string[] = [];
const progress = new Progress((text) => void said.push(text));
const uninterrupted = new AbortController().signal;

describe('runExercise', () => {
  it('runs a bench from end to end, with the load from its own addresses', async () => {
    const values = readOptions(generatorBench.options, ['--clients', '3', '--measured-ms', '200']);
    const { line, complaint } = await runExercise(generatorBench, values, wishes, progress, uninterrupted);
    expect(complaint).toBeUndefined();
    const result = JSON.parse(line);
    expect(result).toMatchObject({
      bench: 'generator',
      parameters: { clients: 3, measuredMs: 200, house: 'none' },
      errors: {},
    });
    expect(result.requestsPerSecond).toBeGreaterThan(0);
    expect(result.requestMs.p99).toBeGreaterThanOrEqual(result.requestMs.p50);
    expect(said.join('')).toContain('3 clients for 200 ms');
  });

  it('hands the complaint on beside the figures', async () => {
    const lossy = exercise({
      kind: 'drill',
      name: 'lossy',
      summary: 'for the test',
      options: {},
      limitS: () => 5,
      figures: z.object({ lost: z.number() }),
      run: async () => ({ lost: 2 }),
      complaint: ({ lost }) => `${lost} are lost`,
    });
    const { line, complaint } = await runExercise(lossy, {}, wishes, progress, uninterrupted);
    expect(JSON.parse(line)).toMatchObject({ drill: 'lossy', lost: 2 });
    expect(complaint).toBe('2 are lost');
  });

  it('gives up what does not end in time', async () => {
    const endless = exercise({
      kind: 'bench',
      name: 'endless',
      summary: 'for the test',
      options: {},
      limitS: () => 0.05,
      figures: z.object({}),
      run: async ({ signal }) => sleep(60_000, {}, { signal }),
    });
    const ended = runExercise(endless, {}, wishes, progress, uninterrupted);
    await expect(ended).rejects.toThrow(new Ended('endless did not end within 0.05 s.'));
  });

  it('ends when it is interrupted', async () => {
    const interruption = new AbortController();
    const waiting = exercise({
      kind: 'bench',
      name: 'waiting',
      summary: 'for the test',
      options: {},
      limitS: () => 60,
      figures: z.object({}),
      run: async ({ signal }) => sleep(60_000, {}, { signal }),
    });
    const ended = runExercise(waiting, {}, wishes, progress, interruption.signal);
    interruption.abort(new Ended('Ctrl-C'));
    await expect(ended).rejects.toThrow('Ctrl-C');
  });
});
