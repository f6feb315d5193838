import { type ReactNode, useId } from 'react';
import './field.css';

/** A label, its control and what is wrong with it, tied together for whoever cannot see that they stand together. */
export function Field({
  label,
  error,
  children,
}: {
  label: string;
  error?: string | undefined;
  children: (control: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}) {
  const id = useId();
  const errorId = `${id}error`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {error === undefined
        ? children({ id })
        : children({ id, 'aria-describedby': errorId, 'aria-invalid': true })}
      {error !== undefined && (
        <p className="field-error" id={errorId}>
          {error}
        </p>
      )}
    </div>
  );
}

/** One of a few, all of them in sight. What is chosen stands in the form it is in. */
export function Choice({
  label,
  name,
  options,
  initial,
}: {
  label: string;
  name: string;
  options: readonly { readonly value: string; readonly label: string }[];
  initial: string | undefined;
}) {
  return (
    <fieldset className="options">
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="option">
          <input
            type="radio"
            name={name}
            value={option.value}
            defaultChecked={option.value === initial}
            required
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
