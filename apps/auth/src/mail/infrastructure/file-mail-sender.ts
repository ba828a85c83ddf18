import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#kernel';
import type { MailSender } from '../application/mail-sender.ts';
import type { Letter } from '../domain/mail-intent.ts';
import { internetMessage } from './internet-message.ts';

/** Writes each mail as an `.eml` file that any mail program opens, for houses without a mail server. */
export class FileMailSender implements MailSender {
  constructor(
    private readonly folder: string,
    private readonly from: string,
    private readonly clock: Clock,
  ) {}

  async send(letter: Letter): Promise<void> {
    const now = this.clock.now();
    // Codes open accounts: the files are for the owner of the house only.
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const name = `${now.toISOString().replaceAll(/[:.]/g, '-')}-${letter.id.replaceAll(/[^\w-]/g, '_')}`;
    const draft = join(this.folder, `.${name}.part`);
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(internetMessage(letter, this.from, now));
      await file.sync();
    } finally {
      await file.close();
    }
    // Whoever watches the folder never sees half a mail.
    await rename(draft, join(this.folder, `${name}.eml`));
  }
}
