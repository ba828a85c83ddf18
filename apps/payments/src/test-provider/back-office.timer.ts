import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { Decisions } from './decisions.ts';
import { type IntentDocument, IntentBook } from './intent-book.ts';
import { OwnAddress } from './own-address.ts';
import { TestWebhooks } from './test-webhooks.ts';

const EVERY_MS = 250;
/** Intents looked at in one round. */
const BATCH = 50;
/** How long one webhook may take to be answered. */
const PATIENCE_MS = 5_000;
/** The next try comes after this long, then twice as long each time; after so many tries the event is given up. */
const FIRST_RETRY_MS = 1_000;
const MAX_TRIES = 8;

/**
 * What goes on at the test provider while nobody calls it: it decides what it has left undecided, and sends its webhooks
 * until they are answered. They go straight to the service in which it lives, as signed HTTP requests.
 */
@Injectable()
export class BackOfficeTimer extends Sweep {
  constructor(
    private readonly book: IntentBook,
    private readonly decisions: Decisions,
    private readonly webhooks: TestWebhooks,
    private readonly own: OwnAddress,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    super(
      { everyMs: EVERY_MS, whenItFails: 'the back office of the test provider failed; it goes on' },
      logger,
    );
  }

  protected async round(): Promise<void> {
    await this.decisions.decideDue(BATCH);
    await this.decisions.takeBackDue(BATCH);
    await this.decisions.disputeDue(BATCH);
    const due = this.book.intents.whole.find({ announceAt: { $lte: this.clock.now() } }).limit(BATCH);
    await Promise.all((await due.toArray()).map((intent) => this.announce(intent)));
  }

  /** Several instances may send the same event: receivers know it by its id. */
  private async announce(intent: IntentDocument): Promise<void> {
    const { _id, events = [], announceTries = 0, announceAt } = intent;
    const hasArrived = await this.sendAll(intent);
    const isOver = hasArrived || announceTries + 1 >= MAX_TRIES;
    const next = new Date(this.clock.now().getTime() + FIRST_RETRY_MS * 2 ** announceTries);
    await this.book.intents.updateOne(
      { _id, announceAt },
      isOver
        ? {
            $pull: { events: { id: { $in: events.map(({ id }) => id) } } },
            $unset: { announceAt: '', announceTries: '' },
          }
        : { $set: { announceAt: next, announceTries: announceTries + 1 } },
    );
  }

  private async sendAll(intent: IntentDocument): Promise<boolean> {
    const sending = (intent.events ?? []).flatMap((event) => {
      const webhook = this.webhooks.write(event, intent, this.clock.now());
      return Array.from({ length: event.copies }, () => this.send(webhook));
    });
    return (await Promise.all(sending)).every(Boolean);
  }

  private async send({ body, headers }: { body: Buffer; headers: Record<string, string> }): Promise<boolean> {
    const { origin } = this.own;
    if (!origin) return false;
    try {
      const answer = await fetch(`${origin}/webhooks/test`, {
        method: 'POST',
        body: new Uint8Array(body),
        headers,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await answer.body?.cancel();
      return answer.ok;
    } catch (error) {
      this.logger.debug({ err: error }, 'a webhook of the test provider was not answered');
      return false;
    }
  }
}
