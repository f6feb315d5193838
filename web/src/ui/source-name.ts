import type { Source } from '#domain/source.ts';
import type { Translate } from '../language/catalogue.ts';

/** Who said something, as a person reads it. */
export function sourceName(t: Translate, source: Source): string {
  return source.kind === 'system' ? t('source.system') : t(`source.${source.kind}`, { name: source.name });
}
