import { z } from 'zod';
import { exercise } from './exercise.ts';
import { percentiles } from './percentiles.ts';
import { InvalidResult, resultLine } from './result.ts';

const figures = z.strictObject({
  holdMs: percentiles,
  levels: z.record(z.string(), z.number()),
  errors: z.record(z.string(), z.number()),
});
const sale = exercise({
  kind: 'bench',
  name: 'sale',
  summary: 'for the test',
  options: {},
  limitS: () => 1,
  figures,
  run: async () => good,
});
const good = {
  holdMs: { p50: 1, p95: 2, p99: 3 },
  levels: { at8: 1 },
  errors: { 'hold SOLD_OUT': 1 },
};
const run = { startedAt: new Date(0), tookMs: 1_234, parameters: { clients: [1, 8], profile: undefined } };

describe('resultLine', () => {
  it('is one line of JSON with the figures, the cores, the commit and the parameters', () => {
    const line = resultLine(sale, good, run);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      bench: 'sale',
      cores: expect.any(Number),
      commit: expect.anything(),
      node: process.versions.node,
      startedAt: '1970-01-01T00:00:00.000Z',
      tookS: 1.2,
      parameters: { clients: [1, 8] },
      ...good,
    });
  });

  it.each([
    ['lacks a figure', { ...good, holdMs: undefined }],
    ['has one too many', { ...good, orderMs: good.holdMs }],
    ['has percentiles of another form', { ...good, holdMs: { ...good.holdMs, p90: 1 } }],
    ['has a figure that is no number', { ...good, holdMs: { ...good.holdMs, p50: Number.NaN } }],
    ['has a key that is not in camelCase', { ...good, levels: { 'at-8': 1 } }],
  ])('refuses a result that %s', (_what, wrong) => {
    expect(() => resultLine(sale, wrong, run)).toThrow(InvalidResult);
  });

  it("refuses a figure under one of the frame's own keys", () => {
    const clashing = exercise({
      kind: 'drill',
      name: 'sale',
      summary: 'for the test',
      options: {},
      limitS: () => 1,
      figures: z.object({ cores: z.number() }),
      run: async () => ({ cores: 4 }),
    });
    expect(() => resultLine(clashing, { cores: 4 }, run)).toThrow(/cores is a key of the frame/);
  });
});
