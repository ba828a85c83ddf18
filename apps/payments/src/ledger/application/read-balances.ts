import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { fail, type InvalidInput, NotPermitted, NotSignedIn, ok, parseInput, type Result } from '#kernel';
import { isAdmin, mayDo, type Viewer } from '#security';
import type { Balance } from '../domain/balance.ts';
import { organizationPayable, providerClearing } from '../domain/transaction.ts';
import { LedgerRepository } from '../infrastructure/ledger.repository.ts';

const name = z.string().min(1).max(100);

/** What the ledger comes to. Organizers see what the platform owes them; admins, what a provider owes the platform. */
@Injectable()
export class ReadBalances {
  constructor(private readonly ledger: LedgerRepository) {}

  /** Undefined for whoever may not watch the organization's sales. */
  async ofOrganization(
    viewer: Viewer | undefined,
    organizationId: string,
    eventId: unknown,
  ): Promise<Result<Balance[] | undefined, InvalidInput>> {
    if (!mayDo(viewer, 'WATCH_SALES', organizationId)) return ok(undefined);
    const parsed = parseInput(z.object({ eventId: name.nullish() }), { eventId });
    if (!parsed.ok) return parsed;
    const account = organizationPayable(organizationId);
    return ok(await this.ledger.balancesOf(account, parsed.value.eventId ?? undefined));
  }

  async ofProvider(
    viewer: Viewer | undefined,
    provider: unknown,
  ): Promise<Result<Balance[], InvalidInput | NotSignedIn | NotPermitted>> {
    if (!viewer) return fail(new NotSignedIn());
    if (!isAdmin(viewer)) return fail(new NotPermitted('Only admins see what providers owe.'));
    const parsed = parseInput(z.object({ provider: name }), { provider });
    return parsed.ok ? ok(await this.ledger.balancesOf(providerClearing(parsed.value.provider))) : parsed;
  }
}
