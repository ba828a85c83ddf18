/** Stripe's own stand-in (https://github.com/stripe/stripe-mock): a Go program, built once into the cache. */
import { join } from 'node:path';

import { provideOnce } from '../engines/cache-folder.mjs';
import { mustRun } from '../system/commands.mjs';
import { STAGE } from '../system/end-processes.mjs';
import { Failure } from '../system/failure.mjs';
import { findOnPath } from '../system/files.mjs';
import { freePort } from '../system/ports.mjs';
import { until } from '../system/wait.mjs';

/** It brings Stripe's API description of its day: raise it together with the `stripe` package. */
export const STRIPE_MOCK_VERSION = 'v0.203.0';

const READY_LIMIT_MS = 20_000;

/** @typedef {import('../launcher/surroundings.mjs').Surroundings} Surroundings */

/**
 * @param {Surroundings} surroundings
 * @returns {Promise<string | undefined>} the program; undefined where there is no Go to build it with
 */
export async function provideStripeMock({ env, children }) {
  const go = findOnPath('go', env);
  if (!go) return undefined;
  const folder = await provideOnce(
    env,
    { entry: `stripe-mock-${STRIPE_MOCK_VERSION}`, title: `go install stripe-mock ${STRIPE_MOCK_VERSION}` },
    async (draft) => {
      await mustRun(children, go, ['install', `github.com/stripe/stripe-mock@${STRIPE_MOCK_VERSION}`], {
        env: { ...env, GOBIN: draft },
        cure: 'Go fetches modules from the proxy that GOPROXY names: it must be reachable.',
      });
    },
  );
  return join(folder, 'stripe-mock');
}

/**
 * Starts it on free ports of 127.0.0.1; it ends with the launcher.
 * @param {Surroundings} surroundings
 * @param {string} program
 * @returns {Promise<string>} its address
 */
export async function startStripeMock({ children, env }, program) {
  const [http, https] = [await freePort(), await freePort()];
  const addresses = ['-http-addr', `127.0.0.1:${http}`, '-https-addr', `127.0.0.1:${https}`];
  children.spawn(program, addresses, { name: 'stripe-mock', stage: STAGE.engine, env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${http}`;
  // Any answer will do: without a key it refuses.
  const answers = () =>
    fetch(url).then(
      () => true,
      () => false,
    );
  if (!(await until(answers, { limitMs: READY_LIMIT_MS })))
    throw new Failure(`stripe-mock did not answer at ${url} within ${READY_LIMIT_MS / 1_000} s.`);
  return url;
}
