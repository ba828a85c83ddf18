import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Tells the story on standard output, each line with the seconds since the start. Colours only on a terminal. */
export class Narrator {
  private readonly startedAt = performance.now();

  say(line: string, style?: Style): void {
    const elapsed = `${((performance.now() - this.startedAt) / 1_000).toFixed(1)} s`.padStart(8);
    console.log(`${paint('dim', elapsed)}  ${style ? paint(style, line) : line}`);
  }

  chapter(title: string): void {
    console.log(`\n${paint('bold', title)}`);
  }
}

/** The text in a style, or as it is where the output is no terminal or NO_COLOR is set. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
