import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { authOrganizations, authUsers } from '#contracts';
import { subgraphModule } from '#graphql';
import { MessagingModule } from '#messaging';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import type { AuthConfig } from './config.ts';
import { OrganizationsRepository } from './organizations/infrastructure/organizations.repository.ts';
import {
  MembershipsResolver,
  OrganizationsResolver,
} from './organizations/transport/organizations.resolver.ts';
import { OpenSession } from './sessions/application/open-session.ts';
import { RefreshSession } from './sessions/application/refresh-session.ts';
import { SignOut } from './sessions/application/sign-out.ts';
import { SessionsRepository } from './sessions/infrastructure/sessions.repository.ts';
import { SessionsResolver } from './sessions/transport/sessions.resolver.ts';
import { TokenKeysModule } from './token-keys/token-keys.module.ts';
import { SignIn } from './users/application/sign-in.ts';
import { SignUp } from './users/application/sign-up.ts';
import { Passwords } from './users/infrastructure/passwords.ts';
import { UsersRepository } from './users/infrastructure/users.repository.ts';
import { UsersResolver } from './users/transport/users.resolver.ts';

@Module({})
export class AuthModule {
  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: AuthModule,
      imports: [
        CoreModule.forService({ service: 'auth', logLevel: config.LOG_LEVEL }),
        TokenKeysModule.forRoot(config),
        MongoModule.forService('auth', config),
        MessagingModule.forService({
          service: 'auth',
          settings: config,
          topics: [authUsers, authOrganizations],
        }),
        subgraphModule({ schemaFile: join(import.meta.dirname, 'schema.graphql') }),
      ],
      providers: [
        Passwords,
        UsersRepository,
        SessionsRepository,
        OrganizationsRepository,
        OpenSession,
        RefreshSession,
        SignOut,
        SignUp,
        SignIn,
        UsersResolver,
        OrganizationsResolver,
        MembershipsResolver,
        SessionsResolver,
      ],
    };
  }
}
