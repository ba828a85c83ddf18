import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, IDS, type IdSource } from '#kernel';
import type { Membership } from '../../organizations/domain/organization.ts';
import { newOrganization } from '../../organizations/domain/members.ts';
import { OrganizationsRepository } from '../../organizations/infrastructure/organizations.repository.ts';
import { TokenKeys } from '../../token-keys/token-keys.ts';
import { ChangeUser } from '../../users/application/change-user.ts';
import { epochOf, withRole } from '../../users/domain/account.ts';
import type { User } from '../../users/domain/user.ts';
import { ACCESS_TOKEN_LIFETIME_MS, type Session, SESSION_LIFETIME_MS } from '../domain/session.ts';
import { SessionsRepository } from '../infrastructure/sessions.repository.ts';

/** What a client gets at sign-up, sign-in and refresh. */
export interface OpenedSession {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
  readonly user: User;
}

/** `<session id>.<secret>`: the id finds the session, the secret (256 random bits) is what only the client knows. */
export function newRefreshToken(sessionId: string): { token: string; hash: string } {
  const token = `${sessionId}.${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashRefreshToken(token) };
}

export function hashRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

@Injectable()
export class OpenSession {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly changeUser: ChangeUser,
    private readonly keys: TokenKeys,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(user: User): Promise<OpenedSession> {
    await this.ensureOwnOrganization(user);
    const id = this.ids.uuid();
    const { token, hash } = newRefreshToken(id);
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + SESSION_LIFETIME_MS);
    const epoch = epochOf(user);
    const session: Session = { id, userId: user.id, epoch, refreshHash: hash, createdAt, expiresAt };
    await this.sessions.add(session);
    return this.tokensFor(user, session, token);
  }

  /** An access token that says what the user is now, beside a refresh token that was already stored. */
  async tokensFor(asRead: User, session: Session, refreshToken: string): Promise<OpenedSession> {
    const issuedAt = this.clock.now();
    const accessTokenExpiresAt = new Date(issuedAt.getTime() + ACCESS_TOKEN_LIFETIME_MS);
    const memberships = await this.organizations.membershipsOf(asRead.id);
    const user = await this.ensureOrganizerRole(asRead, memberships);
    const claims = {
      sid: session.id,
      name: user.name,
      email: user.email,
      roles: user.roles,
      orgs: Object.fromEntries(memberships.map(({ organizationId, role }) => [organizationId, role])),
    };
    const accessToken = await this.keys.sign(claims, user.id, issuedAt, accessTokenExpiresAt);
    return {
      accessToken,
      accessTokenExpiresAt,
      refreshToken,
      refreshTokenExpiresAt: session.expiresAt,
      user,
    };
  }

  /** The account and its organization are two documents; a crash between the two writes is made good here. */
  private async ensureOwnOrganization(user: User): Promise<void> {
    if (!user.ownOrganization) return;
    const { id, name } = user.ownOrganization;
    const owner = { userId: user.id, createdAt: user.createdAt };
    await this.organizations.addIfAbsent(newOrganization({ id, name, owner, slot: 0 }));
  }

  /** Who owns an organization is an organizer. A crash between the two writes, or a new role, is made good here. */
  private async ensureOrganizerRole(user: User, memberships: readonly Membership[]): Promise<User> {
    const isOwner = memberships.some(({ role }) => role === 'OWNER');
    if (!isOwner || user.roles.includes('ORGANIZER')) return user;
    const changed = await this.changeUser.execute(user.id, (now) => ({
      user: withRole(now, 'ORGANIZER'),
      fact: 'UserUpdated',
    }));
    return changed.ok ? changed.value : user;
  }
}
