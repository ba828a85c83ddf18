import { BoundedStream, failureError } from '#graphql';
import type { Sale } from '../inventory/domain/sale.ts';
import type { Activity, ActivityListener } from './activity-feed.ts';
import { Lagged } from './failures.ts';
import { PAGE } from './logged-sales.ts';

/** Activities that wait for a slow subscriber before its stream is closed. */
const MAX_WAITING = 1_000;
/** Sales that may wait: the rest of the room is for what cannot be read again. */
const MAX_WAITING_SALES = 500;

/** Something that happened, with the place in the sales log up to which the subscriber has got everything. */
export type Seen = { readonly seq: number } & (
  { readonly kind: 'Sale'; readonly sale: Sale } | { readonly kind: 'Activity'; readonly activity: Activity }
);

/** Some sales of the watched event after a place, oldest first; none when there are no more yet. */
export type ReadSales = (after: number) => Promise<readonly Sale[]>;

/**
 * One subscriber's view of an event. Sales come from the log only, one place after the other, from where the subscriber
 * left off: what it missed and what happens now are the same to it. The rest comes as it is told.
 */
export class EventWatch implements ActivityListener {
  readonly stream: BoundedStream<Seen>;
  private isBehind = false;
  private reading: Promise<void> | undefined;

  /** `seq`: the last place that the subscriber has got. */
  constructor(
    private seq: number,
    private readonly readSales: ReadSales,
    onEnd: () => void,
    private readonly onReadError: (error: unknown) => void,
  ) {
    this.stream = new BoundedStream(MAX_WAITING, onEnd);
  }

  happened(activity: Activity): void {
    this.push({ kind: 'Activity', activity, seq: this.seq });
  }

  salesLogged(): void {
    this.isBehind = true;
    this.reading ??= this.catchUp()
      .catch(this.onReadError)
      .finally(() => {
        this.reading = undefined;
      });
  }

  private async catchUp(): Promise<void> {
    while (this.isBehind) {
      this.isBehind = false;
      const page = await this.readSales(this.seq);
      for (const sale of page) {
        if (!(await this.stream.hasFewerThan(MAX_WAITING_SALES))) return;
        this.seq = sale.seq;
        this.push({ kind: 'Sale', sale, seq: sale.seq });
      }
      if (page.length === PAGE) this.isBehind = true;
    }
  }

  private push(seen: Seen): void {
    if (!this.stream.push(seen)) this.stream.fail(failureError(new Lagged()));
  }
}
