import { changeSince, type SeatMapChange } from '../domain/seat-map.ts';
import type { OpenBoard } from '../infrastructure/seat-boards.ts';

/** Changes that come closer together are told together, to all who watch. */
const READ_EVERY_MS = 100;
/** Holds end without anybody touching them, and a hint may be lost. */
const LOOK_EVERY_MS = 1_000;

/** The seats of one event in this process, as long as anybody watches them. */
export class SeatWatch {
  private readonly readers = new Set<SeatMapStream>();
  private lastReadAt = -Infinity;
  private planned: NodeJS.Timeout | undefined;
  private readonly timer: NodeJS.Timeout;

  /** `read` brings the board up to date with a moment; undefined when that cannot be done now. */
  constructor(
    private current: OpenBoard,
    private readonly read: (moment: number) => Promise<OpenBoard | undefined>,
    private readonly onIdle: () => void,
  ) {
    this.timer = setInterval(() => this.hint(), LOOK_EVERY_MS);
  }

  /** Something may have changed. */
  hint(): void {
    const waitMs = Math.max(this.lastReadAt + READ_EVERY_MS - performance.now(), 0);
    this.planned ??= setTimeout(() => void this.look(), waitMs);
  }

  join(since: number | undefined): SeatMapStream {
    const stream = new SeatMapStream(this, since, () => this.leave(stream));
    this.readers.add(stream);
    return stream;
  }

  /** Undefined when who knows this version knows all there is, or what is sold has changed: the next look tells of it. */
  newsSince(version: number | undefined): SeatMapChange | undefined {
    const { board, seating } = this.current;
    if (version === board.version || board.seating !== seating.token) return undefined;
    return changeSince(board, seating, version);
  }

  private leave(stream: SeatMapStream): void {
    this.readers.delete(stream);
    if (this.readers.size > 0) return;
    clearInterval(this.timer);
    clearTimeout(this.planned);
    this.onIdle();
  }

  private async look(): Promise<void> {
    this.lastReadAt = performance.now();
    this.planned = undefined;
    // A failure is no news: the next look comes within a second.
    this.current = (await this.read(this.lastReadAt).catch(() => undefined)) ?? this.current;
    for (const reader of this.readers) reader.wake();
  }
}

/**
 * The changes of a seat map for one reader. Nothing waits for a reader: whenever it asks, it is told what has changed since
 * it last did, each seat once, or everything when that is too long ago.
 */
export class SeatMapStream implements AsyncIterableIterator<SeatMapChange, undefined> {
  private waiting: PromiseWithResolvers<void> | undefined;
  private ended = false;

  constructor(
    private readonly watch: SeatWatch,
    /** The version that the reader knows; undefined before it was told anything. */
    private version: number | undefined,
    private readonly onEnd: () => void,
  ) {}

  wake(): void {
    this.waiting?.resolve();
  }

  async next(): Promise<IteratorResult<SeatMapChange, undefined>> {
    while (!this.ended) {
      const change = this.watch.newsSince(this.version);
      if (change) {
        this.version = change.version;
        return { value: change, done: false };
      }
      this.waiting = Promise.withResolvers<void>();
      await this.waiting.promise;
    }
    return { value: undefined, done: true };
  }

  return(): Promise<IteratorResult<SeatMapChange, undefined>> {
    if (!this.ended) {
      this.ended = true;
      this.onEnd();
      this.wake();
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
