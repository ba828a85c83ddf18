import type { Consumer } from 'kafkajs';
import type { Logger } from '#observability';

/** How much may be read again after a crash: consumers are idempotent, so it costs only time. */
const COMMIT_EVERY_MS = 500;

interface Handled {
  readonly topic: string;
  readonly partition: number;
  /** Of the last message that was handled. */
  readonly offset: bigint;
}

/**
 * Tells Kafka now and then how far a group has come. kafkajs does so after every batch, which in a quiet service is after
 * every fact: a commit cost the broker more than the fact itself.
 */
export class OffsetCommits {
  private readonly handled = new Map<string, Handled>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly consumer: Pick<Consumer, 'commitOffsets'>,
    private readonly logger: Logger,
  ) {}

  /** Everything in the partition up to this message has been dealt with. */
  note(topic: string, partition: number, offset: string): void {
    this.handled.set(`${topic}:${partition}`, { topic, partition, offset: BigInt(offset) });
    this.timer ??= setTimeout(() => void this.commit(), COMMIT_EVERY_MS);
  }

  /** To be called when the group was joined anew: partitions may belong to others now, who read on from the last commit. */
  forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.handled.clear();
  }

  /** A commit that fails is made good by a later one, or by reading again. */
  async commit(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const offsets = [...this.handled.values()].map(({ topic, partition, offset }) => ({
      topic,
      partition,
      offset: String(offset + 1n),
    }));
    this.handled.clear();
    if (offsets.length === 0) return;
    try {
      await this.consumer.commitOffsets(offsets);
    } catch (error) {
      this.logger.debug({ err: error }, 'offsets could not be committed; their facts may be read again');
    }
  }
}
