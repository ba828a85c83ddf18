import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { authDevices, authOrganizations, authUsers } from '#contracts';
import { subgraphModule } from '#graphql';
import { MessagingModule } from '#messaging';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import type { AuthConfig } from './config.ts';
import { RegisterDevice } from './devices/application/register-device.ts';
import { RevokeDevice } from './devices/application/revoke-device.ts';
import { SignInDevice } from './devices/application/sign-in-device.ts';
import { DevicesRepository } from './devices/infrastructure/devices.repository.ts';
import { DevicesResolver } from './devices/transport/devices.resolver.ts';
import { DeliverMail } from './mail/application/deliver-mail.ts';
import { WriteLetter } from './mail/application/write-letter.ts';
import { MailIntentsRepository } from './mail/infrastructure/mail-intents.repository.ts';
import { mailSender } from './mail/infrastructure/mail-sender.provider.ts';
import { MailTimer } from './mail/transport/mail.timer.ts';
import { AcceptInvitation } from './organizations/application/accept-invitation.ts';
import { ChangeMemberRole } from './organizations/application/change-member-role.ts';
import { ChangeOrganization } from './organizations/application/change-organization.ts';
import { CreateOrganization } from './organizations/application/create-organization.ts';
import { FreePlace } from './organizations/application/free-place.ts';
import { InviteMember } from './organizations/application/invite-member.ts';
import { LeaveOrganization } from './organizations/application/leave-organization.ts';
import { RemoveMember } from './organizations/application/remove-member.ts';
import { RenameOrganization } from './organizations/application/rename-organization.ts';
import { RevokeInvitation } from './organizations/application/revoke-invitation.ts';
import { OrganizationsRepository } from './organizations/infrastructure/organizations.repository.ts';
import {
  MembershipsResolver,
  MembersResolver,
  OrganizationFieldsResolver,
} from './organizations/transport/organization-fields.resolver.ts';
import { OrganizationsResolver } from './organizations/transport/organizations.resolver.ts';
import { OpenSession } from './sessions/application/open-session.ts';
import { RefreshSession } from './sessions/application/refresh-session.ts';
import { SignOut } from './sessions/application/sign-out.ts';
import { SessionsRepository } from './sessions/infrastructure/sessions.repository.ts';
import { SessionsResolver } from './sessions/transport/sessions.resolver.ts';
import { TokenKeysModule } from './token-keys/token-keys.module.ts';
import { ChangePassword } from './users/application/change-password.ts';
import { ChangeUser } from './users/application/change-user.ts';
import { FindCurrentUser } from './users/application/find-current-user.ts';
import { GrantRole } from './users/application/grant-role.ts';
import { ListUsers } from './users/application/list-users.ts';
import { RedeemCode } from './users/application/redeem-code.ts';
import { RequestEmailVerification } from './users/application/request-email-verification.ts';
import { RequestPasswordReset } from './users/application/request-password-reset.ts';
import { ResetPassword } from './users/application/reset-password.ts';
import { RevokeRole } from './users/application/revoke-role.ts';
import { ShutOutUser } from './users/application/shut-out-user.ts';
import { SignIn } from './users/application/sign-in.ts';
import { SignUp } from './users/application/sign-up.ts';
import { VerifyEmail } from './users/application/verify-email.ts';
import { AdminsRepository } from './users/infrastructure/admins.repository.ts';
import { Passwords } from './users/infrastructure/passwords.ts';
import { UsersRepository } from './users/infrastructure/users.repository.ts';
import { AccountsResolver } from './users/transport/accounts.resolver.ts';
import { UsersResolver } from './users/transport/users.resolver.ts';

const users = [
  UsersRepository,
  AdminsRepository,
  Passwords,
  ChangeUser,
  FindCurrentUser,
  ListUsers,
  GrantRole,
  RevokeRole,
  ShutOutUser,
  RedeemCode,
  RequestPasswordReset,
  ResetPassword,
  ChangePassword,
  RequestEmailVerification,
  VerifyEmail,
  SignUp,
  SignIn,
  UsersResolver,
  AccountsResolver,
];

const sessions = [SessionsRepository, OpenSession, RefreshSession, SignOut, SessionsResolver];

const organizations = [
  OrganizationsRepository,
  ChangeOrganization,
  FreePlace,
  CreateOrganization,
  RenameOrganization,
  ChangeMemberRole,
  RemoveMember,
  LeaveOrganization,
  InviteMember,
  RevokeInvitation,
  AcceptInvitation,
  OrganizationsResolver,
  OrganizationFieldsResolver,
  MembersResolver,
  MembershipsResolver,
];

const devices = [DevicesRepository, RegisterDevice, RevokeDevice, SignInDevice, DevicesResolver];

const mail = [MailIntentsRepository, WriteLetter, DeliverMail, MailTimer];

@Module({})
export class AuthModule {
  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: AuthModule,
      imports: [
        CoreModule.forService('auth', config),
        TokenKeysModule.forRoot(config),
        MongoModule.forService('auth', config),
        MessagingModule.forService('auth', config, [authUsers, authOrganizations, authDevices]),
        subgraphModule({ schemaFile: join(import.meta.dirname, 'schema.graphql') }),
      ],
      providers: [...users, ...sessions, ...organizations, ...devices, ...mail, mailSender(config)],
    };
  }
}
