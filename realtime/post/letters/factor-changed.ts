import { type FactorChange, factorChangeById } from '#db/factors.ts';
import type { LetterLanguage } from '#db/jobs/post-queue.ts';
import type { Letter } from '../letter.ts';

type Words = { readonly [Change in FactorChange]: string } & {
  readonly subject: string;
  readonly hello: (name: string) => string;
  readonly byAdmin: string;
  readonly notYou: (address: string) => string;
};

const words: { readonly [Language in LetterLanguage]: Words } = {
  en: {
    subject: 'How you sign in to Carewall has changed',
    hello: (name) => `Hello ${name},`,
    'totp-added': 'One-time codes of an authenticator were added to your account.',
    'totp-removed': 'One-time codes of an authenticator were removed from your account.',
    'passkey-added': 'A passkey was added to your account.',
    'passkey-removed': 'A passkey was removed from your account.',
    'backup-codes-made':
      'New backup codes were made for your account. The ones before are worth nothing any more.',
    reset:
      'All second factors of your account were taken away, and you were signed out everywhere. You sign in with your password and the code that your administrator gives you.',
    byAdmin: 'An administrator did this.',
    notYou: (address) =>
      `If that was not you, and you did not ask for it: tell your administrator, and end the sessions that are not yours at ${address}`,
  },
  vi: {
    subject: 'Cách bạn đăng nhập Carewall đã thay đổi',
    hello: (name) => `Xin chào ${name},`,
    'totp-added': 'Mã dùng một lần của ứng dụng xác thực đã được thêm vào tài khoản của bạn.',
    'totp-removed': 'Mã dùng một lần của ứng dụng xác thực đã bị gỡ khỏi tài khoản của bạn.',
    'passkey-added': 'Một khóa truy cập đã được thêm vào tài khoản của bạn.',
    'passkey-removed': 'Một khóa truy cập đã bị gỡ khỏi tài khoản của bạn.',
    'backup-codes-made':
      'Mã dự phòng mới đã được tạo cho tài khoản của bạn. Các mã trước đó không còn giá trị.',
    reset:
      'Mọi yếu tố xác thực thứ hai của tài khoản bạn đã bị xóa và bạn đã bị đăng xuất ở mọi nơi. Hãy đăng nhập bằng mật khẩu và mã mà quản trị viên đưa cho bạn.',
    byAdmin: 'Một quản trị viên đã làm việc này.',
    notYou: (address) =>
      `Nếu đó không phải là bạn và bạn không yêu cầu: hãy báo quản trị viên và kết thúc các phiên không phải của bạn tại ${address}`,
  },
};

/** Tells somebody that what they prove themselves by has changed. It holds no secret and nothing that signs anybody in. */
export const factorChanged: Letter = {
  async prepare({ sql, about, language, publicUrl }) {
    const change = await factorChangeById(sql, about);
    if (change === undefined) return undefined;
    const say = words[language];
    const lines = [
      say.hello(change.accountName),
      change.name === '' ? say[change.what] : `${say[change.what]} (${change.name})`,
      ...(change.byOwner ? [] : [say.byAdmin]),
      say.notYou(`${publicUrl}/me/security`),
    ];
    return { subject: say.subject, text: lines.join('\n\n') };
  },
};
