import { factsPlants } from './facts.ts';
import type { Ground, Plant } from './ground.ts';
import { moneyPlants } from './money.ts';
import { refundsPlants } from './refunds.ts';
import { salesPlants } from './sales.ts';
import { seatsPlants } from './seats.ts';
import { unitsPlants } from './units.ts';

/** Every violation that is known how to make. */
export const allPlants = (ground: Ground): Plant[] =>
  [unitsPlants, salesPlants, seatsPlants, moneyPlants, refundsPlants, factsPlants].flatMap((plants) =>
    plants(ground),
  );
