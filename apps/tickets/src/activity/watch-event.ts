import { Inject, Injectable } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { failureError, type BoundedStream } from '#graphql';
import {
  fail,
  InvalidInput,
  NotFound,
  type NotPermitted,
  NotSignedIn,
  ok,
  parseInput,
  type Result,
} from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { notAllowed, type Viewer } from '#security';
import { TICKETS_CONFIG, type TicketsConfig } from '../config.ts';
import { EventCopiesRepository } from '../events/infrastructure/event-copies.repository.ts';
import { InventoryRepository } from '../inventory/infrastructure/inventory.repository.ts';
import { SalesLogRepository } from '../inventory/infrastructure/sales-log.repository.ts';
import { OrganizationCopiesRepository } from '../members/infrastructure/organization-copies.repository.ts';
import { ActivityFeed } from './activity-feed.ts';
import { EventWatch, type Seen } from './event-watch.ts';
import { ResumeExpired } from './failures.ts';
import { LoggedSales } from './logged-sales.ts';

const resumeInput = z.object({ resume: z.int().min(0).nullish() });

export interface WatchRequest {
  readonly eventId: string;
  /** The last place in the sales log that the client has got; undefined for what happens from now on. */
  readonly resume: unknown;
  /** Who asks, at any later moment. @throws when the token's time is over */
  viewerNow(): Promise<Viewer | undefined>;
}

export type WatchFailure = NotSignedIn | NotFound | NotPermitted | InvalidInput | ResumeExpired;

/**
 * Follows an event live, for as long as its viewer's token is good and they are a member of its organization: both are
 * looked at again and again, and with them the sales log, in case a hint was lost.
 */
@Injectable()
export class WatchEvent {
  constructor(
    private readonly events: EventCopiesRepository,
    private readonly organizations: OrganizationCopiesRepository,
    private readonly inventories: InventoryRepository,
    private readonly log: SalesLogRepository,
    private readonly sales: LoggedSales,
    private readonly feed: ActivityFeed,
    @Inject(TICKETS_CONFIG) private readonly config: TicketsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(request: WatchRequest): Promise<Result<BoundedStream<Seen>, WatchFailure>> {
    const { eventId } = request;
    const input = parseInput(resumeInput, { resume: request.resume });
    if (!input.ok) return input;
    const allowed = await this.requireWatcher(request);
    if (!allowed.ok) return allowed;
    const start = await this.startOf(eventId, input.value.resume ?? undefined);
    if (!start.ok) return start;
    const ended = Promise.withResolvers<void>();
    const watch = new EventWatch(
      start.value,
      (seq) => this.sales.after({ eventId, seq }),
      ended.resolve,
      (error) => this.logger.warn({ err: error, eventId }, 'the sales log is read again later'),
    );
    const stop = await this.feed.subscribe(eventId, watch);
    const checks = setInterval(
      () => void this.check(request, watch),
      this.config.CHECK_STREAMS_SECONDS * 1_000,
    );
    // If Redis is away just then, there is nothing to unsubscribe from.
    void ended.promise
      .then(() => clearInterval(checks))
      .then(stop)
      .catch(() => undefined);
    watch.salesLogged();
    return ok(watch.stream);
  }

  private async requireWatcher({
    eventId,
    viewerNow,
  }: WatchRequest): Promise<Result<Viewer, NotSignedIn | NotFound | NotPermitted>> {
    const viewer = await viewerNow();
    if (!viewer)
      return fail(new NotSignedIn('Sign in first: send `authorization` in the connection parameters.'));
    const event = await this.events.findRecent(eventId);
    if (!event) return fail(new NotFound('event', eventId));
    if (await this.organizations.mayDoNow(viewer, 'WATCH_SALES', event.organizationId)) return ok(viewer);
    return fail(notAllowed('WATCH_SALES'));
  }

  private async startOf(
    eventId: string,
    resume: number | undefined,
  ): Promise<Result<number, InvalidInput | ResumeExpired>> {
    const { seq = 0, logged = 0 } = (await this.inventories.placesOf(eventId)) ?? {};
    if (resume === undefined) return ok(logged);
    if (resume > seq) return fail(new InvalidInput('resume', `resume: the event's last \`seq\` is ${seq}`));
    const [next] = await this.log.between(eventId, resume, logged, 1);
    const isWhole = resume >= logged || next?.seq === resume + 1;
    return isWhole ? ok(resume) : fail(new ResumeExpired(resume));
  }

  /** What cannot be judged now, for want of an engine, is judged the next time. */
  private async check(request: WatchRequest, watch: EventWatch): Promise<void> {
    try {
      const allowed = await this.requireWatcher(request);
      if (allowed.ok) watch.salesLogged();
      else watch.stream.fail(failureError(allowed.failure));
    } catch (error) {
      if (error instanceof GraphQLError) watch.stream.fail(error);
      else this.logger.warn({ err: error, eventId: request.eventId }, 'a live stream could not be checked');
    }
  }
}
