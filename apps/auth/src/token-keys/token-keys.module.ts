import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AccessTokens } from '#security';
import type { AuthConfig } from '../config.ts';
import { KeySetController } from './key-set.controller.ts';
import { AUTH_CONFIG, TokenKeys } from './token-keys.ts';

/** The keys that sign access tokens, and the verification of tokens in the service that owns them. */
@Global()
@Module({})
export class TokenKeysModule {
  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: TokenKeysModule,
      controllers: [KeySetController],
      providers: [
        { provide: AUTH_CONFIG, useValue: config },
        TokenKeys,
        {
          provide: AccessTokens,
          useFactory: (keys: TokenKeys) => new AccessTokens(keys.verificationKey),
          inject: [TokenKeys],
        },
      ],
      exports: [TokenKeys, AccessTokens],
    };
  }
}
