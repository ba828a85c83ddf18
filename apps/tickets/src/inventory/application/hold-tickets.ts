import { Inject, Injectable } from '@nestjs/common';
import { fail, IDS, type IdSource, type InvalidInput, NotSignedIn, parseInput, type Result } from '#kernel';
import { currentCorrelation } from '#observability';
import { TICKETS_CONFIG, type TicketsConfig } from '../../config.ts';
import { cartInput } from '../domain/cart.ts';
import { type Hold, holdIdOf } from '../domain/hold.ts';
import type { Holder } from '../domain/holder.ts';
import type { HoldFailure } from '../infrastructure/hold-request.ts';
import { RefusedDemand } from '../infrastructure/refused-demand.ts';
import { SoldOut } from '../domain/failures.ts';
import { TakeCart } from './take-cart.ts';

/** Takes the units and seats of a whole cart for some minutes, all or nothing, at the price of this moment. */
@Injectable()
export class HoldTickets {
  constructor(
    private readonly takeCart: TakeCart,
    private readonly refusedDemand: RefusedDemand,
    @Inject(IDS) private readonly ids: IdSource,
    @Inject(TICKETS_CONFIG) private readonly config: TicketsConfig,
  ) {}

  async execute(
    holder: Holder | undefined,
    input: unknown,
  ): Promise<Result<Hold, HoldFailure | InvalidInput | NotSignedIn>> {
    if (!holder) return fail(new NotSignedIn());
    const cart = parseInput(cartInput, input);
    if (!cart.ok) return cart;
    const { eventId, lines, maxTotal } = cart.value;
    const { accountId } = holder;
    const holdId = holdIdOf(eventId, this.ids.uuid());
    const held = await this.takeCart.execute({
      holdId,
      eventId,
      accountId,
      lines,
      holdMs: this.config.HOLD_SECONDS * 1_000,
      maxTotal: maxTotal ?? undefined,
      correlationId: currentCorrelation()?.correlationId ?? holdId,
    });
    if (!held.ok && held.failure instanceof SoldOut) {
      const refused = lines.find(
        ({ ticketTypeId }) => ticketTypeId === (held.failure as SoldOut).ticketTypeId,
      );
      if (refused) this.refusedDemand.count(eventId, refused, accountId);
    }
    return held;
  }
}
