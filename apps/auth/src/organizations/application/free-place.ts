import { Injectable } from '@nestjs/common';
import { fail, ok, type Result } from '#kernel';
import { LimitReached, MAX_MEMBERSHIPS } from '../domain/organization.ts';
import { OrganizationsRepository } from '../infrastructure/organizations.repository.ts';

/** Proposes a place for one more membership of a user; the unique index on places decides whether it is still free. */
@Injectable()
export class FreePlace {
  constructor(private readonly organizations: OrganizationsRepository) {}

  async execute(userId: string): Promise<Result<number, LimitReached>> {
    const taken = await this.organizations.placesOf(userId);
    for (let place = 0; place < MAX_MEMBERSHIPS; place++) if (!taken.has(place)) return ok(place);
    return fail(new LimitReached('organizations', MAX_MEMBERSHIPS));
  }
}
