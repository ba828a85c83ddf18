import { Injectable } from '@nestjs/common';
import QRCode from 'qrcode';
import { CREDENTIAL_FLAGS, encodeCredential } from '#credential';
import { eventIdToBytes, ticketIdToBytes } from '#kernel';
import type { Ticket } from '../domain/ticket.ts';
import { SigningKeys } from '../infrastructure/signing-keys.ts';

/** Level M survives 15 % damage; a quiet zone of four modules is what the standard asks for (ISO/IEC 18004). */
const DRAWING = { errorCorrectionLevel: 'M', margin: 4 } as const;
const PIXELS_PER_MODULE = 8;

/** Signs and draws the credential of a ticket. Ed25519 is deterministic: the same ticket gives the same code. */
@Injectable()
export class ShowQr {
  constructor(private readonly signingKeys: SigningKeys) {}

  async payload(ticket: Ticket): Promise<string> {
    const event = eventIdToBytes(ticket.eventId);
    const id = ticketIdToBytes(ticket.id);
    if (!event || !id)
      throw new Error(`ticket ${ticket.id} of event ${ticket.eventId} has ids that fit no credential`);
    const fields = {
      keyId: ticket.keyId,
      event,
      ticket: id,
      credentialVersion: ticket.credentialVersion,
      flags: CREDENTIAL_FLAGS.STATIC_FORM_ALLOWED,
      expiresAtS: Math.floor(ticket.credentialExpiresAt.getTime() / 1_000),
    };
    return encodeCredential(fields, await this.signingKeys.signer(ticket.keyId));
  }

  async svg(payload: string): Promise<string> {
    return QRCode.toString(payload, { ...DRAWING, type: 'svg' });
  }

  async png(payload: string): Promise<string> {
    const image = await QRCode.toBuffer(payload, { ...DRAWING, scale: PIXELS_PER_MODULE });
    return image.toString('base64');
  }
}
