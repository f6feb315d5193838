import { useEffect, useState } from 'react';
import { z } from 'zod';
import { useText } from '../language/language.tsx';

const methodsSchema = z.object({ oidc: z.object({ name: z.string(), start: z.string() }).optional() });
const faults = {
  refused: 'sign-in.issuer-refused',
  unavailable: 'sign-in.issuer-unavailable',
  'second-factor': 'sign-in.issuer-second-factor',
} as const;

/** The way in by the organisation's own sign-in, where there is one; and why one came back from there without being let in. */
export function IdentityProvider() {
  const t = useText();
  const [offered, setOffered] = useState<{ name: string; start: string } | undefined>(undefined);
  useEffect(() => {
    const asking = new AbortController();
    fetch('/api/v1/session/methods', { signal: asking.signal })
      .then(async (response) => setOffered(methodsSchema.safeParse(await response.json()).data?.oidc))
      // It is one way in among others: without an answer it is not offered.
      .catch(() => undefined);
    return () => asking.abort();
  }, []);
  if (offered === undefined) return null;
  const here = new URL(location.href);
  const fault = faultOf(here.searchParams.get('sign-in'));
  here.searchParams.delete('sign-in');
  const start = `${offered.start}?${new URLSearchParams({ returnTo: here.pathname + here.search })}`;
  return (
    <>
      {fault !== undefined && (
        <p role="alert" className="sign-in-summary">
          {t(faults[fault])}
        </p>
      )}
      <a className="sign-in-provider" href={start}>
        {t('sign-in.with', { name: offered.name })}
      </a>
    </>
  );
}

function faultOf(text: string | null): keyof typeof faults | undefined {
  return text === 'refused' || text === 'unavailable' || text === 'second-factor' ? text : undefined;
}
