import type { InventoryDocument, SaleDocument } from '../../documents.ts';
import type { Findings } from '../../invariant.ts';

/** An inventory with those of its moves that its log lacks, oldest first: all as they were at one moment. */
export interface InventoryAtOneMoment extends InventoryDocument {
  readonly logged: number;
  readonly lacking: readonly SaleDocument[];
}

interface Sum {
  readonly units: number;
  /** Minor units. */
  readonly amount: number;
}

/**
 * One event's log, read from its oldest kept sale to the one that the inventory says was logged last. Between two places
 * that follow each other the units sold must differ by what was sold; where the log is complete, its sums by ticket type
 * must be those of the pools. Where its beginning is forgotten only the running total can be judged: what each ticket
 * type had sold before is told by the orders, which `pools` compares with the inventory.
 */
export class PlaceWalk {
  private first: SaleDocument | undefined;
  private last: SaleDocument | undefined;
  private isWhole = true;
  private newest = 0;
  private readonly sums = new Map<string, Sum>();

  constructor(
    readonly inventory: InventoryAtOneMoment,
    /** Older sales may be forgotten at any moment. */
    private readonly keptSince: Date,
    private readonly findings: Findings,
  ) {}

  /** From the event's first sale on, without a gap. */
  get isComplete(): boolean {
    return this.isWhole && this.first?.seq === 1;
  }

  get newestPlace(): number {
    return this.newest;
  }

  /** In the order of their places. */
  take(sale: SaleDocument): void {
    const { last } = this;
    this.newest = sale.seq;
    // What was logged after the inventory was read is judged the next time.
    if (sale.seq > this.inventory.logged) return;
    this.findings.judged();
    if (last?.seq === sale.seq) return this.violated('twice', `has two sales at place ${sale.seq}`);
    const follows = last ? this.judgeGap(last, sale.seq) : sale.seq === 1;
    if (follows) this.judgeTotal(sale, (last?.unitsSold ?? 0) + signOf(sale) * unitsIn(sale));
    this.first ??= sale;
    this.last = sale;
    this.count(sale);
  }

  finish(): void {
    const { last, inventory } = this;
    if (!last || !this.judgeGap(last, inventory.logged + 1)) return;
    const sold = Object.values(inventory.pools).reduce((sum, pool) => sum + pool.sold, 0);
    const logged = inventory.lacking.reduce((units, sale) => units - signOf(sale) * unitsIn(sale), sold);
    if (last.unitsSold !== logged)
      this.violated(
        'end',
        `says ${last.unitsSold} units were sold after its newest sale, and the inventory ${logged}`,
      );
    if (this.isComplete) this.judgeSums();
  }

  /** Whether `place` follows at once. A gap after what may be forgotten any moment may be no violation. */
  private judgeGap(last: SaleDocument, place: number): boolean {
    if (place === last.seq + 1) return true;
    this.isWhole = false;
    if (last.at >= this.keptSince) {
      const missing =
        place === last.seq + 2 ? `place ${last.seq + 1}` : `places ${last.seq + 1} to ${place - 1}`;
      this.violated(`gap:${last.seq + 1}`, `lacks ${missing}`);
    }
    return false;
  }

  private judgeTotal({ seq, unitsSold }: SaleDocument, expected: number): void {
    if (unitsSold !== expected)
      this.violated(
        `total:${seq}`,
        `says ${unitsSold} units were sold after place ${seq}, where its sales make ${expected}`,
      );
  }

  private judgeSums(): void {
    const { pools, lacking } = this.inventory;
    for (const sale of lacking) this.count(sale);
    for (const ticketTypeId of new Set([...Object.keys(pools), ...this.sums.keys()])) {
      const { sold = 0, revenue = 0 } = pools[ticketTypeId] ?? {};
      const { units, amount } = this.sums.get(ticketTypeId) ?? { units: 0, amount: 0 };
      if (units !== sold || amount !== revenue)
        this.violated(
          `sums:${ticketTypeId}`,
          `makes ${units} units for ${amount} minor units of ticket type ${ticketTypeId}, ` +
            `and its pool says ${sold} for ${revenue}`,
        );
    }
  }

  private count(sale: SaleDocument): void {
    for (const { ticketTypeId, quantity, amount } of sale.lines) {
      const before = this.sums.get(ticketTypeId) ?? { units: 0, amount: 0 };
      const sign = signOf(sale);
      this.sums.set(ticketTypeId, {
        units: before.units + sign * quantity,
        amount: before.amount + sign * amount,
      });
    }
  }

  private violated(subject: string, text: string): void {
    const { _id: eventId } = this.inventory;
    this.findings.violated(`${subject}:${eventId}`, `the sales log of event ${eventId} ${text}`);
  }
}

function signOf({ kind }: SaleDocument): 1 | -1 {
  return kind === 'CLAIM' ? 1 : -1;
}

function unitsIn({ lines }: SaleDocument): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}
