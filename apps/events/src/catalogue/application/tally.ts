/** What became of the lines of one file: `lines` = imported + alreadyThere + repeated + rejected. */
export interface Tally {
  readonly file: string;
  lines: number;
  imported: number;
  /** An earlier import, or someone else meanwhile, made the same thing: it stays as it is. */
  alreadyThere: number;
  /** The same identifier came before in the same file. */
  repeated: number;
  rejected: number;
  elapsedMs: number;
}

export function newTally(file: string): Tally {
  return { file, lines: 0, imported: 0, alreadyThere: 0, repeated: 0, rejected: 0, elapsedMs: 0 };
}

export function duplicates({ alreadyThere, repeated }: Tally): number {
  return alreadyThere + repeated;
}

/** @throws when a line was counted twice or not at all, which is a bug. */
export function requireComplete(tally: Tally): Tally {
  const { file, lines, imported, rejected } = tally;
  if (lines === imported + duplicates(tally) + rejected) return tally;
  throw new Error(`the counts of ${file} do not add up: ${JSON.stringify(tally)}`);
}
