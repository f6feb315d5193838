import type { TranslationOf } from '../language/translation.ts';
import type { words as english } from './words.en.ts';

/** The texts of the door. */
export const words: TranslationOf<typeof english> = {
  'sign-in.title': 'Đăng nhập',
  'sign-in.email': 'Email',
  'sign-in.password': 'Mật khẩu',
  'sign-in.show': 'Hiện mật khẩu',
  'sign-in.submit': 'Đăng nhập',
  'sign-in.pending': 'Đang đăng nhập…',
  'sign-in.failed': 'Chưa đăng nhập được',
  'sign-in.wrong': 'Email hoặc mật khẩu không đúng.',
  'sign-in.email-missing': 'Hãy nhập email.',
  'sign-in.email-malformed': 'Email phải có dạng ten@benhvien.example.',
  'sign-in.password-missing': 'Hãy nhập mật khẩu.',
  'sign-in.limited': 'Thử quá nhiều lần. Hãy đợi một phút rồi thử lại.',
  'sign-in.unavailable': 'Máy chủ không trả lời. Hãy kiểm tra mạng rồi thử lại.',
  'sign-in.passkey': 'Dùng khóa truy cập',
  'sign-in.passkey-failed': 'Chưa dùng được khóa truy cập. Hãy thử lại hoặc đăng nhập bằng mật khẩu.',
  'sign-in.passkey-unknown': 'Khóa truy cập này không mở tài khoản nào ở đây. Hãy đăng nhập bằng mật khẩu.',
  'sign-in.passkey-no-name':
    'Khóa truy cập chỉ dùng được khi mở Carewall bằng tên miền, không phải bằng địa chỉ số. Hãy hỏi quản trị viên địa chỉ đó.',
  'sign-in.or': 'hoặc',
  'sign-in.forgotten': 'Quên mật khẩu?',
  'sign-in.pair': 'Ghép nối màn hình này',
  'sign-in.idle':
    'Bạn đã bị đăng xuất sau {{minutes}} phút không sử dụng. Nội dung chưa gửi được giữ đến khi bạn đăng nhập lại tại đây.',
  'sign-in.second': 'Còn một bước nữa',
  'sign-in.second-lead': 'Mật khẩu đúng. Hãy chứng minh đó là bạn.',
  'sign-in.second-wrong': 'Chưa chứng minh được đó là bạn. Hãy thử lại hoặc bắt đầu lại.',
  'sign-in.start-over': 'Bắt đầu lại',
  'proof.code': 'Mã từ ứng dụng xác thực',
  'proof.code-hint': 'Sáu chữ số, đổi sau mỗi 30 giây.',
  'proof.backup': 'Mã dự phòng',
  'proof.backup-hint': 'Mười chữ cái và chữ số; mỗi mã chỉ dùng một lần.',
  'proof.password': 'Mật khẩu',
  'proof.passkey': 'Dùng khóa truy cập của bạn',
  'proof.other': 'Cách khác',
  'proof.use-totp': 'Mã từ ứng dụng xác thực',
  'proof.use-backup': 'Mã dự phòng',
  'proof.use-passkey': 'Khóa truy cập',
  'proof.go-on': 'Tiếp tục',
  'proof.pending': 'Đang kiểm tra…',
  'proof.limited': 'Thử quá nhiều lần. Hãy đợi một phút rồi thử lại.',
  'proof.unavailable': 'Máy chủ không trả lời. Hãy kiểm tra mạng rồi thử lại.',
  'proof.missing': 'Hãy nhập mã.',
  'sign-in.with': 'Đăng nhập bằng {{name}}',
  'sign-in.issuer-refused':
    'Cổng đăng nhập của tổ chức không cho bạn vào đây. Hãy hỏi quản trị viên hoặc đăng nhập bằng mật khẩu.',
  'sign-in.issuer-unavailable':
    'Cổng đăng nhập của tổ chức không phản hồi. Hãy thử lại hoặc đăng nhập bằng mật khẩu.',
  'sign-in.issuer-second-factor':
    'Bạn có yếu tố thứ hai ở đây, nhưng cổng đăng nhập của tổ chức không hỏi yếu tố nào. Hãy đăng nhập bằng mật khẩu.',
};
