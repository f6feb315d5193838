import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { conversationsModule } from '#domain/conversations/module.ts';
import type { User } from '#domain/people/schema.ts';
import { mayAsk } from '../app/may-ask.ts';
import { usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTopic } from '../live/hooks.ts';
import { Empty } from '../ui/states.tsx';
import { ConversationList } from './conversation-list.tsx';
import { NewConversation } from './new-conversation.tsx';
import { Thread } from './thread.tsx';
import { useMe } from './use-conversation.ts';
import './messages.css';

const route = getRouteApi('/messages/$conversation');

/** One's conversations, none of them open. */
export function MessagesPage() {
  return <Messages open={undefined} />;
}

/** One conversation, beside the others where there is room. */
export function ConversationPage() {
  return <Messages open={route.useParams().conversation} />;
}

function Messages({ open }: { open: string | undefined }) {
  const t = useText();
  const me = useMe();
  const own = useTopic<User>(`user/${me.id}`);
  const [starting, setStarting] = useState(false);
  const mayStart = mayAsk(conversationsModule, 'conversation.start', { grants: me.grants, path: [me.org] });
  return (
    <div className={open === undefined ? 'messages messages-list-only' : 'messages'}>
      <section className="conversations" aria-label={t('messages.list')}>
        <header className="conversations-head">
          {open === undefined ? <PageHeading title={t('messages.title')} /> : <h2>{t('messages.title')}</h2>}
          {mayStart && (
            <button type="button" onClick={() => setStarting(true)}>
              {t('messages.start')}
            </button>
          )}
        </header>
        <ConversationList own={own} open={open} me={me.id} mayStart={mayStart} />
      </section>
      {open === undefined ? (
        <section className="thread thread-none" aria-label={t('messages.choose')}>
          <Empty title={t('messages.choose')}>
            <p>{t('messages.choose-text')}</p>
          </Empty>
        </section>
      ) : (
        <Thread key={open} id={open} me={me} />
      )}
      {starting && <NewConversation me={me} onClose={() => setStarting(false)} />}
    </div>
  );
}

function PageHeading({ title }: { title: string }) {
  const heading = usePageHeading(title);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {title}
    </h1>
  );
}
