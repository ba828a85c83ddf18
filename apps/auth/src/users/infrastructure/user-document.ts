import { authUsers, type PayloadOf } from '#contracts';
import { aggregateIn, type Outboxed, outboxIndex } from '#messaging';
import { searchKeysOf } from '#kernel';
import type { IndexDefinition } from '#persistence';
import { CODE_PURPOSES, type User } from '../domain/user.ts';

export const USERS_COLLECTION = 'users';

export type UserDocument = Omit<User, 'id'> &
  Outboxed & {
    /** What a search finds the user by: see `searchKeysOf`. */
    searchKeys: string[];
  };

export const userIndexes: readonly IndexDefinition[] = [
  {
    keys: { email: 1 },
    options: { unique: true, name: 'email' },
    serves: 'one account per address; sign-in',
  },
  {
    keys: { createdAt: -1, _id: -1 },
    options: { name: 'newest' },
    serves: 'the list of users for admins, newest first, page by page',
  },
  {
    keys: { roles: 1, createdAt: -1, _id: -1 },
    options: { name: 'role_newest' },
    serves: 'the same list of those who have a role',
  },
  {
    keys: { searchKeys: 1 },
    options: { name: 'search' },
    serves: 'the search of that list by the beginning of an address, a name or a word of it',
  },
  ...CODE_PURPOSES.map((purpose) => ({
    keys: { [`codes.${purpose}.id`]: 1 },
    options: {
      name: `code_${purpose.toLowerCase()}`,
      partialFilterExpression: { [`codes.${purpose}.id`]: { $exists: true } },
    },
    serves: 'the account that a mailed code belongs to',
  })),
  outboxIndex,
];

export function toDocument({ id, ...fields }: User): UserDocument {
  return { _id: id, ...fields, searchKeys: searchKeysOf(fields.name, fields.email) };
}

export function fromDocument(document: UserDocument): User {
  const { searchKeys: _keys, ...user } = aggregateIn(document);
  return user;
}

/** The public state of a user, as every fact carries it. */
export function publicUser(user: User): PayloadOf<(typeof authUsers.facts)['UserUpdated']> {
  return {
    userId: user.id,
    name: user.name,
    email: user.email,
    roles: [...user.roles],
    createdAt: user.createdAt.toISOString(),
    emailVerified: user.emailVerifiedAt !== undefined,
    disabledAt: user.disabledAt?.toISOString(),
  };
}
