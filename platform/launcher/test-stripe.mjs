/** npm run test:stripe: the Stripe provider before Stripe's own stand-in, which judges each request by Stripe's API. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { provideStripeMock, startStripeMock } from '../stripe/stripe-mock.mjs';
import { explain } from '../system/failure.mjs';
import { say } from '../system/report.mjs';
import { TEST_FOLDER_PREFIX } from './leftovers.mjs';
import { TESSERA_FOLDER, runLauncher } from './run.mjs';
import { part, runJest } from './test-run.mjs';

/**
 * @param {import('./surroundings.mjs').Surroundings} surroundings
 * @returns {Promise<import('./run.mjs').Result>}
 */
async function main(surroundings) {
  await surroundings.node24();
  const program = await provideStripeMock(surroundings);
  if (!program) {
    say('! stripe-mock is a Go program, and there is no `go` here: https://go.dev/dl');
    return {
      exitCode: 0,
      lastWord: '\n0 passed, 0 failed, 1 skipped: the Stripe provider before stripe-mock',
    };
  }
  const url = await startStripeMock(surroundings, program);
  const environment = { STRIPE_MOCK_URL: url };
  const { passed, failed } = await part('stripe', () =>
    runJest(surroundings, { projects: ['stripe'], patterns: [], environment }),
  );
  return { exitCode: failed > 0 ? 1 : 0, lastWord: `\n${passed} passed, ${failed} failed, 0 skipped` };
}

try {
  const id = randomBytes(4).toString('hex');
  await runLauncher({
    folder: join(TESSERA_FOLDER, `${TEST_FOLDER_PREFIX}${id}`),
    temporary: true,
    interruptedCode: 130,
    main,
  });
} catch (error) {
  say(explain(error));
  process.exitCode = 1;
}
