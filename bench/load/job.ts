import type { Account } from '../house/accounts.ts';
import type { HoldingPlan } from '../sale/holding.ts';
import type { RushPlan, RushRecord } from '../sale/rush.ts';
import type { EventOnSale } from '../sale/season.ts';
import type { TallyRecord } from './tally.ts';

/** Where the load goes: through the gateway, or straight at the services. */
export type Target =
  | { readonly kind: 'gateway'; readonly url: string }
  | { readonly kind: 'services'; readonly tickets: string; readonly payments: string };

interface Crowd {
  readonly target: Target;
  readonly clients: number;
  readonly accounts: readonly Account[];
}

/** Purchases, or holds alone, by a closed loop for some time. */
export interface WindowPlan extends HoldingPlan {
  readonly what: 'purchases' | 'holds';
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** Bought from in turn. */
  readonly pools: readonly [EventOnSale, ...EventOnSale[]];
}

export interface WindowRecord {
  readonly tally: TallyRecord;
  readonly seconds: number;
}

/** What a process of the load is asked to do. */
export type Job =
  | (Crowd & { readonly kind: 'rush'; readonly plan: RushPlan })
  | (Crowd & { readonly kind: 'window'; readonly plan: WindowPlan });

/** What it says: when its measured time begins and ends, and what it found. */
export type Word =
  | { readonly kind: 'opened' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'rushed'; readonly record: RushRecord }
  | { readonly kind: 'measured'; readonly record: WindowRecord }
  | { readonly kind: 'failed'; readonly why: string };
