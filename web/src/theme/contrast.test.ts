import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const [light = '', darkByDevice = '', darkByChoice = ''] = css.split(
  /^(?:@media|:root\[data-theme="dark"\])/m,
);

function colours(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

const texts = [
  ...['ink', 'ink-2', 'accent', 'free', 'claimed', 'occupied', 'cleaning'],
  ...['contaminated', 'closed', 'isolated', 'warn', 'alert'],
];

describe.each([
  ['light', colours(light)],
  ['dark', colours(darkByChoice)],
])('the %s appearance', (_, theme) => {
  const of = (name: string) => theme[name] ?? '';

  it.each(texts)('has 7:1 for %s on what it stands on', (name) => {
    for (const behind of ['ground', 'surface'])
      expect(contrast(of(name), of(behind))).toBeGreaterThanOrEqual(7);
  });

  it('has 7:1 on filled grounds', () => {
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(7);
    expect(contrast(of('on-alert'), of('alert'))).toBeGreaterThanOrEqual(7);
    expect(contrast(of('ink'), of('alert-soft'))).toBeGreaterThanOrEqual(7);
    expect(contrast(of('ink'), of('accent-soft'))).toBeGreaterThanOrEqual(7);
    expect(contrast(of('ink-2'), of('sunken'))).toBeGreaterThanOrEqual(7);
  });

  it('has 3:1 for the edges of controls', () => {
    for (const behind of ['ground', 'surface'])
      expect(contrast(of('line-strong'), of(behind))).toBeGreaterThanOrEqual(3);
  });
});

it('is the same dark by choice as by the device', () => {
  expect(colours(darkByChoice)).toEqual(colours(darkByDevice));
});
