import { Injectable } from '@nestjs/common';
import { authOrganizations } from '#contracts';
import { FactConsumer } from '#messaging';
import { OrganizationCopiesRepository } from '../infrastructure/organization-copies.repository.ts';

/** Learns who belongs to which organization. */
@Injectable()
export class OrganizationsConsumer {
  constructor(consumer: FactConsumer, organizations: OrganizationCopiesRepository) {
    consumer.subscribe({ topic: authOrganizations, batch: (facts) => organizations.copy(facts) });
  }
}
