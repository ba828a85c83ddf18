import { drawingOf } from './domain/drawing.ts';
import { generateLayout, layoutOrder } from './domain/generator/generate-layout.ts';
import { layoutSchema } from './domain/layout-schema.ts';

/** Houses of a common size for each shape. */
const DRAWN = [
  { shape: 'THEATRE', seats: 1_000 },
  { shape: 'ARENA', seats: 8_000 },
  { shape: 'STADIUM', seats: 40_000 },
] as const;

/** Generated files of the documentation: text by path. */
export function seatingDocs(): Record<string, string> {
  const drawings = DRAWN.map((order) => [
    `docs/images/seating-${order.shape.toLowerCase()}.svg`,
    drawingOf(generateLayout(layoutOrder.parse(order))),
  ]);
  return {
    'docs/schemas/seating-plan.v1.schema.json': `${JSON.stringify(layoutSchema(), null, 2)}\n`,
    ...Object.fromEntries(drawings),
  };
}
