import type { PlanLayout } from '../plan-layout.ts';
import type { BareRow } from './row-of-seats.ts';

/** A section before its rows have labels and numbers. Heading in degrees, the rest in metres. */
export interface BareSection {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly rows: readonly BareRow[];
}

/** What a shape makes of a number of seats. */
export interface BareHouse {
  readonly stage: PlanLayout['stage'];
  readonly sections: readonly BareSection[];
}
