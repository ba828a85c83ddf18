import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { authOrganizations, CATALOGUE_ORGANIZATION_ID } from '#contracts';
import { CLOCK, type Clock } from '#kernel';
import { FactFactory, type Outboxed, outboxIndex, outboxOf, OutboxRelay } from '#messaging';
import { ensureIndexes, isDuplicateKey } from '#persistence';
import type { Membership, Organization } from '../domain/organization.ts';

type OrganizationDocument = Omit<Organization, 'id'> & Outboxed;

const COLLECTION = 'organizations';

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
    await ensureIndexes(this.organizations, [
      {
        keys: { 'members.userId': 1 },
        options: { name: 'members' },
        serves: "a user's memberships, at each sign-in",
      },
      outboxIndex,
    ]);
    const catalogue = { id: CATALOGUE_ORGANIZATION_ID, name: 'Catalogue', members: [] };
    await this.addIfAbsent({ ...catalogue, version: 1, createdAt: this.clock.now() });
  }

  /** Adding an organization that is there already changes nothing. */
  async addIfAbsent(organization: Organization): Promise<void> {
    const { id, ...fields } = organization;
    const fact = this.facts.create(authOrganizations, 'OrganizationCreated', organization, {
      organizationId: id,
      name: organization.name,
      members: [...organization.members],
      createdAt: organization.createdAt.toISOString(),
    });
    try {
      await this.organizations.insertOne({ _id: id, ...fields, ...outboxOf([fact], organization.createdAt) });
    } catch (error) {
      if (isDuplicateKey(error)) return;
      throw error;
    }
    this.relay.publishSoon(COLLECTION, id);
  }

  async membershipsOf(userId: string): Promise<Membership[]> {
    const found = await this.membershipsOfMany([userId]);
    return found.get(userId) ?? [];
  }

  /** For a loader: the memberships of many users with one query. */
  membershipsOfMany = async (userIds: readonly string[]): Promise<Map<string, Membership[]>> => {
    const found = await this.organizations
      .find({ 'members.userId': { $in: [...userIds] } }, { projection: { members: 1 } })
      .toArray();
    const memberships = new Map<string, Membership[]>();
    for (const { _id, members } of found) {
      for (const { userId, role } of members) {
        const known = memberships.get(userId) ?? [];
        memberships.set(userId, [...known, { organizationId: _id, role }]);
      }
    }
    return memberships;
  };

  findMany = async (ids: readonly string[]): Promise<Map<string, Organization>> => {
    const found = await this.organizations.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(
      found.map(({ _id, name, members, version, createdAt }) => [
        _id,
        { id: _id, name, members, version, createdAt },
      ]),
    );
  };
}
