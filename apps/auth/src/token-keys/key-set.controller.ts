import { Controller, Get, Header } from '@nestjs/common';
import type { JWK } from 'jose';
import { TokenKeys } from './token-keys.ts';

@Controller('.well-known')
export class KeySetController {
  constructor(private readonly keys: TokenKeys) {}

  /** The public keys that verify access tokens (RFC 7517). */
  @Get('jwks.json')
  @Header('cache-control', 'public, max-age=60')
  keySet(): { keys: JWK[] } {
    return this.keys.keySet();
  }
}
