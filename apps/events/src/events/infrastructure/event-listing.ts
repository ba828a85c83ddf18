import { Injectable } from '@nestjs/common';
import { type Collection, Db, type Filter, type WithId } from 'mongodb';
import { decodeCursor, fail, InvalidInput, ok, type Page, type PageRequest, type Result } from '#kernel';
import { PAGE_MAX_AGE_MS, RecentAnswers } from '#persistence';
import { afterKey, notACursor, pageOf, searchPage } from '../../search/search-page.ts';
import { type Event, MAX_DURATION_MS } from '../domain/event.ts';
import type { EventFilter } from '../domain/event-filter.ts';
import { type EventDocument, EVENTS_COLLECTION, fromDocument } from './event-document.ts';

type Found = Result<Page<WithId<EventDocument>>, InvalidInput>;
type Listed = Result<Page<Event>, InvalidInput>;

/** Pages of at most 100 events each. */
const RECENT_PAGES = 300;

/** The lists of events. Each is ordered by a key that does not change once an event is in the list. */
@Injectable()
export class EventListing {
  private readonly events: Collection<EventDocument>;
  private readonly recentPages = new RecentAnswers<Listed>({
    maxAgeMs: PAGE_MAX_AGE_MS,
    maxEntries: RECENT_PAGES,
  });

  constructor(db: Db) {
    this.events = db.collection(EVENTS_COLLECTION);
  }

  /**
   * Published events that have not ended at `now`: soonest first, or with words the most relevant first. The page that
   * everybody opens is at most a second old.
   */
  upcoming(filter: EventFilter, words: readonly string[], page: PageRequest, now: Date): Promise<Listed> {
    const key = JSON.stringify([filter, words, page]);
    return this.recentPages.of(key, () => this.readUpcoming(filter, words, page, now));
  }

  private async readUpcoming(
    filter: EventFilter,
    words: readonly string[],
    page: PageRequest,
    now: Date,
  ): Promise<Listed> {
    const found =
      words.length > 0
        ? await searchPage(this.events, queryOf(filter, now), words, page)
        : await this.soonestFirst(queryOf(filter, now), page);
    return asEvents(found);
  }

  /** All events of an organization, newest first. */
  async ofOrganization(organizationId: string, { first, after }: PageRequest): Promise<Listed> {
    const key = instantKey(after);
    if (!key.ok) return key;
    const behind = key.value ? afterKey('createdAt', '$lt', key.value, '$lt') : {};
    const found = await this.events
      .find({ organizationId, ...behind }, { sort: { createdAt: -1, _id: -1 }, limit: first + 1 })
      .toArray();
    return asEvents(ok(pageOf(found, first, ({ createdAt, _id }) => [createdAt.toISOString(), _id])));
  }

  private async soonestFirst(query: Filter<EventDocument>, { first, after }: PageRequest): Promise<Found> {
    const key = instantKey(after);
    if (!key.ok) return key;
    // `$gte` bounds the index; what lies behind the cursor among equal instants is for `afterKey` to say.
    const behind = key.value
      ? { $and: [{ startsAt: { $gte: key.value[0] } }, afterKey('startsAt', '$gt', key.value)] }
      : {};
    const found = await this.events
      .find({ ...query, ...behind }, { sort: { startsAt: 1, _id: 1 }, limit: first + 1 })
      .toArray();
    return ok(pageOf(found, first, ({ startsAt, _id }) => [startsAt.toISOString(), _id]));
  }
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

/** A cursor's (instant, id), or undefined when there is no cursor. */
function instantKey(cursor: string | undefined): Result<[Date, string] | undefined, InvalidInput> {
  if (cursor === undefined) return ok(undefined);
  const [instant, id] = decodeCursor(cursor, ['string', 'string']) ?? [];
  const at = new Date(instant ?? Number.NaN);
  if (typeof id !== 'string' || Number.isNaN(at.getTime())) return fail(notACursor());
  return ok([at, id]);
}

function asEvents(found: Found): Listed {
  return found.ok ? ok({ ...found.value, items: found.value.items.map(fromDocument) }) : found;
}
