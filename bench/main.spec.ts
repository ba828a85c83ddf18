import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** As npm runs it: what `npm run build` made, in a process of its own. */
const bench = (...args: string[]) => run(process.execPath, ['dist/bench/main.js', ...args]);

describe('the command', () => {
  it('prints one line of JSON, and everything else elsewhere', async () => {
    const { stdout, stderr } = await bench('bench', 'generator', '--clients', '2', '--measured-ms', '200');
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ bench: 'generator', parameters: { clients: 2 } });
    expect(stderr).toContain('2 clients');
  });

  it('lists what there is', async () => {
    expect((await bench('bench')).stdout).toContain('journey');
    expect((await bench('drill')).stdout).toContain('restart');
  });

  it('ends with 2 and the list when there is no such thing', async () => {
    await expect(bench('bench', 'nothing')).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/There is no bench "nothing"[^]*journey/),
    });
  });
});
