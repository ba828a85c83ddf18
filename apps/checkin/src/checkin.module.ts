import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import {
  authDevices,
  checkinAdmissions,
  checkinScans,
  eventsEvents,
  ticketsKeys,
  ticketsTickets,
} from '#contracts';
import { subgraphModule } from '#graphql';
import { MessagingModule } from '#messaging';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import { AdmissionsRepository } from './admissions/infrastructure/admissions.repository.ts';
import { TicketAdmissionResolver } from './admissions/transport/ticket-admission.resolver.ts';
import { CountAttendance } from './attendance/application/count-attendance.ts';
import { EventAttendanceResolver } from './attendance/transport/event-attendance.resolver.ts';
import type { CheckinConfig } from './config.ts';
import { DevicesRepository } from './copies/infrastructure/devices.repository.ts';
import { EventsRepository } from './copies/infrastructure/events.repository.ts';
import { SigningKeysRepository } from './copies/infrastructure/signing-keys.repository.ts';
import { TicketsRepository } from './copies/infrastructure/tickets.repository.ts';
import { CopiesConsumer } from './copies/transport/copies.consumer.ts';
import { DecideScan } from './scans/application/decide-scan.ts';
import { DeviceAtDoor } from './scans/application/device-at-door.ts';
import { ListScans } from './scans/application/list-scans.ts';
import { ReadCodeText } from './scans/application/read-code-text.ts';
import { ScanAtLane } from './scans/application/scan-at-lane.ts';
import { ScanFacts } from './scans/application/scan-facts.ts';
import { SettleAbandonedScans } from './scans/application/settle-abandoned-scans.ts';
import { TakeSubmittedScan } from './scans/application/take-submitted-scan.ts';
import { ScansRepository } from './scans/infrastructure/scans.repository.ts';
import { AbandonedScansTimer } from './scans/transport/abandoned-scans.timer.ts';
import { ScansResolver } from './scans/transport/scans.resolver.ts';
import { SubmittedScansConsumer } from './scans/transport/submitted-scans.consumer.ts';

@Module({})
export class CheckinModule {
  static forRoot(config: CheckinConfig): DynamicModule {
    return {
      module: CheckinModule,
      imports: [
        CoreModule.forService('checkin', config),
        MongoModule.forService('checkin', config),
        MessagingModule.forService('checkin', config, [
          authDevices,
          eventsEvents,
          ticketsTickets,
          ticketsKeys,
          checkinScans,
          checkinAdmissions,
        ]),
        subgraphModule({ schemaFile: join(import.meta.dirname, 'schema.graphql') }),
      ],
      providers: [
        EventsRepository,
        TicketsRepository,
        SigningKeysRepository,
        DevicesRepository,
        CopiesConsumer,
        AdmissionsRepository,
        TicketAdmissionResolver,
        CountAttendance,
        EventAttendanceResolver,
        ScansRepository,
        ReadCodeText,
        ScanFacts,
        DecideScan,
        DeviceAtDoor,
        ScanAtLane,
        TakeSubmittedScan,
        ListScans,
        SettleAbandonedScans,
        ScansResolver,
        SubmittedScansConsumer,
        AbandonedScansTimer,
      ],
    };
  }
}
