/** npm run dlq: what to do about facts that could not be handled. */
import { topics } from '#contracts';
import { InvalidEnvironment, NoEngines, parseEnvironment, settings, withEnginesOfHouse } from '#config';
import { DeadLetterBox, isKafkaDown } from '#messaging';
import { createLogger } from '#observability';
import { InvalidCommand } from '../house/tool.ts';
import { type Command, HELP, readCommand } from './arguments.ts';
import { run } from './commands.ts';
import { terminal } from '../house/terminal.ts';

async function execute(command: Command): Promise<void> {
  if (command.name === 'help') return terminal.say(HELP);
  const kafka = parseEnvironment(settings.kafka, withEnginesOfHouse(process.env, ['KAFKA_BROKERS']));
  const box = DeadLetterBox.open(kafka, createLogger('dlq', 'silent'));
  try {
    await run(command, box, topics, terminal);
  } catch (error) {
    if (!(error instanceof Error) || !isKafkaDown(error)) throw error;
    throw new NoEngines(
      `Kafka does not answer at ${kafka.KAFKA_BROKERS.join(',')} (${error.message}).\n` +
        'Start the house with `npm start`, or set KAFKA_BROKERS to where Kafka is.',
    );
  } finally {
    await box.close();
  }
}

/** 0: done. 1: Kafka could not be asked. 2: the command line is wrong. */
async function main(): Promise<number> {
  try {
    await execute(
      readCommand(
        process.argv.slice(2),
        topics.map(({ name }) => name),
      ),
    );
    return 0;
  } catch (error) {
    if (error instanceof InvalidCommand) {
      terminal.complain(error.message);
      return 2;
    }
    if (error instanceof NoEngines || error instanceof InvalidEnvironment) {
      terminal.complain(error.message);
      return 1;
    }
    throw error;
  }
}

process.exitCode = await main();
