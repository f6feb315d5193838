import { z } from 'zod';

/** Why somebody needs to see. Said to the unit, so a closed list: what somebody would write might name a patient. */
export const emergencyReasons = [
  'emergency-treatment',
  'patient-worsening',
  'consultation',
  'covering-for-colleague',
  'other',
] as const;
export const emergencyReasonSchema = z.enum(emergencyReasons);
export type EmergencyReason = z.infer<typeof emergencyReasonSchema>;
