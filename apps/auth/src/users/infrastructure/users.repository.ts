import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { authUsers } from '#contracts';
import { fail, ok, type Result } from '#kernel';
import { aggregateIn, FactFactory, type Outboxed, outboxIndex, outboxOf, OutboxRelay } from '#messaging';
import { ensureIndexes, isDuplicateKey } from '#persistence';
import { EmailTaken, type User } from '../domain/user.ts';

type UserDocument = Omit<User, 'id'> & Outboxed;

const COLLECTION = 'users';

@Injectable()
export class UsersRepository implements OnModuleInit {
  private readonly users: Collection<UserDocument>;

  constructor(
    db: Db,
    private readonly facts: FactFactory,
    private readonly relay: OutboxRelay,
  ) {
    this.users = db.collection(COLLECTION);
    relay.watch(COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.users, [
      {
        keys: { email: 1 },
        options: { unique: true, name: 'email' },
        serves: 'one account per address; sign-in',
      },
      outboxIndex,
    ]);
  }

  /** The unique index decides whether the address is free. */
  async add(user: User): Promise<Result<User, EmailTaken>> {
    const { id, ...fields } = user;
    const fact = this.facts.create(authUsers, 'UserRegistered', user, {
      userId: id,
      name: user.name,
      email: user.email,
      roles: [...user.roles],
      createdAt: user.createdAt.toISOString(),
    });
    try {
      await this.users.insertOne({ _id: id, ...fields, ...outboxOf([fact], user.createdAt) });
    } catch (error) {
      if (isDuplicateKey(error, 'email')) return fail(new EmailTaken());
      throw error;
    }
    this.relay.publishSoon(COLLECTION, id);
    return ok(user);
  }

  async findByEmail(email: string): Promise<User | undefined> {
    return toUser(await this.users.findOne({ email }));
  }

  async find(id: string): Promise<User | undefined> {
    return toUser(await this.users.findOne({ _id: id }));
  }

  /** For a loader: many users with one query. */
  findMany = async (ids: readonly string[]): Promise<Map<string, User>> => {
    const found = await this.users.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(found.map((document) => [document._id, aggregateIn(document)]));
  };
}

function toUser(document: UserDocument | null): User | undefined {
  return document ? aggregateIn(document) : undefined;
}
