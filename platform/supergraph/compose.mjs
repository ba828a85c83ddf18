#!/usr/bin/env node
/**
 * Composes the graph that the gateway serves from the services' own schemas, into a file that is checked in: a change
 * that would break the whole graph is seen when it is made, and the gateway starts whether or not its services run.
 *
 *   node platform/supergraph/compose.mjs           writes the file
 *   node platform/supergraph/compose.mjs --check   fails when the file is not what the schemas compose to
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

import { GATEWAY, SERVICES } from '../house.mjs';
import { Failure, explain } from '../system/failure.mjs';
import { say } from '../system/report.mjs';

const REPOSITORY = join(import.meta.dirname, '../..');
const SUPERGRAPH = 'apps/gateway/supergraph.graphql';
const SHARED_SCHEMA = 'libs/graphql/src/shared.graphql';
const SUBGRAPHS = SERVICES.map(({ name }) => name).filter((name) => name !== GATEWAY);

const HEADING = `# Composed by \`npm run supergraph\` from the services' schemas: change those, not this file.
# The addresses are placeholders; the gateway takes each service's own from its environment.

`;

/** @param {string} path in the repository */
const read = (path) => readFileSync(join(REPOSITORY, path), 'utf8');

/** @param {string} service */
const schemaOf = (service) => `apps/${service}/src/schema.graphql`;

/**
 * @typedef {object} Subgraph
 * @property {string} name
 * @property {string} sdl without what all subgraphs share
 */

/** @returns {Subgraph[]} */
export function subgraphsOfThisRepository() {
  return SUBGRAPHS.map((name) => ({ name, sdl: read(schemaOf(name)) }));
}

/**
 * @param {readonly Subgraph[]} subgraphs
 * @returns {{ supergraph: string, hints: string[] }} `hints`: what composes, but perhaps not as its author meant it
 * @throws {Failure} naming every reason why the schemas do not fit together
 */
export function compose(subgraphs) {
  const shared = read(SHARED_SCHEMA);
  const { errors, hints, supergraphSdl } = composeServices(
    subgraphs.map(({ name, sdl }) => ({
      name,
      url: `http://${name}/graphql`,
      typeDefs: parsed(name, `${shared}\n${sdl}`),
    })),
  );
  if (errors) {
    throw new Failure(
      "The services' schemas do not compose to one graph:",
      errors.map(({ message }) => message),
    );
  }
  return {
    supergraph: `${HEADING}${supergraphSdl.trimEnd()}\n`,
    hints: hints.map((hint) => hint.toString()),
  };
}

/**
 * @param {string} name
 * @param {string} sdl
 */
function parsed(name, sdl) {
  try {
    return parse(sdl);
  } catch (error) {
    throw new Failure(`The schema of ${name} cannot be parsed: ${/** @type {Error} */ (error).message}`, [
      `Mend ${schemaOf(name)} (lines are counted after those of ${SHARED_SCHEMA}).`,
    ]);
  }
}

/**
 * @param {string} composed
 * @param {string | undefined} checkedIn undefined when there is no such file
 * @throws {Failure} when they differ
 */
export function refuseStale(composed, checkedIn) {
  if (checkedIn === composed) return;
  throw new Failure(
    `${SUPERGRAPH} ${checkedIn === undefined ? 'is missing' : "is not what the services' schemas compose to"}.`,
    ['Compose it again and commit it: npm run supergraph'],
  );
}

/** @returns {string | undefined} */
function checkedInSupergraph() {
  try {
    return read(SUPERGRAPH);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {readonly string[]} args */
function run(args) {
  const unknown = args.find((argument) => argument !== '--check');
  if (unknown) throw new Failure(`There is no option ${unknown}.`, ['The only one is --check.']);
  const { supergraph, hints } = compose(subgraphsOfThisRepository());
  for (const hint of hints) say(`warning: ${hint}`);
  if (args.includes('--check')) {
    refuseStale(supergraph, checkedInSupergraph());
    say(`${SUPERGRAPH} is up to date.`);
  } else {
    writeFileSync(join(REPOSITORY, SUPERGRAPH), supergraph);
    say(`${SUPERGRAPH} composed of ${SUBGRAPHS.join(', ')}.`);
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    run(process.argv.slice(2));
  } catch (error) {
    say(explain(error));
    process.exitCode = 1;
  }
}
