/** npm run bench and npm run drill: measures Tessera, or hurts it and sees what becomes of it. */
import { InvalidEnvironment, NoEngines } from '#config';
import { Refused } from '../operations/house/tool.ts';
import { flashSaleBench } from './benches/flash-sale/flash-sale.ts';
import { generatorBench } from './benches/generator/generator.ts';
import { journeyBench } from './benches/journey/journey.ts';
import { backupDrill } from './drills/backup/backup.ts';
import { sellingBench } from './benches/selling/selling.ts';
import { crashDrill } from './drills/crash/crash.ts';
import { restartDrill } from './drills/restart/restart.ts';
import { readCommand } from './frame/command-line.ts';
import { InvalidOption } from './frame/options.ts';
import { Progress } from './frame/progress.ts';
import { Ended, runExercise } from './frame/run-exercise.ts';
import { NoHouse } from './house/house.ts';
import { ProfileFailure } from './house/profile.ts';
import { LoadProcessFailure } from './load/load-process.ts';
import { LoadError } from './load/tally.ts';

const exercises = [
  journeyBench,
  flashSaleBench,
  sellingBench,
  generatorBench,
  restartDrill,
  crashDrill,
  backupDrill,
];

/** What a reader can do something about; anything else is a bug and keeps its stack. */
const expected = [
  NoHouse,
  Ended,
  LoadError,
  LoadProcessFailure,
  ProfileFailure,
  InvalidEnvironment,
  NoEngines,
  Refused,
];

async function main(interruption: AbortSignal): Promise<number> {
  const progress = new Progress();
  try {
    const command = readCommand(process.argv.slice(2), exercises);
    if (command.name === 'list') {
      process.stdout.write(`${command.text}\n`);
      return 0;
    }
    const { exercise, values, wishes } = command;
    const { line, complaint } = await runExercise(exercise, values, wishes, progress, interruption);
    process.stdout.write(`${line}\n`);
    if (complaint !== undefined) progress.say(`NOT WELL: ${complaint}`);
    return complaint === undefined ? 0 : 1;
  } catch (error) {
    if (interruption.aborted) return 130;
    if (error instanceof InvalidOption) {
      progress.show(error.message);
      if (!error.message.includes('\n'))
        progress.show('All options: npm run bench -- --help, or npm run drill -- --help');
      return 2;
    }
    const isExpected = error instanceof Error && expected.some((type) => error instanceof type);
    progress.show(isExpected ? `${error.name}: ${error.message}` : inFull(error));
    return 1;
  }
}

function inFull(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interruption.abort(new Ended(`Ended by ${signal}.`)));
const code = await main(interruption.signal);
// Whatever an ended run left open (a connection, a timer) does not hold the process.
process.exit(code);
