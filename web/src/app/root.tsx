import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { SignIn } from '../sign-in/sign-in.tsx';
import { Loading } from '../ui/states.tsx';
import { Arrival } from './page.tsx';
import { Shell } from './shell.tsx';

/** Every page stands behind the sign-in. The address stays, so that one is where one wanted to be afterwards. */
export function Root() {
  const session = useStore(useLive().session);
  if (session === 'unknown') return <Loading />;
  if (session === 'signed-out') return <SignIn />;
  return (
    <Arrival>
      <Shell who={session} />
    </Arrival>
  );
}
