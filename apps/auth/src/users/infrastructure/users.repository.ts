import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db, type Filter } from 'mongodb';
import { authUsers, type Role } from '#contracts';
import { fail, normalizeSearch, ok, type Page, type PageRequest, type Result } from '#kernel';
import { FactFactory, OutboxRelay } from '#messaging';
import { beginningWith, ensureIndexes, isDuplicateKey, newestFirst } from '#persistence';
import { type CodePurpose, EmailTaken, type User } from '../domain/user.ts';
import {
  fromDocument,
  publicUser,
  toDocument,
  type UserDocument,
  userIndexes,
  USERS_COLLECTION,
} from './user-document.ts';

export type UserFactType = keyof typeof authUsers.facts;

/** Which users a list shows; all of them without a wish. */
export interface UserSelection {
  readonly role?: Role;
  /** The beginning of an address, a name or a word of it. */
  readonly search?: string;
}

@Injectable()
export class UsersRepository implements OnModuleInit {
  private readonly users: Collection<UserDocument>;

  constructor(
    db: Db,
    private readonly facts: FactFactory,
    private readonly relay: OutboxRelay,
  ) {
    this.users = db.collection(USERS_COLLECTION);
    relay.watch(USERS_COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.users, userIndexes);
  }

  /** The unique index decides whether the address is free. */
  async add(user: User): Promise<Result<User, EmailTaken>> {
    const fact = this.facts.create(authUsers, 'UserRegistered', user, publicUser(user));
    try {
      await this.relay.insert<UserDocument>(USERS_COLLECTION, toDocument(user), [fact]);
    } catch (error) {
      if (isDuplicateKey(error, 'email')) return fail(new EmailTaken());
      throw error;
    }
    return ok(user);
  }

  /**
   * Writes a user's next version, with its fact if others are to know, provided that they are still what `before` shows.
   * False when they are not, or when too many of their facts wait for Kafka: nothing was changed then.
   */
  async save(before: User, after: User, factType?: UserFactType): Promise<boolean> {
    const { _id, ...fields } = toDocument(after);
    const gone = Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [field] : []));
    const change = { $set: fields, ...(gone.length > 0 ? { $unset: unsetOf(gone) } : {}) };
    const facts = factType ? [this.facts.create(authUsers, factType, after, publicUser(after))] : [];
    const unchanged = { _id, version: before.version };
    return this.relay.update<UserDocument>(USERS_COLLECTION, unchanged, change, facts);
  }

  async findByEmail(email: string): Promise<User | undefined> {
    return toUser(await this.users.findOne({ email }));
  }

  async findByCode(purpose: CodePurpose, codeId: string): Promise<User | undefined> {
    return toUser(await this.users.findOne({ [`codes.${purpose}.id`]: codeId } as Filter<UserDocument>));
  }

  async find(id: string): Promise<User | undefined> {
    return toUser(await this.users.findOne({ _id: id }));
  }

  /** For a loader: many users with one query. */
  findMany = async (ids: readonly string[]): Promise<Map<string, User>> => {
    const found = await this.users.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(found.map((document) => [document._id, fromDocument(document)]));
  };

  /** Newest first. */
  async list({ role, search }: UserSelection, request: PageRequest): Promise<Page<User>> {
    const prefix = search === undefined ? undefined : normalizeSearch(search);
    const filter: Filter<UserDocument> = {
      ...(role ? { roles: role } : {}),
      ...(prefix ? { searchKeys: beginningWith(prefix) } : {}),
    };
    const { documents, ...page } = await newestFirst(this.users, filter, 'createdAt', request);
    return { ...page, items: documents.map(fromDocument) };
  }
}

function unsetOf(fields: readonly string[]): Record<string, ''> {
  return Object.fromEntries(fields.map((field) => [field, '']));
}

function toUser(document: UserDocument | null): User | undefined {
  return document ? fromDocument(document) : undefined;
}
