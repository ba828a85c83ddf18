import { Injectable } from '@nestjs/common';
import {
  fail,
  NotFound,
  type NotPermitted,
  type NotSignedIn,
  ok,
  type Page,
  type PageRequest,
  type Result,
} from '#kernel';
import { requireTask, requireViewer, type Viewer } from '#security';
import { EventsRepository } from '../../copies/infrastructure/events.repository.ts';
import type { DecidedScan } from '../domain/scan.ts';
import { ScansRepository } from '../infrastructure/scans.repository.ts';

/** The decided scans of an event, for members of its organization who may scan. */
@Injectable()
export class ListScans {
  constructor(
    private readonly events: EventsRepository,
    private readonly scans: ScansRepository,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    eventId: string,
    page: PageRequest,
  ): Promise<Result<Page<DecidedScan>, NotSignedIn | NotPermitted | NotFound>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const event = await this.events.find(eventId);
    if (!event) return fail(new NotFound('event', eventId));
    const member = requireTask(viewer, 'SCAN', event.organizationId);
    if (!member.ok) return member;
    return ok(await this.scans.list(eventId, page));
  }
}
