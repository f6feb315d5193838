/** Lets so many through at once and so many a second on average. */
export interface TokenBucket {
  /** Takes one, if there is one. */
  take(): boolean;
}

/** A bucket that holds `burst` and gains `perSecond`, by a clock in milliseconds. */
export function createTokenBucket(
  burst: number,
  perSecond: number,
  clock: () => number = Date.now,
): TokenBucket {
  let tokens = burst;
  let at = clock();
  return {
    take() {
      const now = clock();
      tokens = Math.min(burst, tokens + ((now - at) / 1000) * perSecond);
      at = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

/** A bucket for each key, the longest unused forgotten when there are too many. */
export function createKeyedBuckets(
  burst: number,
  perSecond: number,
  options: { most: number; clock?: () => number },
): { take(key: string): boolean } {
  const buckets = new Map<string, TokenBucket>();
  return {
    take(key) {
      const bucket = buckets.get(key) ?? createTokenBucket(burst, perSecond, options.clock);
      // Written anew so that the order of the map is the order of use.
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > options.most) {
        const oldest = buckets.keys().next();
        if (!oldest.done) buckets.delete(oldest.value);
      }
      return bucket.take();
    },
  };
}
