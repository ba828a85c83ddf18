import { Injectable } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { isDuplicateKey } from '#persistence';

interface AdminsDocument {
  _id: 'admins';
  userIds: string[];
  /** Rises with each strike, also of who was not entered; absent is 0. */
  strikes?: number;
}

const THE_ONE = 'admins';

/**
 * Who is an admin, in one document: what decides that there is one first admin, and never none again. The role itself
 * stands with the user. The first admin is entered before they get it, and running the command again makes a crash in
 * between good. Any other is entered after they got it, and struck out before they lose it: a crash in between leaves an
 * admin uncounted, never a count without an admin.
 *
 * The same holds when somebody is made an admin and unmade at once. Who strikes has read the user before, and takes the
 * role from that version only; who enters has seen the number of strikes before writing a new version, and enters only
 * if it is the same. So a strike before the entry is followed by a version that the striker does not know, and they
 * strike again; one in between refuses the entry.
 */
@Injectable()
export class AdminsRepository {
  private readonly admins: Collection<AdminsDocument>;

  constructor(db: Db) {
    this.admins = db.collection('admins');
  }

  /** Enters the first admin. False when there is one already, and it is not this user alone. */
  async enterFirst(userId: string): Promise<boolean> {
    try {
      await this.admins.insertOne({ _id: THE_ONE, userIds: [userId] });
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await this.admins.findOne({ _id: THE_ONE, userIds: [userId] })) !== null;
    }
  }

  /** To be asked before the role is given. */
  async strikes(): Promise<number> {
    return (await this.admins.findOne({ _id: THE_ONE }))?.strikes ?? 0;
  }

  /** False when somebody was struck out since there were so many `strikes`: maybe this user. */
  async enter(userId: string, strikes: number): Promise<boolean> {
    try {
      const { matchedCount, upsertedCount } = await this.admins.updateOne(
        { _id: THE_ONE, strikes: strikes === 0 ? { $exists: false } : strikes },
        { $addToSet: { userIds: userId } },
        { upsert: true },
      );
      return matchedCount + upsertedCount === 1;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** False when it would leave none; true also for who is not entered. */
  async strike(userId: string): Promise<boolean> {
    const { matchedCount } = await this.admins.updateOne(
      { _id: THE_ONE, $or: [{ userIds: { $ne: userId } }, { 'userIds.1': { $exists: true } }] },
      { $pull: { userIds: userId }, $inc: { strikes: 1 } },
    );
    return matchedCount === 1;
  }
}
