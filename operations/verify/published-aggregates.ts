import type { ServiceName } from '../house/services.ts';

/** A document that tells of itself by state facts, as far as the check of facts reads it. */
export interface PublishingDocument {
  _id: string;
  version?: number;
  status?: string;
  state?: string;
  decision?: string;
  lastChange?: { version: number };
  outbox?: { topic: string; aggregateId: string; aggregateVersion: number }[];
}

export interface PublishingCollection {
  readonly service: ServiceName;
  readonly collection: string;
  /**
   * Version of the newest fact that the document must have told of; undefined when it has told of nothing, or when that
   * cannot be said just now, because it is between two steps of which only the last is told.
   */
  readonly toldVersion: (document: PublishingDocument) => number | undefined;
  /** Some changes raise the version and are nobody else's business: then the newest fact may be older, never newer. */
  readonly isToldInPart?: boolean;
}

const version = (document: PublishingDocument): number | undefined => document.version || undefined;

/** Steps of an order that raise its version and are nobody else's business. */
const UNTOLD_STATES = ['CLAIMING', 'ISSUING', 'CANCELLING', 'REFUNDING'];

/** Where the documents are whose states stand on a topic, by the topic's name. Ids are the facts' keys. */
export const PUBLISHED_AGGREGATES: Readonly<Record<string, readonly PublishingCollection[]>> = {
  // A password, a code that was mailed.
  'auth.users.v1': [{ service: 'auth', collection: 'users', toldVersion: version, isToldInPart: true }],
  // An invitation.
  'auth.organizations.v1': [
    { service: 'auth', collection: 'organizations', toldVersion: version, isToldInPart: true },
  ],
  'auth.devices.v1': [{ service: 'auth', collection: 'devices', toldVersion: version }],
  'events.events.v1': [
    {
      service: 'events',
      collection: 'events',
      toldVersion: (event) => (event.status === 'DRAFT' ? undefined : event.version),
      // A capacity that was granted (its wish was told), a picture.
      isToldInPart: true,
    },
  ],
  'tickets.orders.v1': [
    {
      service: 'tickets',
      collection: 'orders',
      toldVersion: (order) => (UNTOLD_STATES.includes(order.state ?? '') ? undefined : version(order)),
    },
  ],
  'tickets.tickets.v1': [{ service: 'tickets', collection: 'tickets', toldVersion: version }],
  // A key never changes, and has no version of its own.
  'tickets.keys.v1': [{ service: 'tickets', collection: 'signing_keys', toldVersion: () => 1 }],
  'payments.payments.v1': [{ service: 'payments', collection: 'payments', toldVersion: version }],
  // A price book's version rises with each review; only a change of the price is told.
  'pricing.prices.v1': [
    {
      service: 'pricing',
      collection: 'price_books',
      toldVersion: ({ lastChange }) => lastChange?.version,
    },
  ],
  'checkin.admissions.v1': [
    { service: 'checkin', collection: 'admissions', toldVersion: version },
    // A refusal stands under its scan's own id; an admitted scan is told by its ticket's admission.
    {
      service: 'checkin',
      collection: 'scans',
      toldVersion: ({ decision }) => (decision === undefined || decision === 'ADMITTED' ? undefined : 1),
    },
  ],
};

/** State topics whose facts are no states of one document, and why they cannot be judged so. */
export const NOT_JUDGED: Readonly<Record<string, string>> = {
  'events.plans.v1': 'a fact for each section of a plan, which is one document',
  'tickets.capacities.v1': 'a decision, of which the inventory keeps only the outcome',
};
