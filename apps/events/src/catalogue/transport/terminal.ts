import type { ImportProgress } from '../application/import-progress.ts';
import { duplicates, type Tally } from '../application/tally.ts';
import type { ImportReport } from '../application/import-catalogue.ts';

const BAR_WIDTH = 30;
const REDRAW_EVERY_MS = 100;
const LINE_EVERY_MS = 1_000;
/** Bad lines that are shown for each file; all are counted. */
const MAX_SHOWN_REJECTIONS = 1_000;

/** Shows an import as a bar on a terminal, and as a line each second where the output goes elsewhere. */
export class TerminalProgress implements ImportProgress {
  private step = '';
  private total = 0;
  private done = 0;
  private note = '';
  private timer: NodeJS.Timeout | undefined;
  private readonly rejections = new Map<string, number>();

  constructor(private readonly out: NodeJS.WriteStream) {}

  begin(step: string, total: number): void {
    Object.assign(this, { step, total, done: 0, note: '' });
    this.timer = setInterval(() => this.show(), this.out.isTTY ? REDRAW_EVERY_MS : LINE_EVERY_MS);
  }

  advance(done: number, note: string): void {
    this.done = done;
    this.note = note;
  }

  /** Also after a failure: gives the terminal back. */
  end(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.show();
    if (this.out.isTTY) this.out.write('\n');
  }

  rejected(file: string, line: number, reason: string): void {
    const count = (this.rejections.get(file) ?? 0) + 1;
    this.rejections.set(file, count);
    if (count > MAX_SHOWN_REJECTIONS) return;
    const more =
      count === MAX_SHOWN_REJECTIONS ? ' (further bad lines of this file are counted and not shown)' : '';
    this.out.write(`${this.out.isTTY ? '\r\u001B[K' : ''}${file}:${line}: ${reason}${more}\n`);
  }

  private show(): void {
    const share = this.total === 0 ? 1 : Math.min(1, this.done / this.total);
    const bar = '█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '·');
    const text = `${this.step.padEnd(14)} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${this.note}`;
    this.out.write(this.out.isTTY ? `\r\u001B[K${text}` : `${text}\n`);
  }
}

const COLUMNS = ['file', 'lines', 'imported', 'duplicate', 'rejected', 'lines/s'];

/** The closing table: for each file, lines = imported + duplicate + rejected. */
export function summaryOf({ files, facts, factsElapsedMs }: ImportReport): string {
  const rows = files.map((tally) => [
    tally.file,
    ...[tally.lines, tally.imported, duplicates(tally), tally.rejected].map(grouped),
    grouped(rate(tally.lines, tally.elapsedMs)),
  ]);
  const there = files.map(duplicateNote).filter((note) => note !== undefined);
  return [table([COLUMNS, ...rows]), factsNote(facts, factsElapsedMs), ...there].join('\n');
}

function factsNote(facts: number, elapsedMs: number): string {
  if (facts === 0) return 'facts: none waited for Kafka';
  return `facts: all on Kafka; ${grouped(facts)} waited and took ${(elapsedMs / 1_000).toFixed(1)} s (${grouped(rate(facts, elapsedMs))}/s)`;
}

function duplicateNote({ file, alreadyThere, repeated }: Tally): string | undefined {
  if (alreadyThere + repeated === 0) return undefined;
  return `${file}: ${grouped(alreadyThere)} were there already and are unchanged; ${grouped(repeated)} came twice in the file`;
}

function table(rows: readonly string[][]): string {
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function rate(count: number, elapsedMs: number): number {
  return elapsedMs > 0 ? Math.round((count * 1_000) / elapsedMs) : 0;
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}
