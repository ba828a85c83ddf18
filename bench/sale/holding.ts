import type { Account } from '../house/accounts.ts';
import { LoadError, type Tally } from '../load/tally.ts';
import type { Visitor } from './buyer.ts';
import { lookAtSeats, type SeatPlan, type SeatsInSight } from './seat-choice.ts';
import type { EventOnSale } from './season.ts';

export interface HoldingPlan {
  readonly quantity: number;
  /** Buyers choose their seats from the map of this plan; without it they are given units, or the best seats. */
  readonly seatPlan?: SeatPlan | undefined;
}

/** Whoever finds the chosen seats taken so often does not believe the map any more, and looks again. */
const MAX_CHOICES_OF_LOOK = 5;
/** And whoever has looked so often takes what there is. */
const MAX_LOOKS = 10;

/** How the people at one client come to a hold. @throws LoadError of the last try */
export class Holding {
  /** Ticket types of which somebody has seen no free seats. */
  private readonly soldOut = new Set<string>();

  constructor(
    private readonly visitor: Visitor,
    private readonly tally: Tally,
    private readonly plan: HoldingPlan,
    private readonly random: () => number = Math.random,
  ) {}

  /** `beforeTry` is called before each try, and may refuse it by what it throws. */
  async hold(buyer: Account, event: EventOnSale, beforeTry: () => void = () => {}): Promise<string> {
    const { seatPlan, quantity } = this.plan;
    // Who has seen an empty map asks for anything: the platform says whether there is nothing.
    for (let looks = 0; seatPlan && !this.isSoldOut(event) && looks < MAX_LOOKS; looks++) {
      const map = await this.look(event, seatPlan);
      const holdId = await this.choose(buyer, event, map, beforeTry);
      if (holdId !== undefined) return holdId;
    }
    beforeTry();
    return this.visitor.hold(buyer, event, quantity);
  }

  private isSoldOut({ ticketTypeId }: EventOnSale): boolean {
    return this.soldOut.has(ticketTypeId);
  }

  private look(event: EventOnSale, seatPlan: SeatPlan): Promise<SeatsInSight> {
    return this.tally.time('seats', () => lookAtSeats(this.visitor.graph, event.id, seatPlan));
  }

  /** Undefined when the map shows nothing (more) that is free. */
  private async choose(
    buyer: Account,
    event: EventOnSale,
    map: SeatsInSight,
    beforeTry: () => void,
  ): Promise<string | undefined> {
    const { ticketTypeId } = event;
    for (let choices = 0; choices < MAX_CHOICES_OF_LOOK; choices++) {
      const seatIds = map.choose(ticketTypeId, this.plan.quantity, this.random);
      if (choices === 0 && !seatIds) this.soldOut.add(ticketTypeId);
      if (!seatIds) return undefined;
      beforeTry();
      try {
        return await this.visitor.holdCart(buyer, { eventId: event.id, lines: [{ ticketTypeId, seatIds }] });
      } catch (error) {
        const taken = error instanceof LoadError ? error.refusal?.seatIds : undefined;
        if (!taken) throw error;
        map.areTaken(taken);
      }
    }
    return undefined;
  }
}
