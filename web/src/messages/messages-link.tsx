import { Link } from '@tanstack/react-router';
import type { User } from '#domain/people/schema.ts';
import { useText } from '../language/language.tsx';
import { useStore, useTopic } from '../live/hooks.ts';
import type { SignedIn } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import './messages-link.css';

/** The way to one's messages, with how many are unread: for those who may write to somebody, or are written to. */
export function MessagesLink() {
  const who = useStore(useLive().session);
  return typeof who === 'string' ? null : <LinkOf who={who} />;
}

function LinkOf({ who }: { who: SignedIn }) {
  const t = useText();
  const topics = useStore(useLive().topics);
  const own = useTopic<User>(`user/${who.id}`);
  const conversations = Object.values(own.state?.conversation ?? {});
  const mayStart = Array.isArray(topics) && topics.some(({ topic }) => topic === `org/${who.org}/directory`);
  if (!mayStart && conversations.length === 0) return null;
  const unread = conversations.reduce((sum, item) => sum + item.unread, 0);
  const urgent = conversations.some(({ unacknowledged }) => unacknowledged > 0);
  return (
    <Link to="/messages" className="nav-link">
      {t('nav.messages')}
      {unread > 0 && (
        <span className={urgent ? 'unread unread-urgent' : 'unread'}>
          <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
          <span className="unseen">, {t('nav.messages-unread', { count: unread })}</span>
        </span>
      )}
    </Link>
  );
}
