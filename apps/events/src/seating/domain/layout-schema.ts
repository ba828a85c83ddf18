import { z } from 'zod';
import { planLayout } from './plan-layout.ts';

/** The form of a layout as JSON Schema (draft 2020-12), for editors and for programs that make plans. */
export function layoutSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(planLayout, { io: 'input' });
  return {
    $schema,
    title: 'Seating plan',
    description:
      'How a house is seated. Lengths are metres, angles degrees; x goes to the right and y down, away from the stage. ' +
      'See docs/seating-plans.md for what is checked besides.',
    ...schema,
  };
}
