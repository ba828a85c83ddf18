import { SERVICES } from '../../house/services.ts';
import { declaredCopies } from '../../rebuild/declared-copies.ts';
import { rebuildCopy } from '../../rebuild/rebuild-copy.ts';
import { describe } from '../../rebuild/report.ts';
import type { Invariant } from '../invariant.ts';

/** For copies that are behind; the second look gives it once more. */
const WAIT_MS = 3_000;

export const copies: Invariant = {
  name: 'copies',
  says: "each service's copies are what the facts on Kafka make (npm run rebuild mends them)",
  look: async (house, findings) => {
    for (const service of SERVICES) {
      const place = { kafka: house.kafka, names: house.names, db: house.database(service) };
      for (const declared of await declaredCopies(service)) {
        const { collection, same, different, differences } = await rebuildCopy(place, declared, {
          apply: false,
          waitMs: WAIT_MS,
        });
        findings.judged(same + different);
        for (const difference of differences)
          findings.violated(
            `${service}.${collection}:${difference.id}`,
            `${service}.${collection}: ${describe(difference)}`,
          );
        if (different > differences.length)
          findings.violated(
            `${service}.${collection}:more`,
            `${service}.${collection}: ${different - differences.length} more differences`,
          );
      }
    }
  },
};
