import { findEngines } from '../../operations/house/engines.ts';
import { House as EnginesOfHouse } from '../../operations/house/house.ts';
import { SERVICES } from '../../operations/house/services.ts';
import { declaredCopies } from '../../operations/rebuild/declared-copies.ts';
import { rebuildCopy } from '../../operations/rebuild/rebuild-copy.ts';
import { describe } from '../../operations/rebuild/report.ts';
import { INVARIANTS } from '../../operations/verify/invariants/index.ts';
import { asText } from '../../operations/verify/report.ts';
import { isClean, verify } from '../../operations/verify/verify.ts';
import type { Progress } from '../frame/progress.ts';
import type { House } from './house.ts';
import { ENGINE_VARIABLES } from './private-house.ts';

/** For orders, payments and facts that are on their way; and for a copy that is behind. */
const QUIET_LIMIT_MS = 60_000;
const CATCH_UP_LIMIT_MS = 30_000;

/** A house as its operator's tools see it: engines, not services. */
export async function asOperator<T>(house: House, work: (engines: EnginesOfHouse) => Promise<T>): Promise<T> {
  const environment = Object.entries(process.env).filter(([name]) => !ENGINE_VARIABLES.includes(name));
  const engines = await EnginesOfHouse.open(findEngines(Object.fromEntries(environment), house.recordFile));
  try {
    return await work(engines);
  } finally {
    await engines.close();
  }
}

export interface Soundness {
  readonly violations: number;
  /** Things that some invariant was judged by: 0 violations of nothing would say nothing. */
  readonly judged: number;
  readonly isQuiet: boolean;
  /** What each violation says, by invariant and subject. */
  readonly told: ReadonlyMap<string, string>;
}

/** All that `npm run verify` looks at, once nothing is on its way. */
export function soundnessOf(
  house: House,
  progress: Progress,
  waitMs: number = QUIET_LIMIT_MS,
): Promise<Soundness> {
  return asOperator(house, async (engines) => {
    const verification = await verify(engines, INVARIANTS, { waitMs });
    const isQuiet = verification.unrest === undefined;
    if (!isQuiet || !isClean(verification)) progress.show(asText(verification));
    const { verdicts } = verification;
    return {
      violations: verdicts.reduce((sum, { violations }) => sum + violations.size, 0),
      judged: verdicts.reduce((sum, { judged }) => sum + judged, 0),
      isQuiet,
      told: new Map(
        verdicts.flatMap(({ name, violations }) =>
          [...violations].map(([subject, text]) => [`${name} ${subject}`, text] as const),
        ),
      ),
    };
  });
}

export interface ComparedCopies {
  readonly compared: number;
  readonly different: number;
  /** Documents that are the same in the copy in use and in the one rebuilt. */
  readonly documentsSame: number;
}

/** Every declared copy of every service, rebuilt from the topics beside the one in use, and compared with it. */
export function compareCopies(house: House, progress: Progress): Promise<ComparedCopies> {
  return asOperator(house, async (engines) => {
    let [compared, different, documentsSame] = [0, 0, 0];
    for (const service of SERVICES) {
      const place = { kafka: engines.kafka, names: engines.names, db: engines.database(service) };
      for (const declared of await declaredCopies(service)) {
        const copy = await rebuildCopy(place, declared, { apply: false, waitMs: CATCH_UP_LIMIT_MS });
        compared += 1;
        documentsSame += copy.same;
        if (copy.different === 0) continue;
        different += 1;
        const [first] = copy.differences;
        progress.say(
          `${service}.${copy.collection}: ${copy.different} differ${first ? `, ${describe(first)}` : ''}`,
        );
      }
    }
    return { compared, different, documentsSame };
  });
}
