import postgres from 'postgres';

/**
 * The campaign's own way to the database, which lives through its deaths: a query answers in time or rejects, and after a
 * failure the next one begins with new connections, because the driver's own may never come back to life.
 * @param {string} url
 */
export function createDatabaseClient(url) {
  let pool = open();

  function open() {
    return postgres(url, {
      max: 2,
      connect_timeout: 2,
      onnotice: () => undefined,
      types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    });
  }

  function discard(failed) {
    if (pool !== failed) return;
    pool = open();
    failed.end({ timeout: 0 }).catch(() => undefined);
  }

  return {
    /**
     * @param {TemplateStringsArray} words
     * @param {...any} values
     * @returns {Promise<any[]>}
     */
    async query(words, ...values) {
      const used = pool;
      let timer;
      const late = new Promise((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('the database does not answer')), 10_000);
      });
      try {
        return await Promise.race([used(words, ...values), late]);
      } catch (error) {
        discard(used);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => pool.end({ timeout: 0 }).catch(() => undefined),
  };
}
