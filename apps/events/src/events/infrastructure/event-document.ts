import type { WithId } from 'mongodb';
import { type IndexDefinition } from '#persistence';
import { aggregateIn, outboxIndex, type Outboxed } from '#messaging';
import { DEFAULT_CATEGORY } from '../domain/category.ts';
import type { Event } from '../domain/event.ts';

/** An event with its ticket types, and its facts on their way to Kafka: one document, one write. */
export type EventDocument = Omit<Event, 'id'> & Outboxed;

export const EVENTS_COLLECTION = 'events';

export const eventIndexes: readonly IndexDefinition[] = [
  {
    keys: { status: 1, startsAt: 1, _id: 1 },
    options: { name: 'listing' },
    serves: '`events` without words, soonest first; a filter by mode is applied to what it finds',
  },
  {
    keys: { status: 1, country: 1, startsAt: 1, _id: 1 },
    options: { name: 'listing-by-country' },
    serves: '`events` filtered by country',
  },
  {
    keys: { status: 1, keywords: 1, startsAt: 1, _id: 1 },
    options: { name: 'listing-by-keyword' },
    serves: '`events` filtered by keyword',
  },
  {
    keys: { status: 1, category: 1, startsAt: 1, _id: 1 },
    options: { name: 'listing-by-category' },
    serves: '`events` filtered by category',
  },
  {
    keys: {
      status: 1,
      name: 'text',
      keywords: 'text',
      'venue.name': 'text',
      city: 'text',
      description: 'text',
    },
    options: {
      name: 'search',
      weights: { name: 10, keywords: 5, 'venue.name': 3, city: 3, description: 1 },
      // Events are in many languages: words count as they are, without stems and stop words. An event's own
      // `language` is no instruction to the index, which knows few languages and refuses the others.
      default_language: 'none',
      language_override: 'textLanguage',
    },
    serves: '`events` with words',
  },
  {
    keys: { organizationId: 1, createdAt: -1, _id: -1 },
    options: { name: 'organization' },
    serves: '`organizationEvents`, newest first',
  },
  {
    keys: { 'ticketTypes.id': 1 },
    options: { name: 'ticket-types' },
    serves: 'the reference resolver of TicketType',
  },
  {
    keys: { 'images.id': 1 },
    options: { name: 'images', partialFilterExpression: { 'images.id': { $exists: true } } },
    serves: 'the address of an image; the sweep that looks for images which no event shows',
  },
  outboxIndex,
];

/** What events of builds before these fields do not say. */
const WITHOUT_A_VALUE = { category: DEFAULT_CATEGORY, images: [] };

export function toDocument({ id, ...fields }: Event): EventDocument {
  return { _id: id, ...fields };
}

export function fromDocument(document: WithId<EventDocument> & { score?: number }): Event {
  const { score: _score, ...event } = aggregateIn(document);
  return { ...WITHOUT_A_VALUE, ...event };
}
