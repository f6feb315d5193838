import { useEffect, useRef } from 'react';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { useFacilities } from '../places/use-facilities.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { ClockGlyph } from '../ui/glyph.tsx';

/**
 * Says across the whole screen that the server is not heard. It cannot be put away: as long as it is true, whatever
 * else the screen says may be old.
 */
export function ContactBanner() {
  const t = useText();
  const facilities = useFacilities();
  const zones = new Set(
    facilities === 'loading' || 'error' in facilities ? [] : facilities.map(({ zone }) => zone),
  );
  // Where all facilities share a zone it is theirs; otherwise no zone is everybody's, and the device's is as good.
  const times = useTimes(zones.size === 1 ? [...zones][0] : undefined);
  const announce = useAnnounce();
  const { status, since } = useStore(useLive().contact);
  const wasLost = useRef(false);
  const lost = status === 'lost';
  useEffect(() => {
    document.documentElement.toggleAttribute('data-contact-lost', lost);
    if (lost) wasLost.current = true;
    else if (status === 'live' && wasLost.current) {
      wasLost.current = false;
      announce(t('contact.regained'));
    }
    return () => document.documentElement.removeAttribute('data-contact-lost');
  }, [lost, status, announce, t]);
  return (
    <div role="alert" className={lost ? 'contact-banner' : 'unseen'}>
      {lost && (
        <>
          <ClockGlyph />
          <p>{t('contact.lost', { time: times.clock(since) })}</p>
        </>
      )}
    </div>
  );
}
