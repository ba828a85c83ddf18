import type { AddressInfo } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { PAYMENTS_CONFIG, type PaymentsConfig } from '../config.ts';

/** Where this process answers, and where buyers reach it. */
@Injectable()
export class OwnAddress {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(PAYMENTS_CONFIG) private readonly config: PaymentsConfig,
  ) {}

  /** Undefined until it listens. */
  get origin(): string | undefined {
    const address: AddressInfo | string | null = this.host.httpAdapter.getHttpServer().address();
    if (address === null || typeof address === 'string') return undefined;
    const name = address.family === 'IPv6' ? '[::1]' : '127.0.0.1';
    return `http://${name}:${address.port}`;
  }

  /** Of the gateway, which lets buyers through to the provider's page. */
  get publicOrigin(): string | undefined {
    return this.config.PUBLIC_URL ? new URL(this.config.PUBLIC_URL).origin : this.origin;
  }
}
