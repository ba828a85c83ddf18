import { Injectable } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { insertAbsent } from '../../persistence/insert-absent.ts';
import type { Place } from '../domain/place.ts';

type PlaceDocument = Omit<Place, 'id'> & { _id: string };

/** Asked by id only, so the primary key is its only index. */
@Injectable()
export class PlacesRepository {
  private readonly places: Collection<PlaceDocument>;

  constructor(db: Db) {
    this.places = db.collection('places');
  }

  /** Adds those that are not there yet, and says which. */
  addAbsent(places: readonly Place[]): Promise<ReadonlySet<string>> {
    return insertAbsent(
      this.places,
      places.map(({ id, ...fields }) => ({ _id: id, ...fields })),
    );
  }
}
