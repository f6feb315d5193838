import { declinedRequest, invitationToSend, isUsable, organisationName } from '#db/account-letters.ts';
import type { LetterName } from '#db/jobs/post-queue.ts';
import { type LinkPurpose, newLink } from '#db/link-secrets.ts';
import type { Letter, LetterContext, Writing } from '../letter.ts';

/** How long somebody has to verify an address that an account is asked for from. */
const requestHours = 24;
const resetMinutes = 60;

/** A link whose secret stands after the #: a browser keeps that to itself, and no server on the way writes it down. */
async function linkTo(
  { sql, org, about, publicUrl }: LetterContext,
  path: string,
  purpose: LinkPurpose,
  minutes: number,
): Promise<string> {
  return `${publicUrl}${path}#${await newLink(sql, { org, purpose, about }, minutes)}`;
}

function letter(subject: string, ...paragraphs: readonly string[]): Writing {
  return { subject, text: `${paragraphs.join('\n\n')}\n` };
}

const invitation: Letter = {
  async prepare(context) {
    const found = await invitationToSend(context.sql, context.org, context.about);
    if (found === undefined) return undefined;
    const { organisation, by, via, minutes } = found;
    const link = await linkTo(context, '/join', 'invitation', minutes);
    const days = Math.max(1, Math.floor(minutes / 1440));
    if (context.language === 'vi') {
      return letter(
        `${organisation}: tài khoản Carewall của bạn`,
        via === 'request'
          ? `${organisation} đã chấp thuận yêu cầu của bạn.`
          : `${by} mời bạn dùng Carewall tại ${organisation}.`,
        `Mở liên kết này để đặt mật khẩu. Liên kết có hiệu lực ${days} ngày và dùng được một lần:\n${link}`,
        'Nếu bạn không chờ thư này, hãy bỏ qua.',
      );
    }
    return letter(
      `Your account at ${organisation}`,
      via === 'request'
        ? `${organisation} has approved your request.`
        : `${by} invites you to use Carewall at ${organisation}.`,
      `Open this link to choose your password. It can be used once, within ${days} ${days === 1 ? 'day' : 'days'}:\n${link}`,
      'If you did not expect this letter, you need not do anything.',
    );
  },
};

const requestVerification: Letter = {
  async prepare(context) {
    const organisation = await organisationName(context.sql, context.org);
    if (organisation === undefined) return undefined;
    const link = await linkTo(context, '/join/verify', 'request', requestHours * 60);
    return context.language === 'vi'
      ? letter(
          'Xác nhận địa chỉ email của bạn',
          `Có người, hẳn là bạn, đã yêu cầu một tài khoản Carewall tại ${organisation}.`,
          `Mở liên kết này trong ${requestHours} giờ để xác nhận địa chỉ. Sau đó một quản trị viên sẽ xem yêu cầu:\n${link}`,
          'Nếu không phải bạn, hãy bỏ qua thư này: sẽ không có gì xảy ra.',
        )
      : letter(
          'Confirm your email address',
          `Somebody, surely you, asked for a Carewall account at ${organisation}.`,
          `Open this link within ${requestHours} hours to confirm the address. An administrator then looks at the request:\n${link}`,
          'If it was not you, ignore this letter: nothing will happen.',
        );
  },
};

const requestDeclined: Letter = {
  async prepare({ sql, org, about, language }) {
    const found = await declinedRequest(sql, org, about);
    if (found === undefined) return undefined;
    const { organisation, reason } = found;
    return language === 'vi'
      ? letter(
          `${organisation}: yêu cầu của bạn`,
          `${organisation} chưa thể mở tài khoản cho bạn. Lý do:`,
          reason,
        )
      : letter(
          `Your request to ${organisation}`,
          `${organisation} could not give you an account. The reason is:`,
          reason,
        );
  },
};

const accountExists: Letter = {
  async prepare({ language, publicUrl }) {
    return language === 'vi'
      ? letter(
          'Bạn đã có tài khoản',
          'Có người, hẳn là bạn, đã yêu cầu một tài khoản Carewall bằng địa chỉ này. Địa chỉ này đã có tài khoản.',
          `Đăng nhập: ${publicUrl}/\nQuên mật khẩu: ${publicUrl}/join/forgotten`,
        )
      : letter(
          'You have an account already',
          'Somebody, surely you, asked for a Carewall account with this address. It has one already.',
          `Sign in: ${publicUrl}/\nForgotten the password: ${publicUrl}/join/forgotten`,
        );
  },
};

const passwordReset: Letter = {
  async prepare(context) {
    if (!(await isUsable(context.sql, context.org, context.about))) return undefined;
    const link = await linkTo(context, '/join/reset', 'password', resetMinutes);
    return context.language === 'vi'
      ? letter(
          'Đặt mật khẩu mới',
          `Mở liên kết này trong một giờ để đặt mật khẩu mới. Bạn sẽ được đăng xuất ở mọi nơi:\n${link}`,
          'Nếu không phải bạn yêu cầu, hãy bỏ qua thư này: mật khẩu vẫn như cũ.',
        )
      : letter(
          'Choose a new password',
          `Open this link within an hour to choose a new password. You will be signed out everywhere:\n${link}`,
          'If you did not ask for it, ignore this letter: your password stays as it is.',
        );
  },
};

const passwordChanged: Letter = {
  async prepare({ language, publicUrl }) {
    return language === 'vi'
      ? letter(
          'Mật khẩu của bạn đã đổi',
          'Mật khẩu tài khoản Carewall của bạn vừa được đổi và bạn đã được đăng xuất ở mọi nơi.',
          `Nếu không phải bạn, hãy đặt lại mật khẩu ngay và báo cho quản trị viên: ${publicUrl}/join/forgotten`,
        )
      : letter(
          'Your password was changed',
          'The password of your Carewall account was just changed, and you were signed out everywhere.',
          `If it was not you, reset it now and tell an administrator: ${publicUrl}/join/forgotten`,
        );
  },
};

const emailVerification: Letter = {
  async prepare(context) {
    if (!(await isUsable(context.sql, context.org, context.about))) return undefined;
    const link = await linkTo(context, '/join/email', 'email', requestHours * 60);
    return context.language === 'vi'
      ? letter(
          'Xác nhận địa chỉ mới',
          `Mở liên kết này trong ${requestHours} giờ để dùng địa chỉ này khi đăng nhập:\n${link}`,
          'Nếu không phải bạn yêu cầu, hãy bỏ qua thư này.',
        )
      : letter(
          'Confirm your new address',
          `Open this link within ${requestHours} hours to sign in with this address from now on:\n${link}`,
          'If you did not ask for it, ignore this letter.',
        );
  },
};

const emailChanged: Letter = {
  async prepare({ language }) {
    return language === 'vi'
      ? letter(
          'Địa chỉ email của bạn đã đổi',
          'Tài khoản Carewall của bạn nay dùng một địa chỉ email khác để đăng nhập. Nếu không phải bạn, hãy báo ngay cho quản trị viên.',
        )
      : letter(
          'Your email address was changed',
          'Your Carewall account now signs in with another email address. If it was not you, tell an administrator at once.',
        );
  },
};

/** The letters about accounts. None names whoever it goes to: the address may be a stranger's. */
export const accountLetters = {
  invitation,
  'request-verification': requestVerification,
  'request-declined': requestDeclined,
  'account-exists': accountExists,
  'password-reset': passwordReset,
  'password-changed': passwordChanged,
  'email-verification': emailVerification,
  'email-changed': emailChanged,
} as const satisfies Partial<Record<LetterName, Letter>>;
