import { Injectable } from '@nestjs/common';
import { type Collection, Db, type Filter, type WithId } from 'mongodb';
import { type InstantKey, type Page, pageOf, type PageRequest } from '#kernel';
import { newestFirst, PAGE_MAX_AGE_MS, RecentAnswers } from '#persistence';
import { behind, type RelevanceKey, searchPage } from '../../search/search-page.ts';
import { type Event, MAX_DURATION_MS } from '../domain/event.ts';
import type { EventFilter } from '../domain/event-filter.ts';
import { type EventDocument, EVENTS_COLLECTION, fromDocument } from './event-document.ts';

/** Pages of at most 100 events each. */
const RECENT_PAGES = 300;

/** The lists of events. Each is ordered by a key that does not change once an event is in the list. */
@Injectable()
export class EventListing {
  private readonly events: Collection<EventDocument>;
  private readonly recentPages = new RecentAnswers<Page<Event>>({
    maxAgeMs: PAGE_MAX_AGE_MS,
    maxEntries: RECENT_PAGES,
  });

  constructor(db: Db) {
    this.events = db.collection(EVENTS_COLLECTION);
  }

  /** Published events that have not ended at `now`, soonest first. */
  upcoming(filter: EventFilter, page: PageRequest, now: Date): Promise<Page<Event>> {
    return this.recently([filter, page], () => this.soonestFirst(queryOf(filter, now), page));
  }

  /** Those of them that hold every one of the words, the most relevant first. */
  matching(
    filter: EventFilter,
    words: readonly string[],
    page: PageRequest<RelevanceKey>,
    now: Date,
  ): Promise<Page<Event>> {
    return this.recently([filter, page, words], () =>
      searchPage(this.events, queryOf(filter, now), words, page),
    );
  }

  /** All events of an organization, newest first. */
  async ofOrganization(organizationId: string, request: PageRequest): Promise<Page<Event>> {
    const { documents, ...page } = await newestFirst(this.events, { organizationId }, 'createdAt', request);
    return { ...page, items: documents.map(fromDocument) };
  }

  /** The pages that everybody opens are at most a second old. */
  private recently(
    question: readonly unknown[],
    read: () => Promise<Page<WithId<EventDocument>>>,
  ): Promise<Page<Event>> {
    return this.recentPages.of(JSON.stringify(question), async () => {
      const page = await read();
      return { ...page, items: page.items.map(fromDocument) };
    });
  }

  private async soonestFirst(
    query: Filter<EventDocument>,
    { first, after }: PageRequest,
  ): Promise<Page<WithId<EventDocument>>> {
    const found = await this.events
      .find(
        { ...query, ...(after ? laterThan(after) : {}) },
        { sort: { startsAt: 1, _id: 1 }, limit: first + 1 },
      )
      .toArray();
    return pageOf(found, first, ({ startsAt, _id }): InstantKey => [startsAt.getTime(), _id]);
  }
}

/** `$gte` bounds the index; what lies behind the cursor among equal instants is for `behind` to say. */
function laterThan([ms, id]: InstantKey): Filter<EventDocument> {
  const last = new Date(ms);
  return { $and: [{ startsAt: { $gte: last } }, behind('startsAt', '$gt', last, id)] };
}

function queryOf(
  { mode, category, country, keyword, startsFrom, startsBefore }: EventFilter,
  now: Date,
): Filter<EventDocument> {
  // An event that has not ended began at most its longest duration ago: this spares the index all of history.
  const earliest = new Date(now.getTime() - MAX_DURATION_MS);
  const from = startsFrom && startsFrom > earliest ? startsFrom : earliest;
  return {
    status: 'PUBLISHED',
    endsAt: { $gt: now },
    startsAt: { $gte: from, ...(startsBefore ? { $lt: startsBefore } : {}) },
    ...(mode ? { mode } : {}),
    ...(category ? { category } : {}),
    ...(country ? { country } : {}),
    ...(keyword ? { keywords: keyword } : {}),
  };
}
