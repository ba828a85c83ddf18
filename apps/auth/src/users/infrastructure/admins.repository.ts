import { Injectable } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { isDuplicateKey } from '#persistence';

interface AdminsDocument {
  _id: 'admins';
  userIds: string[];
}

const THE_ONE = 'admins';

/**
 * Who is an admin, in one document: what decides that there is one first admin, and never none again. The role itself
 * stands with the user. The first admin is entered before they get it, and running the command again makes a crash in
 * between good. Any other is entered after they got it, and struck out before they lose it: a crash in between leaves an
 * admin uncounted, never a count without an admin.
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

  async enter(userId: string): Promise<void> {
    await this.admins.updateOne({ _id: THE_ONE }, { $addToSet: { userIds: userId } }, { upsert: true });
  }

  /** False when it would leave none; true also for who is not entered. */
  async strike(userId: string): Promise<boolean> {
    const { matchedCount } = await this.admins.updateOne(
      { _id: THE_ONE, $or: [{ userIds: { $ne: userId } }, { 'userIds.1': { $exists: true } }] },
      { $pull: { userIds: userId } },
    );
    return matchedCount === 1;
  }
}
