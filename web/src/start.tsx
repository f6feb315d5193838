import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createAppRouter } from './app/router.tsx';
import { LanguageProvider, startLanguage } from './language/language.tsx';
import { createLive } from './live/create-live.ts';
import { LiveProvider } from './live/provider.tsx';
import { applyTheme, chosenTheme } from './theme/theme.ts';
import { Announcer } from './ui/announcer.tsx';
import './theme/tokens.css';
import './theme/base.css';

applyTheme(chosenTheme());
const place = document.getElementById('app');
if (place === null) throw new Error('the page has no place for the application');
const root = createRoot(place);
const language = await startLanguage();
root.render(
  <StrictMode>
    <LanguageProvider instance={language}>
      <LiveProvider live={createLive()}>
        <Announcer>
          <RouterProvider router={createAppRouter()} />
        </Announcer>
      </LiveProvider>
    </LanguageProvider>
  </StrictMode>,
);
