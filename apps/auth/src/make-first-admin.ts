/** npm run first-admin -- EMAIL: makes an account the first admin of a house that has none. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { InvalidEnvironment, NoEngines, parseEnvironment, withEnginesOfHouse } from '#config';
import { isMongoDown } from '#persistence';
import { isKafkaDown } from '#messaging';
import { createLogger, NestLogger } from '#observability';
import { engineEnvironment, type Engines, FirstAdminModule } from './first-admin/first-admin.module.ts';
import { MakeFirstAdmin } from './first-admin/make-first-admin.ts';

const USAGE = `Makes an account the first admin, once in the life of a house: npm run first-admin -- EMAIL

It finds the house that runs in this folder, or MONGODB_URI and KAFKA_BROKERS. Further admins are made by admins, with
the mutation grantRole. It ends with 0 when the account is an admin now, with 1 when it is not, with 2 for a wrong
command line.`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** @throws NoEngines @throws InvalidEnvironment */
function enginesHere(): Engines {
  const environment = withEnginesOfHouse(process.env, ['MONGODB_URI', 'KAFKA_BROKERS']);
  return parseEnvironment(engineEnvironment, environment);
}

async function makeAdmin(email: string, engines: Engines): Promise<number> {
  const app = await NestFactory.createApplicationContext(FirstAdminModule.forRoot(engines), {
    logger: new NestLogger(createLogger('first-admin', 'silent')),
    abortOnError: false,
  });
  try {
    const made = await app.get(MakeFirstAdmin).execute(email);
    if (made.ok) {
      say(`${made.value.email} is an admin from the next sign-in or refresh on.`);
      return 0;
    }
    complain(made.failure.message);
    if (made.failure.code === 'NOT_FOUND')
      complain('Sign up with this address first, then run the command again.');
    return 1;
  } finally {
    await app.close();
  }
}

/** 0: done. 1: it is not to be, or the house could not be asked. 2: the command line is wrong. */
async function main(args: readonly string[]): Promise<number> {
  const [email] = args;
  if (email === '--help') {
    say(USAGE);
    return 0;
  }
  if (email === undefined || args.length > 1 || !email.includes('@')) {
    complain(USAGE);
    return 2;
  }
  try {
    return await makeAdmin(email, enginesHere());
  } catch (error) {
    if (error instanceof NoEngines || error instanceof InvalidEnvironment) {
      complain(error.message);
      return 1;
    }
    if (!(error instanceof Error) || !(isMongoDown(error) || isKafkaDown(error))) throw error;
    complain(`The house does not answer (${error.message}). Start it with \`npm start\`.`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
