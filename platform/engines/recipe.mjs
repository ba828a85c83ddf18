/**
 * What the engine recipes share: the words, and the order in which a source is chosen.
 *
 * @typedef {object} Surroundings what a recipe may use
 * @property {string} root of the repository
 * @property {NodeJS.ProcessEnv} env
 * @property {import('../system/children.mjs').Children} children
 * @property {() => Promise<string>} node24 the Node that runs the project; there once the packages are installed
 *
 * @typedef {object} Placement where one engine is put
 * @property {string} folder for its data, existing and its own
 * @property {number} port on 127.0.0.1
 * @property {() => Promise<number>} anotherPort
 *
 * @typedef {object} Launch how to run it there
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} [env] in addition to the launcher's
 * @property {() => Promise<void>} [beforeEachStart]
 *
 * @typedef {object} OwnSource an engine that the launcher runs itself
 * @property {string} origin for people: "installed (/usr/bin/redis-server)"
 * @property {(placement: Placement) => Promise<Launch>} prepare
 *
 * @typedef {{ unavailable: string }} Unavailable why a source does not apply
 *
 * @typedef {object} Recipe
 * @property {'mongodb' | 'redis' | 'kafka'} name
 * @property {string} label
 * @property {string} variable the environment variable that names an engine elsewhere
 * @property {string} example of its value
 * @property {(value: string) => Endpoint[]} endpoints of that value; throws when it is not understood; may be empty
 *   when they are only known by asking a name server
 * @property {(port: number) => string} address of an engine on this port, as a value for the variable
 * @property {(port: number) => Promise<boolean>} answers asks the engine itself, not only its port
 * @property {ReadonlyArray<(surroundings: Surroundings) => Promise<OwnSource | Unavailable>>} sources in order of preference
 * @property {readonly string[]} cures commands that would make it available
 *
 * @typedef {{ host: string, port: number }} Endpoint
 *
 * @typedef {{ recipe: Recipe, external: string }} ExternalEngine
 * @typedef {{ recipe: Recipe, source: OwnSource }} OwnEngine
 */
import { Failure } from '../system/failure.mjs';
import { say } from '../system/report.mjs';
import { accepts } from './probes.mjs';

/**
 * Takes the first source that applies and says which.
 * @param {Recipe} recipe
 * @param {Surroundings} surroundings
 * @returns {Promise<ExternalEngine | OwnEngine>}
 */
export async function resolveEngine(recipe, surroundings) {
  const external = surroundings.env[recipe.variable];
  if (external) {
    say(`✓ ${recipe.label}: ${recipe.variable} from the environment`);
    return { recipe, external };
  }
  const reasons = [`${recipe.variable} is not set`];
  for (const find of recipe.sources) {
    const found = await find(surroundings);
    if ('origin' in found) {
      say(`✓ ${recipe.label}: ${found.origin}`);
      return { recipe, source: found };
    }
    reasons.push(found.unavailable);
  }
  throw new Failure(`${recipe.label} cannot be had on this machine:`, [
    ...reasons.map((reason) => `- ${reason}`),
    'Any one of these would do:',
    ...[...recipe.cures, `${recipe.variable}=${recipe.example} npm start`].map((cure) => `  ${cure}`),
  ]);
}

/**
 * Refuses an address in the environment that is not understood or where nothing answers.
 * @param {Recipe} recipe
 * @param {NodeJS.ProcessEnv} env its value is never printed: it may hold a password
 */
export async function checkAddress({ label, variable, example, endpoints }, env) {
  const value = env[variable];
  if (!value) return;
  const cure = `Correct it, for example ${variable}=${example}, or unset it to let the launcher run its own ${label}.`;
  /** @type {Endpoint[]} */
  let found;
  try {
    found = endpoints(value);
  } catch (error) {
    throw new Failure(`${variable} is not understood: ${/** @type {Error} */ (error).message}.`, [cure]);
  }
  const reachable = await Promise.all(found.map(({ host, port }) => accepts(host, port)));
  if (found.length > 0 && !reachable.includes(true)) {
    const places = found.map(({ host, port }) => `${host}:${port}`).join(', ');
    throw new Failure(`${variable} is set, but nothing answers at ${places}.`, [cure]);
  }
}
