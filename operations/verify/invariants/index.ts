import type { Invariant } from '../invariant.ts';
import { attendance } from './attendance.ts';
import { charges } from './charges.ts';
import { copies } from './copies.ts';
import { facts } from './facts.ts';
import { holds } from './holds.ts';
import { idempotency } from './idempotency.ts';
import { ledger } from './ledger.ts';
import { limits } from './limits.ts';
import { money } from './money.ts';
import { pools } from './pools.ts';
import { provider } from './provider.ts';
import { refunds } from './refunds.ts';
import { salesLog } from './sales-log/sales-log.ts';
import { seats } from './seats.ts';
import { stock } from './stock.ts';

/** In the order of the report. */
export const INVARIANTS: readonly Invariant[] = [
  pools,
  salesLog,
  stock,
  seats,
  holds,
  idempotency,
  money,
  provider,
  refunds,
  charges,
  limits,
  ledger,
  attendance,
  facts,
  copies,
];
