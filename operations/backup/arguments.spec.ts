import { InvalidCommand } from '../house/tool.ts';
import { readBackupCommand, readRestoreCommand } from './arguments.ts';

const words = (line: string): string[] => line.split(' ').filter(Boolean);

describe('readBackupCommand', () => {
  it.each([
    ['backups/monday', { folder: 'backups/monday', limitMs: 15_000 }],
    ['--limit 3 backups/monday', { folder: 'backups/monday', limitMs: 3_000 }],
    ['--help', undefined],
  ])('understands "%s"', (line, command) => {
    expect(readBackupCommand(words(line))).toEqual(command);
  });

  it.each([
    ['', /A folder is missing, as in: npm run backup/],
    ['one two', /"two" is too much/],
    ['one --limit 0', /from 1 to 25/],
    ['one --limit 26', /from 1 to 25/],
    ['one --limit soon', /not "soon"/],
    ['one --replace', /--replace/],
  ])('refuses "%s" and says why', (line, message) => {
    expect(() => readBackupCommand(words(line))).toThrow(InvalidCommand);
    expect(() => readBackupCommand(words(line))).toThrow(message);
  });
});

describe('readRestoreCommand', () => {
  it('understands its folder and --replace', () => {
    expect(readRestoreCommand(words('backups/monday'))).toEqual({ folder: 'backups/monday', replace: false });
    expect(readRestoreCommand(words('--replace x'))).toEqual({ folder: 'x', replace: true });
  });

  it('refuses what it does not know', () => {
    expect(() => readRestoreCommand([])).toThrow(/A folder is missing/);
    expect(() => readRestoreCommand(words('x --limit 3'))).toThrow(InvalidCommand);
  });
});
