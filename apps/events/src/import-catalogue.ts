import 'reflect-metadata';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { InvalidEnvironment, parseEnvironment } from '#config';
import { createLogger, NestLogger } from '#observability';
import { FactsStay } from './catalogue/application/publish-facts.ts';
import { type CatalogueImport, ImportCatalogue } from './catalogue/application/import-catalogue.ts';
import { CatalogueModule } from './catalogue/catalogue.module.ts';
import { summaryOf, TerminalProgress } from './catalogue/transport/terminal.ts';
import { storeEnvironment } from './config.ts';

const USAGE = `Imports the catalogue of events, venues and places, with the environment of the events service.

  --as-is     keep the events as history: on their own days, with nothing for sale
  --data DIR  the folder with events.ndjson, venues.ndjson and places.ndjson (default: data/catalogue)
  --help

What is there already stays as it is. It ends with 0 also when lines were rejected: the table says how many.`;

class InvalidArguments extends Error {
  override readonly name = 'InvalidArguments';
}

function parseOptions(): CatalogueImport & { help: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        'as-is': { type: 'boolean', default: false },
        data: { type: 'string', default: 'data/catalogue' },
        help: { type: 'boolean', default: false },
      },
    });
    return { folder: resolve(values.data), asIs: values['as-is'], help: values.help };
  } catch (error) {
    throw new InvalidArguments(error instanceof Error ? error.message : String(error));
  }
}

async function run(): Promise<void> {
  const { help, ...order } = parseOptions();
  if (help) return console.log(USAGE);
  const config = parseEnvironment(storeEnvironment);
  const progress = new TerminalProgress(process.stdout);
  const app = await NestFactory.createApplicationContext(CatalogueModule.forRoot(config), {
    logger: new NestLogger(createLogger('events', config.LOG_LEVEL)),
    abortOnError: false,
  });
  try {
    console.log(summaryOf(await app.get(ImportCatalogue).execute(order, progress)));
  } finally {
    progress.end();
    await app.close();
  }
}

/** What went wrong, in one line where the cause is known. */
function explain(error: unknown): string {
  if (error instanceof InvalidArguments) return `${error.message}\n\n${USAGE}`;
  if (error instanceof InvalidEnvironment || error instanceof FactsStay) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return `${error.message}. Name the catalogue's folder with --data.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await run();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
