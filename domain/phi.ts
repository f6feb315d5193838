import { z } from 'zod';

/**
 * Three tags, all absent from views that may not hold patient identity. `phi` marks a field that can identify a
 * patient: sealed wherever it is stored. `subject` marks the pseudonym under whose data key the `phi` fields beside
 * and below it are sealed, `pseudonym` any other: both are stored in the clear, because rows are found by them.
 */
export type Tag = 'phi' | 'subject' | 'pseudonym';

const pseudonymSchema = z.string().min(1).max(64);

const tags = z.registry<{ tag: Tag }>();

/** Tags a field as identifying a patient. Optional in its object, because views and erasure take it away. */
export function phi<S extends z.ZodType>(schema: S): z.ZodOptional<S> {
  return tag(z.optional(schema), 'phi');
}

/** Tags the field that names whose data key seals the `phi` fields of its object and of those inside it. */
export function subject() {
  return tag(z.optional(pseudonymSchema), 'subject');
}

/** Tags a field that stands for a patient or a stay of theirs without naming them. */
export function pseudonym() {
  return tag(z.optional(pseudonymSchema), 'pseudonym');
}

function tag<S extends z.ZodType>(schema: S, as: Tag): S {
  tags.add(schema, { tag: as });
  return schema;
}

/** What a walk does with a tagged value; `undefined` takes the field away. */
export type TaggedTransform = (tag: Tag, value: unknown, subjectId: string | undefined) => unknown;
type Walk = (value: unknown, transform: TaggedTransform, subjectId: string | undefined) => unknown;

const walks = new WeakMap<z.ZodType, Walk | null>();

/**
 * Gives the value with every tagged field passed through `transform`. The value is copied where it changes and
 * shared where it does not. Raises an Error for a schema that hides a tag in a union with no discriminator.
 */
export function mapTagged(schema: z.ZodType, value: unknown, transform: TaggedTransform): unknown {
  const walk = walkOf(schema);
  return walk === null ? value : walk(value, transform, undefined);
}

/** The value as a reader without rights to patient identity may have it. */
export function withoutPhi(schema: z.ZodType, value: unknown): unknown {
  return mapTagged(schema, value, () => undefined);
}

/** Every tagged field of the schema by its path (`[]` for elements, `{}` for record values), in order of declaration. */
export function taggedPaths(schema: z.ZodType): { path: string; tag: Tag }[] {
  const found: { path: string; tag: Tag }[] = [];
  collect(schema, '', found);
  return found;
}

function collect(schema: z.ZodType, path: string, found: { path: string; tag: Tag }[]): void {
  const tag = tags.get(schema)?.tag;
  if (tag !== undefined) {
    found.push({ path, tag });
    return;
  }
  if (schema instanceof z.ZodObject) {
    for (const [key, field] of Object.entries(schema.shape))
      collect(typed(field), path === '' ? key : `${path}.${key}`, found);
  } else if (schema instanceof z.ZodArray) collect(typed(schema.element), `${path}[]`, found);
  else if (schema instanceof z.ZodRecord) collect(typed(schema.valueType), `${path}{}`, found);
  else if (schema instanceof z.ZodUnion)
    for (const option of schema.options) collect(typed(option), path, found);
  else {
    const inner = innerOf(schema);
    if (inner !== undefined) collect(inner, path, found);
  }
}

function walkOf(schema: z.ZodType): Walk | null {
  const known = walks.get(schema);
  if (known !== undefined) return known;
  const walk = compile(schema);
  walks.set(schema, walk);
  return walk;
}

function compile(schema: z.ZodType): Walk | null {
  const tag = tags.get(schema)?.tag;
  if (tag !== undefined) {
    return (value, transform, subjectId) =>
      value === undefined ? undefined : transform(tag, value, subjectId);
  }
  if (schema instanceof z.ZodObject) return compileObject(schema);
  if (schema instanceof z.ZodArray) {
    const element = walkOf(typed(schema.element));
    if (element === null) return null;
    return (value, transform, subjectId) =>
      Array.isArray(value) ? value.map((item) => element(item, transform, subjectId)) : value;
  }
  if (schema instanceof z.ZodRecord) {
    const entry = walkOf(typed(schema.valueType));
    if (entry === null) return null;
    return (value, transform, subjectId) =>
      isObject(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, item]) => [key, entry(item, transform, subjectId)]),
          )
        : value;
  }
  if (schema instanceof z.ZodUnion) return compileUnion(schema);
  const inner = innerOf(schema);
  return inner === undefined ? null : walkOf(inner);
}

function compileObject(schema: z.ZodObject): Walk | null {
  const fields = Object.entries(schema.shape).map(([key, field]) => ({
    key,
    walk: walkOf(typed(field)),
    tag: tags.get(typed(field))?.tag,
  }));
  const walked = fields.flatMap(({ key, walk }) => (walk === null ? [] : [{ key, walk }]));
  if (walked.length === 0) return null;
  const subjectKey = fields.find(({ tag }) => tag === 'subject')?.key;
  return (value, transform, outer) => {
    if (!isObject(value)) return value;
    const own = subjectKey === undefined ? undefined : value[subjectKey];
    const subjectId = typeof own === 'string' ? own : outer;
    const copy: Record<string, unknown> = { ...value };
    for (const { key, walk } of walked) {
      const changed = walk(value[key], transform, subjectId);
      if (changed === undefined) delete copy[key];
      else copy[key] = changed;
    }
    return copy;
  };
}

function compileUnion(schema: z.ZodUnion): Walk | null {
  const options = schema.options.map((option) => ({ option: typed(option), walk: walkOf(typed(option)) }));
  if (options.every(({ walk }) => walk === null)) return null;
  if (!(schema instanceof z.ZodDiscriminatedUnion)) {
    throw new Error('a tagged field stands in a union with no discriminator: its place cannot be derived');
  }
  return (value, transform, subjectId) => {
    // Objects with a literal discriminator: the first whose literals fit is the one that was parsed.
    const match = options.find(({ option }) => fitsLiterals(option, value));
    return match?.walk ? match.walk(value, transform, subjectId) : value;
  };
}

function fitsLiterals(option: z.ZodType, value: unknown): boolean {
  if (!(option instanceof z.ZodObject) || !isObject(value)) return false;
  return Object.entries(option.shape).every(
    ([key, field]) =>
      !(field instanceof z.ZodLiteral) || [...field.values].some((literal) => literal === value[key]),
  );
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodReadonly
  ) {
    return typed(schema.def.innerType);
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Zod types the inside of a schema by its core class; every schema we build is of the classic kind. */
function typed(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodType) return schema;
  throw new Error('a schema of another zod kind');
}
