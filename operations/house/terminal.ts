/** Where the tool's words go. */
export interface Terminal {
  /** Standard output: what was asked for. */
  say(text: string): void;
  /** Standard error: what a program that reads the output need not see. */
  complain(text: string): void;
}

export const terminal: Terminal = {
  say: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
};
