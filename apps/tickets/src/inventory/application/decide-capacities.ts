import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import {
  type EventCopy,
  EventCopiesRepository,
} from '../../events/infrastructure/event-copies.repository.ts';
import { capacityDecision, nextCapacityStep, wishOf } from '../domain/capacity.ts';
import type { CapacityWish } from '../domain/inventory.ts';
import { CapacitiesRepository } from '../infrastructure/capacities.repository.ts';
import { InventoryRepository } from '../infrastructure/inventory.repository.ts';
import { StockLoader } from '../infrastructure/stock-loader.ts';
import { Stock } from '../infrastructure/stock.ts';
import { WishesRepository } from '../infrastructure/wishes.repository.ts';

const MAX_ROUNDS = 5;
/** One step for each ticket type, one to tell, and some for what another process did in between. */
const MAX_STEPS = 200;

/**
 * Decides about the capacities that an organizer wants: more is granted, less only if no more is sold and reserved.
 *
 * The wish is noted in the inventory first, and every step takes something off it, so that whoever comes after a crash
 * finds what is left to do. A cut takes the units out of the free ones in Redis, which knows the reservations, and then
 * asks the inventory, which knows what is sold. Stock that is built while the wish stands counts the cut as made
 * (`sellableCapacity`), so that no hold slips in between the two.
 */
@Injectable()
export class DecideCapacities {
  constructor(
    private readonly events: EventCopiesRepository,
    private readonly inventories: InventoryRepository,
    private readonly wishes: WishesRepository,
    private readonly capacities: CapacitiesRepository,
    private readonly stock: Stock,
    private readonly stockLoader: StockLoader,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Of the events, those whose newest known version asks for other capacities than are in force. */
  async execute(eventIds: readonly string[]): Promise<void> {
    let undecided = eventIds;
    // Once more after each decision: a process that was overtaken while it decided leaves the newest word in force.
    for (let rounds = 0; undecided.length > 0 && rounds < MAX_ROUNDS; rounds++) {
      undecided = await this.decideAll(undecided);
    }
  }

  /** Gives the events about which something was decided. */
  private async decideAll(eventIds: readonly string[]): Promise<string[]> {
    const decided: string[] = [];
    const [events, inventories] = await Promise.all([
      this.events.findMany(eventIds),
      this.inventories.findMany(eventIds),
    ]);
    for (const [eventId, event] of events) {
      const inventory = inventories.get(eventId);
      if (!inventory || event.status !== 'PUBLISHED') continue;
      const capacities = new Map(event.ticketTypes.map((type) => [type.ticketTypeId, type.capacity]));
      const wish = wishOf(inventory, { eventVersion: event.version, capacities });
      if (wish) await this.wishes.note(eventId, wish);
      if (!wish && !inventory.wish) continue;
      await this.decide(event);
      decided.push(eventId);
    }
    return decided;
  }

  private async decide(event: EventCopy): Promise<void> {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const inventory = await this.inventories.find(event._id);
      const step = inventory && nextCapacityStep(inventory);
      if (!inventory?.wish || !step) return;
      const { wish } = inventory;
      switch (step.kind) {
        case 'RAISE':
          await this.wishes.raise(event._id, wish, step.ticketTypeId);
          break;
        case 'CUT':
          await this.cut(event._id, wish, step.ticketTypeId, step.capacity);
          break;
        case 'TELL': {
          const decision = capacityDecision(inventory, wish);
          await this.capacities.tell(event, decision, this.clock.now());
          await this.wishes.forget(event._id, wish);
          // What was raised or refused is for sale, and shown, from here on.
          await this.stockLoader.invalidate([event._id]);
          await this.stockLoader.load(event._id);
          this.logger.info({ eventId: event._id, decision }, 'capacities decided');
          return;
        }
      }
    }
    throw new Error(`the capacities of event ${event._id} cannot be decided`);
  }

  private async cut(
    eventId: string,
    wish: CapacityWish,
    ticketTypeId: string,
    capacity: number,
  ): Promise<void> {
    const taken = await this.stock.cut(eventId, ticketTypeId, capacity);
    if (taken.outcome === 'COMMITTED') {
      await this.wishes.refuse(eventId, wish, ticketTypeId, taken.committed);
    } else if (!(await this.wishes.cut(eventId, wish, ticketTypeId))) {
      // More is sold than Redis knew of, or somebody else has decided: the stock is counted anew, and asked again.
      await this.stockLoader.invalidate([eventId]);
    }
  }
}
