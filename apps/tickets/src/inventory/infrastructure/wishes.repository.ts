import { Injectable } from '@nestjs/common';
import { type Collection, Db, type Filter, type UpdateFilter } from 'mongodb';
import type { CapacityWish, Inventory, Pool } from '../domain/inventory.ts';

type InventoryDocument = Omit<Inventory, 'eventId'> & { _id: string };

/**
 * The capacities in the inventory documents, and the wishes to change them. Each change asks that the wish is still the
 * one that it belongs to, so that a process that was overtaken changes nothing.
 */
@Injectable()
export class WishesRepository {
  private readonly inventories: Collection<InventoryDocument>;

  constructor(db: Db) {
    this.inventories = db.collection('inventory');
  }

  /** Notes a wish, unless one of the same or a newer version of the event stands there, or was decided. */
  async note(eventId: string, wish: CapacityWish): Promise<void> {
    await this.inventories.updateOne(
      {
        _id: eventId,
        'wish.eventVersion': { $not: { $gte: wish.eventVersion } },
        decidedVersion: { $not: { $gte: wish.eventVersion } },
      },
      { $set: { wish } },
    );
  }

  /** Grants more units, or opens the pool of a new ticket type. */
  async raise(eventId: string, wish: CapacityWish, ticketTypeId: string): Promise<void> {
    const capacity = wish.undecided[ticketTypeId];
    if (capacity === undefined) return;
    const pool = `pools.${ticketTypeId}`;
    const opened: Pool = { capacity, sold: 0, revenue: 0 };
    const granted = { $unset: { [`wish.undecided.${ticketTypeId}`]: '' } };
    const undecided = stillUndecided(eventId, wish, ticketTypeId);
    await this.change({ ...undecided, [pool]: { $exists: false } }, { $set: { [pool]: opened }, ...granted });
    await this.change(
      { ...undecided, [`${pool}.capacity`]: { $lte: capacity } },
      { $set: { [`${pool}.capacity`]: capacity }, ...granted },
    );
  }

  /** Takes units away if no more are sold. False: they are, or the wish is not to be decided any more. */
  async cut(eventId: string, wish: CapacityWish, ticketTypeId: string): Promise<boolean> {
    const capacity = wish.undecided[ticketTypeId];
    if (capacity === undefined) return false;
    return this.change(
      { ...stillUndecided(eventId, wish, ticketTypeId), [`pools.${ticketTypeId}.sold`]: { $lte: capacity } },
      {
        $set: { [`pools.${ticketTypeId}.capacity`]: capacity },
        $unset: { [`wish.undecided.${ticketTypeId}`]: '' },
      },
    );
  }

  /** The old capacity stays. */
  async refuse(eventId: string, wish: CapacityWish, ticketTypeId: string, committed: number): Promise<void> {
    const wished = wish.undecided[ticketTypeId];
    await this.change(stillUndecided(eventId, wish, ticketTypeId), {
      $set: { [`wish.refused.${ticketTypeId}`]: { wished, committed } },
      $unset: { [`wish.undecided.${ticketTypeId}`]: '' },
    });
  }

  /** The decision has been told. */
  async forget(eventId: string, { eventVersion }: CapacityWish): Promise<void> {
    await this.change(
      { _id: eventId, 'wish.eventVersion': eventVersion },
      { $set: { decidedVersion: eventVersion }, $unset: { wish: '' } },
    );
  }

  private async change(filter: object, update: object): Promise<boolean> {
    const { matchedCount } = await this.inventories.updateOne(
      filter as Filter<InventoryDocument>,
      update as UpdateFilter<InventoryDocument>,
    );
    return matchedCount === 1;
  }
}

function stillUndecided(eventId: string, wish: CapacityWish, ticketTypeId: string): object {
  return {
    _id: eventId,
    'wish.eventVersion': wish.eventVersion,
    [`wish.undecided.${ticketTypeId}`]: wish.undecided[ticketTypeId],
  };
}
