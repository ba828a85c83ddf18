import { Injectable } from '@nestjs/common';
import { grouped, type Question } from '#persistence';
import type { Sale } from '../inventory/domain/sale.ts';
import { InventoryRepository } from '../inventory/infrastructure/inventory.repository.ts';
import { SalesLogRepository } from '../inventory/infrastructure/sales-log.repository.ts';

/** Sales that are read at once. */
export const PAGE = 200;

/** A place in an event's sales log. */
interface Place {
  readonly eventId: string;
  readonly seq: number;
}

/** The sales of events as the log has them. A hint wakes all who watch an event: one reading serves them. */
@Injectable()
export class LoggedSales {
  private readonly pages: Question<readonly Sale[]>;

  constructor(
    private readonly inventories: InventoryRepository,
    private readonly log: SalesLogRepository,
  ) {
    this.pages = grouped((places) => this.pagesAfter(places));
  }

  /** The sales of an event after a place, oldest first: at most {@link PAGE}, of the time of the call or later. */
  async after(place: Place): Promise<readonly Sale[]> {
    const key = keyOf(place);
    return (await this.pages([key])).get(key) ?? [];
  }

  private async pagesAfter(keys: readonly string[]): Promise<ReadonlyMap<string, readonly Sale[]>> {
    const places = keys.map(placeOf);
    const eventIds = [...new Set(places.map(({ eventId }) => eventId))];
    const ends = new Map(await Promise.all(eventIds.map(async (id) => [id, await this.endOf(id)] as const)));
    const pages = await Promise.all(
      places.map(({ eventId, seq }) => this.pageBetween({ eventId, seq }, ends.get(eventId) ?? 0)),
    );
    return new Map(keys.map((key, i) => [key, pages[i] ?? []]));
  }

  /** What is noted as logged stands in the log: a place that another process is writing just now is not read around. */
  private async endOf(eventId: string): Promise<number> {
    return (await this.inventories.placesOf(eventId))?.logged ?? 0;
  }

  private async pageBetween({ eventId, seq }: Place, end: number): Promise<readonly Sale[]> {
    return end > seq ? this.log.between(eventId, seq, end, PAGE) : [];
  }
}

function keyOf({ eventId, seq }: Place): string {
  return `${eventId}:${seq}`;
}

function placeOf(key: string): Place {
  const end = key.lastIndexOf(':');
  return { eventId: key.slice(0, end), seq: Number(key.slice(end + 1)) };
}
