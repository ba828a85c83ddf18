import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DeclaredCopy } from '#persistence';
import type { ServiceName } from '../house/services.ts';

/**
 * What a service says that it copies, in its `src/copies.ts`. It is loaded by its place, as a plug-in: the tools know what
 * a declaration is, and nothing else of the services.
 */
export async function declaredCopies(service: ServiceName): Promise<readonly DeclaredCopy[]> {
  const extension = extname(import.meta.filename);
  const path = fileURLToPath(new URL(`../../apps/${service}/src/copies${extension}`, import.meta.url));
  if (!existsSync(path)) return [];
  const { copies } = (await import(pathToFileURL(path).href)) as { copies?: readonly DeclaredCopy[] };
  if (!Array.isArray(copies)) throw new Error(`${path} must export its declarations as \`copies\``);
  return copies as readonly DeclaredCopy[];
}
