import { Injectable } from '@nestjs/common';
import { decodeCredential, verifyCredential } from '#credential';
import { eventIdFromBytes, ticketIdFromBytes } from '#kernel';
import { SigningKeysRepository } from '../../copies/infrastructure/signing-keys.repository.ts';
import type { ReadCode } from '../domain/decision.ts';

/** Makes of a code's text what it is worth: unreadable, forged, or a genuine credential and what it says. */
@Injectable()
export class ReadCodeText {
  constructor(private readonly keys: SigningKeysRepository) {}

  async execute(text: string): Promise<ReadCode> {
    const credential = decodeCredential(text);
    if (!credential) return { kind: 'UNREADABLE' };
    const key = await this.keys.find(credential.keyId);
    if (!key || !(await verifyCredential(credential, key.publicKey))) return { kind: 'FORGED' };
    return {
      kind: 'GENUINE',
      signedBy: key.organizationId,
      eventId: eventIdFromBytes(credential.event),
      ticketId: ticketIdFromBytes(credential.ticket),
      credentialVersion: credential.credentialVersion,
      expiresAt: new Date(credential.expiresAtS * 1_000),
    };
  }
}
