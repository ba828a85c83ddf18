import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { ensureIndexes } from '#persistence';
import type { Session } from '../domain/session.ts';

type SessionDocument = Omit<Session, 'id'> & { _id: string };

@Injectable()
export class SessionsRepository implements OnModuleInit {
  private readonly sessions: Collection<SessionDocument>;

  constructor(db: Db) {
    this.sessions = db.collection('sessions');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.sessions, [
      {
        keys: { expiresAt: 1 },
        options: { expireAfterSeconds: 0, name: 'expiry' },
        serves: 'removal of what is over',
      },
    ]);
  }

  async add({ id, ...session }: Session): Promise<void> {
    await this.sessions.insertOne({ _id: id, ...session });
  }

  async find(id: string): Promise<Session | undefined> {
    const found = await this.sessions.findOne({ _id: id });
    if (!found) return undefined;
    const { _id, ...session } = found;
    return { id: _id, ...session };
  }

  /** Replaces the refresh token if it is still the one that the decision was made on. */
  async rotate(session: Session, newHash: string, now: Date): Promise<boolean> {
    const { matchedCount } = await this.sessions.updateOne(
      { _id: session.id, refreshHash: session.refreshHash, endedAt: { $exists: false } },
      { $set: { refreshHash: newHash, previous: { hash: session.refreshHash, replacedAt: now } } },
    );
    return matchedCount === 1;
  }

  /** Lets a session live on although all others of its user end. */
  async carryOver(id: string, userId: string, epoch: number): Promise<void> {
    await this.sessions.updateOne({ _id: id, userId, endedAt: { $exists: false } }, { $set: { epoch } });
  }

  async end(id: string, now: Date): Promise<void> {
    await this.sessions.updateOne({ _id: id, endedAt: { $exists: false } }, { $set: { endedAt: now } });
  }
}
