import { minorUnitDigits } from '#kernel';

/** A currency to sell in, with what its prices need to look right. */
export interface SaleCurrency {
  readonly code: string;
  /** What a euro is worth in it, to one or two digits (2026): for plausible prices, not for exchange. */
  readonly perEuro: number;
  readonly minorUnitDigits: number;
}

/** Currency, worth of a euro, and the countries of the catalogue that sell in it. */
const TABLE: readonly [code: string, perEuro: number, countries: string][] = [
  ['EUR', 1, 'AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK XK'],
  ['AUD', 1.7, 'AU'],
  ['BRL', 6, 'BR'],
  ['CAD', 1.6, 'CA'],
  ['CHF', 0.95, 'CH LI'],
  ['CZK', 25, 'CZ'],
  ['DKK', 7.5, 'DK'],
  ['GBP', 0.85, 'GB'],
  ['HKD', 9, 'HK'],
  ['HUF', 400, 'HU'],
  ['ILS', 4, 'IL'],
  ['INR', 100, 'IN'],
  ['JPY', 170, 'JP'],
  ['KRW', 1_600, 'KR'],
  ['MXN', 20, 'MX'],
  ['NOK', 12, 'NO'],
  ['NZD', 2, 'NZ'],
  ['PLN', 4.3, 'PL'],
  ['RON', 5, 'RO'],
  ['SEK', 11, 'SE'],
  ['SGD', 1.5, 'SG'],
  ['ZAR', 20, 'ZA'],
];

const US_DOLLAR: SaleCurrency = { code: 'USD', perEuro: 1.1, minorUnitDigits: 2 };

const byCountry = new Map(
  TABLE.flatMap(([code, perEuro, countries]) => {
    const currency: SaleCurrency = { code, perEuro, minorUnitDigits: minorUnitDigits(code) };
    return countries.split(' ').map((country): [string, SaleCurrency] => [country, currency]);
  }),
);

/** The country's currency; the US dollar for countries outside the table, and for events without a country. */
export function currencyOf(country: string | undefined): SaleCurrency {
  return (country === undefined ? undefined : byCountry.get(country)) ?? US_DOLLAR;
}
