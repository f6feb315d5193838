/** Words that the commonest long passwords are made of, as published lists of leaked ones have them. */
const words = [
  'password',
  'passw0rd',
  'p@ssword',
  'p@ssw0rd',
  'passwort',
  'contrasena',
  'motdepasse',
  'matkhau',
  'letmein',
  'welcome',
  'qwerty',
  'qwertyuiop',
  'qwertz',
  'azerty',
  'asdfghjkl',
  'zxcvbnm',
  '1q2w3e4r',
  '1q2w3e4r5t',
  '1qaz2wsx',
  'qazwsx',
  'zaq12wsx',
  'abc123',
  'abcd1234',
  'iloveyou',
  'anhyeuem',
  'princess',
  'sunshine',
  'football',
  'baseball',
  'monkey',
  'dragon',
  'superman',
  'batman',
  'trustno1',
  'starwars',
  'whatever',
  'admin',
  'administrator',
  'changeme',
  'default',
  'secret',
  'master',
  'login',
  'guest',
  'test',
  'temp',
  'user',
  'root',
  'hospital',
  'doctor',
  'nurse',
  'clinic',
  'medical',
  'health',
  'carewall',
  'demo',
  'summer',
  'winter',
  'spring',
  'autumn',
  'january',
  'monday',
] as const;

/** A word that begins with another goes before it: what is left of it would be letters. */
const longestFirst = [...words].sort((a, b) => b.length - a.length);

/** Phrases that are long and still among the first that are tried. */
const phrases = new Set([
  'correcthorsebatterystaple',
  'correct horse battery staple',
  'correct-horse-battery-staple',
  'thisisapassword',
  'thisismypassword',
  'mypasswordis',
  'letmeinplease',
  'ilovemyfamily',
  'iloveyouforever',
  'todayisagoodday',
  'onetwothreefour',
  'abcdefghijkl',
  'abcdefghijklm',
  'abcdefghijklmnop',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjkl',
  'qwertyuiopasdf',
  'zaq1xsw2cde3',
  '1qaz2wsx3edc',
  '1q2w3e4r5t6y',
  'q1w2e3r4t5y6',
  'a1b2c3d4e5f6',
  'aa123456789',
  'demo-carewall',
]);

/**
 * Whether a password, in small letters, is among those that are tried first: common words, alone, repeated or one after
 * another, with nothing but figures and signs between and around them; a run of figures; a known phrase.
 */
export function isCommonPassword(password: string): boolean {
  if (phrases.has(password)) return true;
  let rest = password;
  for (const word of longestFirst) rest = rest.replaceAll(word, ' ');
  return !/\p{L}/u.test(rest);
}
