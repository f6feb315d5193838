import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { millis } from '#domain/instant.ts';
import type { OwnEmergency } from '#domain/people/own-emergency.ts';
import { useText } from '../language/language.tsx';
import { useNow } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { useUnitTimes } from '../places/use-unit-times.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { AlertGlyph } from '../ui/glyph.tsx';
import './emergency.css';

/** What emergency access one has, how long it lasts on, and the way to end it: on every page, as long as it lasts. */
export function EmergencyBanner({ items }: { items: readonly OwnEmergency[] }) {
  const t = useText();
  return (
    <aside className="emergency-banner" aria-label={t('emergency.yours')}>
      <ul>
        {[...items]
          .sort((a, b) => a.until.localeCompare(b.until))
          .map((item) => (
            <Lasting key={item.id} item={item} />
          ))}
      </ul>
    </aside>
  );
}

function Lasting({ item }: { item: OwnEmergency }) {
  const t = useText();
  const times = useUnitTimes(item.unit.id);
  const live = useLive();
  const announce = useAnnounce();
  const now = useNow(1000);
  const [ending, setEnding] = useState(false);
  const unit = item.unit.name;
  const length = times.length(millis(item.until) - now);
  const end = async () => {
    setEnding(true);
    const answer = await live.send({ type: 'access.end', data: { access: item.id } });
    setEnding(false);
    announce(answer.ok ? t('emergency.ended', { unit }) : t('emergency.refused-other'));
  };
  return (
    <li>
      <AlertGlyph taken />
      <p>
        <strong>{t('emergency.banner', { unit, time: times.clock(item.until) })}</strong>{' '}
        <span>{length === undefined ? t('emergency.left-moment') : t('emergency.left', { length })}</span>
      </p>
      <Link className="button" to="/units/$unit/beds" params={{ unit: item.unit.id }}>
        {t('emergency.open', { unit })}
      </Link>
      <button
        type="button"
        disabled={ending}
        aria-label={t('emergency.end-named', { unit })}
        onClick={() => void end()}
      >
        {t('emergency.end')}
      </button>
    </li>
  );
}
