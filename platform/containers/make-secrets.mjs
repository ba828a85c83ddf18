/** Writes the house's keys into .env, where docker compose reads them. Keys that are there stay as they are. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { SECRET_NAMES } from '../house.mjs';

const KEY_BYTES = 32;
const file = fileURLToPath(new URL('../../.env', import.meta.url));

const known = existsSync(file) ? readFileSync(file, 'utf8') : '';
const missing = SECRET_NAMES.filter((name) => !new RegExp(`^${name}=`, 'm').test(known));
const lines = missing.map((name) => `${name}=${randomBytes(KEY_BYTES).toString('base64url')}\n`);
appendFileSync(file, lines.join(''), { mode: 0o600 });
process.stdout.write(
  missing.length > 0 ? `.env has new keys: ${missing.join(', ')}\n` : '.env has all keys already\n',
);
