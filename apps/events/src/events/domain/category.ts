/** What kind of occasion an event is: one of few, so that a listing can offer them all. Finer words are keywords. */
export const CATEGORIES = [
  'MUSIC',
  'THEATRE',
  'SPORT',
  'CONFERENCE',
  'FESTIVAL',
  'EXHIBITION',
  'FAMILY',
  'COMMUNITY',
  'OTHER',
] as const;
export type Category = (typeof CATEGORIES)[number];

export const DEFAULT_CATEGORY: Category = 'OTHER';

/** Topics under which the source of the catalogue files conferences, and nothing else. */
const CONFERENCE_TOPICS =
  'accessibility android api cfml clojure cpp css data devops dotnet elixir elm general golang graphql groovy haskell ' +
  'identity ios iot java javascript kotlin leadership networking opensource performance php product python ruby rust ' +
  'scala security sre tech-comm testing typescript ux';

const WORDS: Partial<Record<Category, string>> = {
  MUSIC: 'concert gig jazz music opera recital',
  THEATRE: 'ballet comedy dance drama musical theatre',
  SPORT: 'football marathon match race sport tennis tournament',
  FESTIVAL: 'carnival festival',
  EXHIBITION: 'art exhibition expo fair museum',
  FAMILY: 'children circus family kids',
  COMMUNITY: 'charity community market meetup neighbourhood',
  CONFERENCE: `conference congress summit symposium ${CONFERENCE_TOPICS}`,
};

/** Keywords as they are stored: trimmed and in lower case. */
const CATEGORY_OF_KEYWORD = new Map(
  CATEGORIES.flatMap((category) =>
    (WORDS[category] ?? '').split(' ').map((word): [string, Category] => [word, category]),
  ),
);

/** The category that the first telling keyword names; OTHER when none does. For events that come without one. */
export function categoryOfKeywords(keywords: readonly string[]): Category {
  for (const keyword of keywords) {
    const category = CATEGORY_OF_KEYWORD.get(keyword.trim().toLowerCase());
    if (category) return category;
  }
  return DEFAULT_CATEGORY;
}
