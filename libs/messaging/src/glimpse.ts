import { z } from 'zod';

const envelope = z
  .object({
    id: z.string().optional().catch(undefined),
    type: z.string().optional().catch(undefined),
    aggregateVersion: z.number().optional().catch(undefined),
  })
  .catch({});

/** What can be told of a message that may be no proper fact at all. */
export function glimpse(value: Buffer | null): z.output<typeof envelope> {
  try {
    return envelope.parse(JSON.parse(value?.toString() ?? 'null'));
  } catch {
    return {};
  }
}
