import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CpuMeter, parsePsLine, parseStat } from './cpu-meter.ts';
import { House } from './house.ts';

describe('reading process times', () => {
  it('finds the fields of /proc/PID/stat behind a name with blanks and brackets', () => {
    const stat = '42 (node (x) y) S 7 42 42 0 -1 4194560 900 0 0 0 123 45 0 0 20 0 11 0 5000 1 2';
    expect(parseStat(42, stat)).toEqual({ pid: 42, parentPid: 7, cpuMs: 1_680 });
  });

  it.each([
    ['  412     1   0:00.50', { pid: 412, parentPid: 1, cpuMs: 500 }],
    ['412 1 01:02:03', { pid: 412, parentPid: 1, cpuMs: 3_723_000 }],
    ['412 1 2-00:00:01', { pid: 412, parentPid: 1, cpuMs: 172_801_000 }],
  ])('reads the line of ps "%s"', (line, expected) => {
    expect(parsePsLine(line)).toEqual(expected);
  });
});

describe('CpuMeter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-cpu-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('measures what the processes of a house use', () => {
    const recordFile = join(folder, 'house.json');
    const self = { url: 'http://127.0.0.1:1', pid: process.pid };
    writeFileSync(
      recordFile,
      JSON.stringify({ url: self.url, pid: process.pid, services: { tickets: self }, engines: {} }),
    );
    const meter = new CpuMeter(new House(recordFile, false));
    const before = meter.read();
    const until = process.cpuUsage().user + 60_000;
    while (process.cpuUsage().user < until);
    const used = meter.since(before)!;
    expect(used.byComponent['tickets']).toBeGreaterThanOrEqual(40);
    expect(used.totalMs).toBe(used.byComponent['tickets']);
  });

  it('knows nothing where nothing was known before', () => {
    expect(new CpuMeter(new House(join(folder, 'house.json'), false)).since(undefined)).toBeNull();
  });
});
