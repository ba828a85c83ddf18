import { Controller, Get, Header, Inject } from '@nestjs/common';
import { welcomePage } from './welcome-page.ts';

/** Nest injection token of the origin under which clients reach the gateway, e.g. `https://tickets.example`. */
export const PUBLIC_ORIGIN = Symbol('PublicOrigin');

/** For people who open the endpoint's address in a browser. */
@Controller()
export class WelcomeController {
  private readonly page: string;

  constructor(@Inject(PUBLIC_ORIGIN) origin: string) {
    this.page = welcomePage(origin);
  }

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
  welcome(): string {
    return this.page;
  }
}
