import { z } from 'zod';

/**
 * The levels of care that a facility counts, by the kind of care they are looked for together. The list is closed: a
 * total over a network is only worth something where everybody counts the same things.
 */
export const levelsByGroup = {
  acute: ['medical-surgical', 'paediatric', 'maternity'],
  intensive: ['intensive-care', 'neonatal-intensive-care'],
  behavioural: ['psychiatric', 'crisis-stabilisation', 'withdrawal-management', 'residential-treatment'],
  'post-acute': ['skilled-nursing', 'rehabilitation', 'hospice'],
} as const;

export const careGroups = ['acute', 'intensive', 'behavioural', 'post-acute'] as const;
export type CareGroup = (typeof careGroups)[number];

export const levelsOfCare = careGroups.flatMap((group) => levelsByGroup[group]);
export const levelOfCareSchema = z.enum(levelsOfCare);
export type LevelOfCare = z.infer<typeof levelOfCareSchema>;

/** The group in which a level of care is looked for. */
export function groupOf(level: LevelOfCare): CareGroup {
  const found = careGroups.find((group) => levelsByGroup[group].some((one) => one === level));
  if (found === undefined) throw new Error(`${level} stands in no group`);
  return found;
}
