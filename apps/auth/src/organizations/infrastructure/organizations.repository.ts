import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { authOrganizations, CATALOGUE_ORGANIZATION_ID } from '#contracts';
import { CLOCK, type Clock } from '#kernel';
import {
  aggregateIn,
  FactFactory,
  type Outboxed,
  outboxIndex,
  OutboxRelay,
  type PendingFact,
} from '#messaging';
import { ensureIndexes, type IndexDefinition, isDuplicateKey } from '#persistence';
import type { Membership, Organization } from '../domain/organization.ts';

type OrganizationDocument = Omit<Organization, 'id'> & Outboxed;

export type OrganizationFactType = keyof typeof authOrganizations.facts;

/** An organization as everybody may see it. */
export type OrganizationName = Pick<Organization, 'id' | 'name' | 'createdAt'>;

const COLLECTION = 'organizations';
const PLACES_INDEX = 'member_places';

const indexes: readonly IndexDefinition[] = [
  {
    keys: { 'members.userId': 1, 'members.slot': 1 },
    options: {
      name: PLACES_INDEX,
      unique: true,
      // An organization without members is none of anybody's.
      partialFilterExpression: { 'members.slot': { $exists: true } },
    },
    serves: 'a user takes each of their places once, which bounds how many organizations they are in',
  },
  {
    keys: { 'members.userId': 1 },
    options: { name: 'members' },
    serves: "a user's memberships, at each sign-in and refresh",
  },
  {
    keys: { 'invitations.id': 1 },
    options: {
      name: 'invitations',
      partialFilterExpression: { 'invitations.id': { $exists: true } },
    },
    serves: 'the organization that a mailed code invites to',
  },
  outboxIndex,
];

@Injectable()
export class OrganizationsRepository implements OnModuleInit {
  private readonly organizations: Collection<OrganizationDocument>;

  constructor(
    db: Db,
    private readonly facts: FactFactory,
    private readonly relay: OutboxRelay,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.organizations = db.collection(COLLECTION);
    relay.watch(COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.organizations, indexes);
    const catalogue = { id: CATALOGUE_ORGANIZATION_ID, name: 'Catalogue', members: [] };
    await this.addIfAbsent({ ...catalogue, version: 1, createdAt: this.clock.now() });
  }

  /** Adding an organization that is there already changes nothing. False when it, or its owner's place, is taken. */
  async addIfAbsent(organization: Organization): Promise<boolean> {
    const { id, ...fields } = organization;
    const fact = this.factOf(organization, 'OrganizationCreated');
    try {
      await this.relay.insert<OrganizationDocument>(COLLECTION, { _id: id, ...fields }, [fact]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /**
   * Writes an organization's next version, with its fact if others are to know, provided that it is still what `before`
   * shows. False when it is not, when a place of a new member was taken meanwhile, or when too many of its facts wait
   * for Kafka: nothing was changed then.
   */
  async save(before: Organization, after: Organization, factType?: OrganizationFactType): Promise<boolean> {
    // Setting is enough: no command takes a field away from an organization.
    const { id, ...fields } = after;
    const facts = factType ? [this.factOf(after, factType)] : [];
    const unchanged = { _id: id, version: before.version };
    try {
      return await this.relay.update<OrganizationDocument>(COLLECTION, unchanged, { $set: fields }, facts);
    } catch (error) {
      if (isDuplicateKey(error, PLACES_INDEX)) return false;
      throw error;
    }
  }

  async find(id: string): Promise<Organization | undefined> {
    return (await this.findMany([id])).get(id);
  }

  /** For a loader: whole organizations, with their members and invitations. */
  findMany = async (ids: readonly string[]): Promise<Map<string, Organization>> => {
    const found = await this.organizations.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(found.map((document) => [document._id, aggregateIn(document)]));
  };

  /** For a loader: what everybody may see, without up to 500 members each. */
  findManyNames = async (ids: readonly string[]): Promise<Map<string, OrganizationName>> => {
    const found = await this.organizations
      .find({ _id: { $in: [...ids] } }, { projection: { name: 1, createdAt: 1 } })
      .toArray();
    return new Map(found.map(({ _id, name, createdAt }) => [_id, { id: _id, name, createdAt }]));
  };

  /** Where the invitation is open, or where the user came by it. */
  async findByInvitation(invitationId: string, userId: string): Promise<Organization | undefined> {
    const open = await this.organizations.findOne({ 'invitations.id': invitationId });
    const found =
      open ??
      (await this.organizations.findOne({ members: { $elemMatch: { userId, 'cameBy.id': invitationId } } }));
    return found ? aggregateIn(found) : undefined;
  }

  /** The places that the user's memberships take. */
  async placesOf(userId: string): Promise<ReadonlySet<number>> {
    const found = await this.organizations
      .find({ 'members.userId': userId }, { projection: { members: { $elemMatch: { userId } } } })
      .toArray();
    return new Set(found.flatMap(({ members }) => members.map(({ slot }) => slot)));
  }

  async membershipsOf(userId: string): Promise<Membership[]> {
    const found = await this.organizations
      .find({ 'members.userId': userId }, { projection: { members: { $elemMatch: { userId } } } })
      .toArray();
    return found.flatMap(({ _id, members }) => members.map(({ role }) => ({ organizationId: _id, role })));
  }

  /** For a loader: the memberships of many users with one query. */
  membershipsOfMany = async (userIds: readonly string[]): Promise<Map<string, Membership[]>> => {
    const memberships = new Map<string, Membership[]>(userIds.map((userId) => [userId, []]));
    const found = await this.organizations
      .find(
        { 'members.userId': { $in: [...userIds] } },
        { projection: { 'members.userId': 1, 'members.role': 1 } },
      )
      .toArray();
    for (const { _id, members } of found) {
      for (const { userId, role } of members) memberships.get(userId)?.push({ organizationId: _id, role });
    }
    return memberships;
  };

  private factOf(organization: Organization, type: OrganizationFactType): PendingFact {
    const { id, name, members, createdAt } = organization;
    return this.facts.create(authOrganizations, type, organization, {
      organizationId: id,
      name,
      members: members.map(({ userId, role }) => ({ userId, role })),
      createdAt: createdAt.toISOString(),
    });
  }
}
