/** What a run says while it works, on standard error: standard output is for the result alone. */
export class Progress {
  private readonly startedAt = performance.now();

  constructor(private readonly write: (text: string) => void = (text) => void process.stderr.write(text)) {}

  /** One line, with the seconds since the start. */
  say(line: string): void {
    const seconds = ((performance.now() - this.startedAt) / 1_000).toFixed(1).padStart(6);
    this.write(`${seconds} s  ${line}\n`);
  }

  /** Lines as they are: a table, or another program's words. */
  show(text: string): void {
    this.write(text.endsWith('\n') ? text : `${text}\n`);
  }
}
