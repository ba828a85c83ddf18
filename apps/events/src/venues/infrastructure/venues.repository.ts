import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db, type WithId } from 'mongodb';
import { z } from 'zod';
import { type Page, pageOf, type PageRequest } from '#kernel';
import { ensureIndexes } from '#persistence';
import { insertAbsent } from '../../persistence/insert-absent.ts';
import { behind, type RelevanceKey, searchPage } from '../../search/search-page.ts';
import type { Venue, VenueChanges } from '../domain/venue.ts';

type VenueDocument = Omit<Venue, 'id'> & { _id: string };

/** The key of lists by name and then by id. */
export const NAME_KEY = z.tuple([z.string(), z.string()]).readonly();
type NameKey = z.output<typeof NAME_KEY>;

@Injectable()
export class VenuesRepository implements OnModuleInit {
  private readonly venues: Collection<VenueDocument>;

  constructor(db: Db) {
    this.venues = db.collection('venues');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.venues, [
      {
        keys: { name: 1, _id: 1 },
        options: { name: 'by-name' },
        serves: '`venues` without words: pages by name',
      },
      {
        keys: { name: 'text', city: 'text' },
        options: {
          name: 'search',
          weights: { name: 10, city: 3 },
          // Names are of many languages: words count as they are, without stems and stop words.
          default_language: 'none',
          language_override: 'textLanguage',
        },
        serves: '`venues` with words',
      },
    ]);
  }

  async add(venue: Venue): Promise<void> {
    await this.venues.insertOne(toDocument(venue));
  }

  /** Adds those that are not there yet, and says which. */
  addAbsent(venues: readonly Venue[]): Promise<ReadonlySet<string>> {
    return insertAbsent(this.venues, venues.map(toDocument));
  }

  /** The venue with other fields; undefined when the organization has no such venue. The last of two changes stands. */
  async change(id: string, organizationId: string, changes: VenueChanges): Promise<Venue | undefined> {
    if (Object.keys(changes).length === 0) return this.find(id);
    const changed = await this.venues.findOneAndUpdate(
      { _id: id, organizationId },
      { $set: changes },
      { returnDocument: 'after' },
    );
    return changed ? fromDocument(changed) : undefined;
  }

  async find(id: string): Promise<Venue | undefined> {
    const found = await this.venues.findOne({ _id: id });
    return found ? fromDocument(found) : undefined;
  }

  /** For a loader: many venues with one query. */
  findMany = async (ids: readonly string[]): Promise<Map<string, Venue>> => {
    const found = await this.venues.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(found.map((document) => [document._id, fromDocument(document)]));
  };

  async byName({ first, after }: PageRequest<NameKey>): Promise<Page<Venue>> {
    const filter = after ? { name: { $gte: after[0] }, ...behind('name', '$gt', ...after) } : {};
    const found = await this.venues.find(filter, { sort: { name: 1, _id: 1 }, limit: first + 1 }).toArray();
    return asVenues(pageOf(found, first, ({ name, _id }): NameKey => [name, _id]));
  }

  /** Those that have all the words in name and city, the most relevant first. */
  async matching(words: readonly string[], page: PageRequest<RelevanceKey>): Promise<Page<Venue>> {
    return asVenues(await searchPage(this.venues, {}, words, page));
  }
}

function asVenues(page: Page<WithId<VenueDocument>>): Page<Venue> {
  return { ...page, items: page.items.map(fromDocument) };
}

function toDocument({ id, ...fields }: Venue): VenueDocument {
  return { _id: id, ...fields };
}

function fromDocument({ _id, ...fields }: WithId<VenueDocument>): Venue {
  return { id: _id, ...withoutScore(fields) };
}

/** A search leaves its score on what it found. */
function withoutScore<T extends object>(found: T & { score?: number }): Omit<T, 'score'> {
  const { score: _score, ...fields } = found;
  return fields;
}
