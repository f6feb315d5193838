import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Refusal } from '#domain/errors.ts';
import type { MessageKey } from '../language/catalogue.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import { signedByPasskey } from './passkey.ts';

/** A way in which somebody can prove that it is them. */
export type ProofMethod = 'passkey' | 'totp' | 'password' | 'backup';

/** The quickest first. */
const order: readonly ProofMethod[] = ['passkey', 'totp', 'password', 'backup'];

type WrongKey = Extract<MessageKey, 'sign-in.second-wrong' | 'step-up.wrong'>;
type FaultKey = WrongKey | Extract<MessageKey, `proof.${string}` | 'sign-in.passkey-failed'>;

interface ProofFormProps {
  readonly methods: readonly ProofMethod[];
  /** For the browser, where one of them is a passkey. */
  readonly publicKey: unknown;
  /** What is said where a proof was not right. */
  readonly wrong: WrongKey;
  /** Brings a proof to the server; gives why it was refused. */
  readonly onProof: (proof: Record<string, unknown>) => Promise<Refusal | undefined>;
}

/** Asks for one proof, in the way that the person chooses. */
export function ProofForm({ methods, publicKey, wrong, onProof }: ProofFormProps) {
  const t = useText();
  const [method, setMethod] = useState(() => order.find((one) => methods.includes(one)) ?? 'password');
  const [pending, setPending] = useState(false);
  const [fault, setFault] = useState<FaultKey>();
  const form = useRef<HTMLFormElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus goes to the field of another method.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, button')?.focus();
  }, [method]);

  const bring = async (proof: Record<string, unknown>) => {
    setPending(true);
    setFault(undefined);
    const refusal = await onProof(proof);
    if (refusal === undefined) return;
    setPending(false);
    setFault(faultOf(refusal, wrong));
    form.current?.querySelector<HTMLElement>('input, button')?.focus();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // Read from the form, not from state: a password manager may fill fields without an event.
    const typed = String(new FormData(event.currentTarget).get('proof') ?? '').trim();
    if (method === 'passkey') {
      setPending(true);
      const response = await signedByPasskey(publicKey);
      setPending(false);
      if (response === undefined) setFault('sign-in.passkey-failed');
      else await bring({ method, response });
    } else if (typed === '') setFault('proof.missing');
    else await bring(method === 'password' ? { method, password: typed } : { method, code: typed });
  };

  return (
    <form ref={form} className="proof" noValidate onSubmit={(event) => void submit(event)}>
      <p role="alert" className={fault === undefined ? 'unseen' : 'field-error'}>
        {fault !== undefined && t(fault)}
      </p>
      <ProofField method={method} />
      <button type="submit" className="primary" disabled={pending}>
        {t(pending ? 'proof.pending' : method === 'passkey' ? 'proof.passkey' : 'proof.go-on')}
      </button>
      {methods.length > 1 && (
        <fieldset className="proof-others">
          <legend>{t('proof.other')}</legend>
          {methods
            .filter((one): one is Exclude<ProofMethod, 'password'> => one !== method && one !== 'password')
            .map((one) => (
              <button
                key={one}
                type="button"
                className="quiet"
                onClick={() => {
                  setFault(undefined);
                  setMethod(one);
                }}
              >
                {t(`proof.use-${one}`)}
              </button>
            ))}
        </fieldset>
      )}
    </form>
  );
}

function ProofField({ method }: { method: ProofMethod }) {
  const t = useText();
  switch (method) {
    case 'passkey':
      return null;
    case 'totp':
      return (
        <Field key="totp" label={t('proof.code')}>
          {(control) => (
            <>
              <input
                {...control}
                name="proof"
                className="proof-code"
                inputMode="numeric"
                autoComplete="one-time-code"
                required
              />
              <p className="proof-hint">{t('proof.code-hint')}</p>
            </>
          )}
        </Field>
      );
    case 'backup':
      return (
        <Field key="backup" label={t('proof.backup')}>
          {(control) => (
            <>
              <input
                {...control}
                name="proof"
                className="proof-code"
                autoComplete="off"
                autoCapitalize="characters"
                spellCheck={false}
                required
              />
              <p className="proof-hint">{t('proof.backup-hint')}</p>
            </>
          )}
        </Field>
      );
    case 'password':
      return (
        <Field key="password" label={t('proof.password')}>
          {(control) => (
            <input {...control} name="proof" type="password" autoComplete="current-password" required />
          )}
        </Field>
      );
    default:
      return method satisfies never;
  }
}

function faultOf({ code }: Refusal, wrong: WrongKey): FaultKey {
  if (code === 'rate_limited') return 'proof.limited';
  return code === 'unavailable' ? 'proof.unavailable' : wrong;
}
