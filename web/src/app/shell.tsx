import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../language/language.tsx';
import type { SignedIn } from '../live/live.ts';
import { Palette } from '../palette/palette.tsx';
import { Popover } from '../ui/popover.tsx';
import { ContactBanner } from './contact-banner.tsx';
import { useWallDensity } from './density.ts';
import { Navigation, WaitingInAll } from './navigation.tsx';
import { OwnEmergency } from './own-emergency.tsx';
import { Settings } from './settings.tsx';
import './shell.css';

/** What stands around every page. On a wall it draws back into one corner: the glass belongs to the numbers. */
export function Shell({ who, children }: { who: SignedIn; children: ReactNode }) {
  const t = useText();
  const wall = useWallDensity();
  return (
    <>
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      <ContactBanner />
      <OwnEmergency who={who} />
      {wall ? (
        <div className="shell-corner">
          <Popover className="corner-menu" button={t('app.menu')}>
            <Navigation who={who} />
            <Settings who={who} />
          </Popover>
        </div>
      ) : (
        <header className="shell-head">
          <Link to="/" className="brand" aria-label={t('app.name')}>
            <BrandMark />
            <span aria-hidden="true">{t('app.name')}</span>
          </Link>
          <Popover
            className="phone-menu"
            button={
              <>
                {t('app.menu')}
                <WaitingInAll who={who} />
              </>
            }
          >
            <Navigation who={who} />
          </Popover>
          <div className="desk-navigation">
            <Navigation who={who} folded />
          </div>
          <Palette who={who} />
          <Popover
            className="head-menu"
            button={<span className="who">{who.name}</span>}
            label={t('app.settings')}
          >
            <Settings who={who} />
          </Popover>
        </header>
      )}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** Four tiles, one of them needing somebody. */
function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M3 3h12v12H3zM17 3h12v12H17zM3 17h12v12H3z" className="brand-tile" />
      <circle cx="23" cy="23" r="6" className="brand-dot" />
    </svg>
  );
}
