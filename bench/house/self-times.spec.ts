import { selfTimes } from './self-times.ts';

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 9 });

describe('selfTimes', () => {
  it('adds up the samples of a function over all places it was called from, leaving idle time out', () => {
    const table = selfTimes(
      {
        nodes: [
          { id: 1, callFrame: frame('(idle)') },
          { id: 2, callFrame: frame('hold', 'file:///x/dist/apps/tickets/hold.js') },
          { id: 3, callFrame: frame('hold', 'file:///x/dist/apps/tickets/hold.js') },
          { id: 4, callFrame: frame('', 'file:///x/node_modules/lib/a.js') },
        ],
        samples: [1, 2, 3, 4, 4],
        timeDeltas: [10_000, 4_000, 2_000, 1_000, 1_000],
      },
      2,
    );
    expect(table.split('\n').map((line) => line.trim())).toEqual([
      'busy 8.0 ms of 18.0 ms; self time of busy time:',
      '6.0 ms  75.0 %  hold  apps/tickets/hold.js:10',
      '2.0 ms  25.0 %  (anonymous)  lib/a.js:10',
    ]);
  });
});
