import { type DynamicModule, Module } from '@nestjs/common';
import type { z } from 'zod';
import { settings } from '#config';
import { authUsers } from '#contracts';
import { MessagingModule } from '#messaging';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import { ChangeUser } from '../users/application/change-user.ts';
import { AdminsRepository } from '../users/infrastructure/admins.repository.ts';
import { UsersRepository } from '../users/infrastructure/users.repository.ts';
import { MakeFirstAdmin } from './make-first-admin.ts';

export const engineEnvironment = { ...settings.mongo, ...settings.kafka };
export type Engines = z.output<z.ZodObject<typeof engineEnvironment>>;

/** As much of auth as the command needs: its users, and Kafka for the fact about one of them. */
@Module({})
export class FirstAdminModule {
  static forRoot(engines: Engines): DynamicModule {
    return {
      module: FirstAdminModule,
      imports: [
        CoreModule.forService('first-admin', { LOG_LEVEL: 'silent' }),
        MongoModule.forService('auth', engines),
        MessagingModule.forService('auth', engines, [authUsers]),
      ],
      providers: [UsersRepository, AdminsRepository, ChangeUser, MakeFirstAdmin],
    };
  }
}
