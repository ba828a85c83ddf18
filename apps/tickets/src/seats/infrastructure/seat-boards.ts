import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  type EventCopy,
  EventCopiesRepository,
} from '../../events/infrastructure/event-copies.repository.ts';
import { StockLoader } from '../../inventory/infrastructure/stock-loader.ts';
import { Stock } from '../../inventory/infrastructure/stock.ts';
import type { EventSeating } from '../domain/event-seating.ts';
import { SeatBoard } from './seat-board.ts';
import { Seatings } from './seatings.ts';

/** One of 60,000 seats takes 60 KB. */
const MAX_BOARDS = 500;

/** A board with the seating that its letters are of. */
export interface OpenBoard {
  readonly board: SeatBoard;
  readonly seating: EventSeating;
}

@Injectable()
export class SeatBoards {
  private readonly boards = new LRUCache<string, SeatBoard>({ max: MAX_BOARDS });

  constructor(
    private readonly events: EventCopiesRepository,
    private readonly seatings: Seatings,
    private readonly stock: Stock,
    private readonly stockLoader: StockLoader,
  ) {}

  /**
   * The board of an event, as new as a moment of `performance.now()`. Undefined for an event that sells no seats, and
   * while its plan is on its way or its stock cannot be loaded.
   */
  async open(event: EventCopy, moment: number): Promise<OpenBoard | undefined> {
    const { _id: eventId } = event;
    const seating = await this.seatings.of(event);
    const board = this.boardOf(eventId);
    if (!seating || !(await board.readSince(moment))) return undefined;
    if (board.seating === seating.token) return { board, seating };
    return this.reconcile(eventId, board);
  }

  /** Either the event is remembered as it was a moment ago, or its stock was built before it changed. */
  private async reconcile(eventId: string, board: SeatBoard): Promise<OpenBoard | undefined> {
    const event = await this.events.find(eventId);
    const seating = event && (await this.seatings.of(event));
    if (!seating) return undefined;
    if (board.seating !== seating.token) {
      await this.stockLoader.invalidate([eventId]);
      if (!(await board.readSince(performance.now()))) return undefined;
    }
    return board.seating === seating.token ? { board, seating } : undefined;
  }

  private boardOf(eventId: string): SeatBoard {
    const known = this.boards.get(eventId);
    if (known) return known;
    const board = new SeatBoard(eventId, this.stock);
    this.boards.set(eventId, board);
    return board;
  }
}
