//! The closed table of error codes: title, reason and action in both languages.
//!
//! A title says what happened, a reason why and that nothing was lost, an action what to do next.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::Text;

/// The exit code of `trien` for an error (sysexits, as far as they are used).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 64: wrong usage.
    Usage,
    /// 65: bad input.
    BadInput,
    /// 69: token, axis or another service is not there.
    Unavailable,
    /// 70: our own fault.
    Internal,
    /// 75: try again.
    TryAgain,
    /// 77: refused by a rule.
    Refused,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Usage => 64,
            Self::BadInput => 65,
            Self::Unavailable => 69,
            Self::Internal => 70,
            Self::TryAgain => 75,
            Self::Refused => 77,
        }
    }
}

macro_rules! codes {
    ($($name:ident $exit:ident
        $title_vi:literal $reason_vi:literal $action_vi:literal
        $title_en:literal $reason_en:literal $action_en:literal;)*) => {
        /// One code for each thing that the interface can act on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $(#[doc = $title_en] $name,)*
        }

        /// Every code, for tests and tools that go through the table.
        pub const ALL: &[ErrorCode] = &[$(ErrorCode::$name,)*];

        impl ErrorCode {
            /// What happened.
            pub fn title(self) -> Text {
                match self { $(Self::$name => Text::new($title_vi, $title_en),)* }
            }

            /// Why, and that nothing was lost.
            pub fn reason(self) -> Text {
                match self { $(Self::$name => Text::new($reason_vi, $reason_en),)* }
            }

            /// What to do next.
            pub fn action(self) -> Text {
                match self { $(Self::$name => Text::new($action_vi, $action_en),)* }
            }

            /// How `trien` exits.
            pub fn exit(self) -> Exit {
                match self { $(Self::$name => Exit::$exit,)* }
            }
        }
    };
}

codes! {
    FileNotReadable BadInput
        "Không đọc được tệp đã chọn"
        "Tệp không có ở đó, không được phép đọc, hoặc không phải là tệp. Không có gì thay đổi."
        "Kiểm tra đường dẫn và quyền đọc, rồi thử lại."
        "The chosen file cannot be read"
        "It is not there, must not be read, or is no file. Nothing has changed."
        "Check the path and the right to read it, then try again.";
    NotAPdf BadInput
        "Tệp này không phải PDF"
        "Nội dung tệp không bắt đầu như một tệp PDF. Tệp giữ nguyên như cũ."
        "Chọn lại tệp PDF của dự thảo."
        "This file is not a PDF"
        "Its content does not begin as a PDF does. The file is as it was."
        "Choose the draft's PDF again.";
    PdfEncrypted BadInput
        "Tệp PDF có mật khẩu"
        "Tệp mã hóa không ký được vì kho lưu trữ không giữ được lâu dài. Tệp giữ nguyên như cũ."
        "Xuất lại dự thảo thành PDF không có mật khẩu."
        "The PDF is encrypted"
        "An encrypted file is not signed because archives cannot keep it. The file is as it was."
        "Export the draft again without a password.";
    PdfBroken BadInput
        "Tệp PDF bị cắt cụt hoặc hỏng"
        "Cấu trúc tệp không đọc được trọn vẹn. Tệp giữ nguyên như cũ."
        "Xuất lại dự thảo thành PDF, rồi thử lại."
        "The PDF is truncated or damaged"
        "Its structure cannot be read whole. The file is as it was."
        "Export the draft again, then try again.";
    PdfLockedByCertification Refused
        "Người ký trước đã khóa tệp"
        "Chữ ký chứng nhận trong tệp không cho thay đổi gì thêm (DocMDP P=1), nên không cấp số và đóng dấu được. Tệp giữ nguyên như cũ."
        "Đề nghị ký lại bản có ô số."
        "An earlier signer locked the file"
        "The certification signature allows no change (DocMDP P=1), so it cannot be numbered and sealed. The file is as it was."
        "Ask for a signature on the copy that has number boxes.";
    PdfLockedByField Refused
        "Chữ ký trước đã khóa cả những ô chưa có"
        "Một chữ ký trong tệp khóa mọi ô, kể cả ô thêm sau (FieldMDP ALL hoặc EXCLUDE), nên không cấp số và đóng dấu được. Tệp giữ nguyên như cũ."
        "Đề nghị ký lại bản có ô số, không khóa tất cả các ô."
        "An earlier signature locks fields that are not there yet"
        "It locks every field, later ones too (FieldMDP ALL or EXCLUDE), so the file cannot be numbered and sealed. It is as it was."
        "Ask for a signature on the copy that has number boxes, without a lock over all fields.";
    PdfAlreadySigned Refused
        "Tệp đã được ký ở nơi khác"
        "Tệp có chữ ký nhưng không có ô số, ô dấu chuẩn bị sẵn. Tệp giữ nguyên như cũ."
        "Dùng bản chưa ký để trình ký trong Triện."
        "The file was signed elsewhere"
        "It has signatures but no prepared boxes for number and seal. The file is as it was."
        "Use the unsigned draft and have it signed in Triện.";
    PdfActiveContent Refused
        "Tệp PDF chứa mã lệnh"
        "Tệp có JavaScript hoặc hành động tự chạy; nội dung người ký thấy có thể khác nội dung được ký. Tệp giữ nguyên như cũ."
        "Xuất lại dự thảo thành PDF thường."
        "The PDF contains active content"
        "It has JavaScript or actions that run by themselves, so what is seen may not be what is signed. The file is as it was."
        "Export the draft again as a plain PDF.";
    PdfXfa Refused
        "Tệp PDF là biểu mẫu XFA"
        "Biểu mẫu XFA hiển thị khác nhau ở mỗi phần mềm nên không ký được. Tệp giữ nguyên như cũ."
        "In hoặc xuất biểu mẫu thành PDF thường."
        "The PDF is an XFA form"
        "XFA forms look different in each program and are not signed. The file is as it was."
        "Print or export the form as a plain PDF.";
    PdfForeignFields Refused
        "Tệp PDF có ô nhập không phải của Triện"
        "Ô nhập lạ có thể đổi nội dung sau khi ký. Tệp giữ nguyên như cũ."
        "Xuất lại dự thảo thành PDF không có ô nhập."
        "The PDF has form fields that are not ours"
        "Foreign fields could change the content after signing. The file is as it was."
        "Export the draft again without form fields.";
    PdfJunkBeforeHeader Refused
        "Có dữ liệu lạ trước đầu tệp PDF"
        "Tệp không bắt đầu bằng dấu hiệu PDF nên các phần mềm khác có thể đọc khác nhau. Tệp giữ nguyên như cũ."
        "Xuất lại dự thảo thành PDF."
        "There are bytes before the PDF's header"
        "The file does not begin with the PDF mark, so programs may read it differently. The file is as it was."
        "Export the draft again.";
    PdfUnsafe Refused
        "Tệp PDF có nội dung không ký được"
        "Kiểm tra trước khi ký thấy phần tử có thể làm thay đổi nội dung. Tệp giữ nguyên như cũ."
        "Xem chi tiết, xuất lại dự thảo thành PDF thường."
        "The PDF has content that is not signed"
        "The check before signing found parts that could change what is seen. The file is as it was."
        "See the details and export the draft again as a plain PDF.";
    NoPlaceForNumber Refused
        "Không tìm thấy chỗ để ghi số"
        "Trang 1 không có dòng số còn khoảng trống trước ký hiệu, theo thể thức của văn bản. Dự thảo giữ nguyên như cũ."
        "Sửa mẫu để có chỗ trống cho số, rồi xuất lại PDF."
        "No place for the number was found"
        "Page 1 has no number line with a free space before the notation, by the paper's layout. The draft is as it was."
        "Correct the template so that it leaves room, and export again.";
    NoPlaceForDate Refused
        "Không tìm thấy chỗ để ghi ngày, tháng"
        "Trang 1 không có dòng “ngày … tháng … năm” còn chỗ trống. Dự thảo giữ nguyên như cũ."
        "Sửa mẫu để có chỗ trống cho ngày, tháng, rồi xuất lại PDF."
        "No place for the date was found"
        "Page 1 has no line “ngày … tháng … năm” with room. The draft is as it was."
        "Correct the template so that it leaves room, and export again.";
    NoPlaceForSignature Refused
        "Không tìm thấy tên người ký trên trang"
        "Không thấy họ tên người ký in ở cuối văn bản, hoặc phía trên không đủ chỗ. Dự thảo giữ nguyên như cũ."
        "Kiểm tra họ tên người ký trong dự thảo và trong danh sách người có thẩm quyền."
        "The signer's printed name was not found"
        "The name does not stand at the document's end, or there is no room above it. The draft is as it was."
        "Check the name in the draft and in the register of signatories.";
    NoPlaceInCorner Refused
        "Không còn chỗ trống cho dấu trên trang đầu"
        "Góc trên bên phải, hoặc chỗ dưới dòng số, của trang đầu đã kín chữ và hình. Tệp giữ nguyên như cũ."
        "Sửa mẫu để chừa chỗ ở đầu trang, rồi xuất lại PDF."
        "No room for a mark is left on the first page"
        "Its upper right corner, or the space under the number, is full of text and pictures. The file is as it was."
        "Correct the template so that it leaves room at the top, and export again.";
    CopyScanUnfit Refused
        "Bản quét chưa đạt để làm bản sao"
        "Bản sao điện tử từ giấy phải là PDF từ 1.4, ảnh màu, ít nhất 200 dpi, đúng cỡ (Nghị định 30/2020, Phụ lục I, phần II). Không sao gì, tệp giữ nguyên như cũ."
        "Quét lại bằng chế độ màu, từ 200 dpi, tỷ lệ 100 %."
        "The scan is not fit for a copy"
        "An electronic copy of a paper is a PDF 1.4 or later, in colour, of at least 200 dpi and true size (Decree 30/2020, Annex I, part II). Nothing was copied, the file is as it was."
        "Scan it again in colour, at 200 dpi or more, at 100 %.";
    CopyOfElectronic Refused
        "Văn bản điện tử đã ký không sao y"
        "Tệp có chữ ký số: chính tệp đó có giá trị như bản gốc (Nghị định 30/2020, Điều 5 và 25). Không sao gì, tệp giữ nguyên như cũ."
        "Chuyển tiếp chính tệp đã ký; sao lục một bản sao y, hoặc trích sao bằng tệp dựng lại."
        "A signed electronic document is not copied"
        "The file is signed: it has the value of the original itself (Decree 30/2020 art. 5 and 25). Nothing was copied, the file is as it was."
        "Forward the signed file itself; make a sao lục of a sao y, or an extract set anew.";
    MarkFixed Refused
        "Vị trí này không chỉnh được nữa"
        "Ô đã nằm trong phần được ký từ chữ ký đầu tiên, hoặc dấu này không thuộc việc sắp làm. Vị trí giữ nguyên như cũ."
        "Chỉnh số và ngày trong ô của chúng; muốn đổi ô thì đưa về dự thảo, chỉnh trước khi trình ký."
        "This place cannot be corrected any more"
        "The box is part of what the first signature covers, or this mark is not drawn by the act to come. It stays where it was."
        "Move number and date inside their boxes; to move a box, go back to the draft and correct it before handing over.";
    MarkOutside Refused
        "Vị trí mới ra ngoài trang hoặc ngoài ô"
        "Dấu phải nằm trọn trong trang, chữ phải nằm trọn trong ô đã chuẩn bị. Vị trí giữ nguyên như cũ."
        "Chỉnh ít hơn."
        "The new place leaves the page or the box"
        "A mark lies on its page as a whole, a text in the box that was prepared for it. It stays where it was."
        "Move it less.";
    SealCover Refused
        "Dấu phải trùm khoảng 1/3 chữ ký về bên trái"
        "Vị trí mới làm dấu trùm quá ít, quá nhiều hoặc không ở bên trái chữ ký (Nghị định 30/2020, Phụ lục I, II.8). Vị trí giữ nguyên như cũ."
        "Chỉnh dấu lại gần chỗ cũ."
        "The seal must cover about the left third of the signature"
        "There it would cover too little, too much, or not the left (Decree 30/2020, Annex I, II.8). It stays where it was."
        "Move it less.";
    NumberTooLong Refused
        "Số dài hơn chỗ dành sẵn"
        "Số không vừa ô trên trang dù đã thu nhỏ. Số vẫn được giữ, tệp giữ nguyên như cũ."
        "Trình ký lại bản có ô số rộng hơn."
        "The number is longer than its box"
        "It does not fit even when shrunk. The number stays reserved, the file is as it was."
        "Have a copy with a wider box signed.";
    PinIncorrect Refused
        "Mã PIN không đúng"
        "Thiết bị không nhận mã PIN vừa nhập. Chưa ký gì, tệp giữ nguyên như cũ."
        "Kiểm tra bàn phím (chữ hoa, bộ gõ), rồi nhập lại cẩn thận."
        "The PIN is not right"
        "The token did not accept it. Nothing was signed, the file is as it was."
        "Check the keyboard (caps, input method) and enter it again with care.";
    PinLocked Unavailable
        "Mã PIN đã bị khóa"
        "Thiết bị đã khóa vì nhập sai nhiều lần. Chưa ký gì, tệp giữ nguyên như cũ."
        "Liên hệ nơi cấp chứng thư để mở khóa thiết bị."
        "The PIN is locked"
        "The token locked itself after wrong entries. Nothing was signed, the file is as it was."
        "Contact the issuer of the certificate to unlock it.";
    PinMustChange Unavailable
        "Mã PIN phải được đặt hoặc đổi trước"
        "Thiết bị chưa có mã PIN, hoặc mã PIN đã hết hạn dùng. Chưa ký gì, tệp giữ nguyên như cũ."
        "Đặt hoặc đổi mã PIN bằng phần mềm của thiết bị, rồi thử lại."
        "The PIN must be set or changed first"
        "The token has no PIN yet, or it has expired. Nothing was signed, the file is as it was."
        "Set or change the PIN with the token's own software, then try again.";
    PinLastTry Refused
        "Chỉ còn một lần nhập PIN"
        "Nhập sai lần nữa thiết bị sẽ khóa. Chưa nhập gì, tệp giữ nguyên như cũ."
        "Nhập lại và xác nhận đây là lần cuối, hoặc hỏi nơi cấp chứng thư."
        "One last try of the PIN is left"
        "Another wrong entry locks the token. Nothing was entered, the file is as it was."
        "Confirm the last try and enter it, or ask the issuer.";
    TokenAbsent Unavailable
        "Chưa cắm thiết bị ký"
        "Không thấy thiết bị có chứng thư của hồ sơ này. Chưa ký gì, tệp giữ nguyên như cũ."
        "Cắm thiết bị rồi thử lại."
        "The token is not plugged in"
        "No token with this profile's certificate was found. Nothing was signed, the file is as it was."
        "Plug it in and try again.";
    TokenRemoved TryAgain
        "Thiết bị ký bị rút ra khi đang ký"
        "Việc ký dừng giữa chừng. Không có gì dở dang trong tệp."
        "Cắm lại thiết bị và thử lại."
        "The token was pulled while signing"
        "Signing stopped midway. Nothing half-done is in the file."
        "Plug it in again and try again.";
    TokenModuleMissing Unavailable
        "Chưa có phần mềm điều khiển thiết bị"
        "Không thấy thư viện PKCS#11 đã chọn. Chưa ký gì."
        "Cài phần mềm của thiết bị, hoặc chọn lại thư viện trong cài đặt."
        "The token's driver is missing"
        "The chosen PKCS#11 library was not found. Nothing was signed."
        "Install the token's software or choose the library again in the settings.";
    TokenModuleBroken Unavailable
        "Phần mềm điều khiển thiết bị không chạy được"
        "Thư viện PKCS#11 báo lỗi khi khởi động. Chưa ký gì."
        "Cài lại phần mềm của thiết bị, rồi khởi động lại Triện."
        "The token's driver does not start"
        "The PKCS#11 library failed. Nothing was signed."
        "Install the token's software again and restart Triện.";
    TokenKeyMissing Unavailable
        "Thiết bị không có khóa của chứng thư này"
        "Có chứng thư nhưng không thấy khóa bí mật đi cùng. Chưa ký gì, tệp giữ nguyên như cũ."
        "Kiểm tra đúng thiết bị, hoặc liên hệ nơi cấp chứng thư."
        "The token lacks the certificate's key"
        "The certificate is there but its private key is not. Nothing was signed, the file is as it was."
        "Check that it is the right token, or contact the issuer.";
    TokenTimeout TryAgain
        "Thiết bị ký không trả lời"
        "Đã chờ quá lâu. Chưa ký gì, tệp giữ nguyên như cũ."
        "Rút thiết bị, cắm lại và thử lại."
        "The token does not answer"
        "It took too long. Nothing was signed, the file is as it was."
        "Pull the token, plug it in again and try again.";
    TokenDevice TryAgain
        "Thiết bị ký báo lỗi"
        "Thiết bị từ chối thao tác. Chưa ký gì, tệp giữ nguyên như cũ."
        "Rút thiết bị, cắm lại và thử lại; nếu còn lỗi, gửi phần chi tiết cho người hỗ trợ."
        "The token reports an error"
        "It refused the operation. Nothing was signed, the file is as it was."
        "Plug it in again and try again; if it stays, send the details to your support.";
    CertificateExpired Refused
        "Chứng thư trên thiết bị đã hết hạn"
        "Chữ ký bằng chứng thư hết hạn không có giá trị. Chưa ký gì, tệp giữ nguyên như cũ."
        "Gia hạn chứng thư tại nơi cấp."
        "The certificate on the token has expired"
        "A signature by an expired certificate has no value. Nothing was signed, the file is as it was."
        "Have the certificate renewed by its issuer.";
    CertificateUnsuitable Refused
        "Chứng thư trên thiết bị không dùng để ký được"
        "Chứng thư không cho phép ký văn bản, hoặc chưa đến ngày hiệu lực. Chưa ký gì."
        "Kiểm tra đúng thiết bị, hoặc liên hệ nơi cấp chứng thư."
        "The certificate on the token is not for signing"
        "It does not permit signing documents, or is not yet valid. Nothing was signed."
        "Check that it is the right token, or contact the issuer.";
    Cancelled TryAgain
        "Đã dừng theo yêu cầu"
        "Không có gì thay đổi."
        "Làm lại khi sẵn sàng."
        "Stopped as asked"
        "Nothing has changed."
        "Do it again when ready.";
    LeaderSignatureMissing Refused
        "Văn bản chưa có chữ ký của lãnh đạo"
        "Chỉ đóng dấu văn bản đã được người có thẩm quyền ký (Nghị định 30/2020, Điều 32). Tệp giữ nguyên như cũ."
        "Trình lãnh đạo ký trước."
        "The leader has not signed"
        "Only what the competent person has signed is sealed (Decree 30/2020 art. 32). The file is as it was."
        "Have the leader sign first.";
    LeaderSignatureBroken Refused
        "Chữ ký của lãnh đạo không còn đúng"
        "Nội dung tệp khác với nội dung lãnh đạo đã ký. Không cấp số, tệp giữ nguyên như cũ."
        "Lấy lại bản lãnh đạo đã ký, hoặc trình ký lại."
        "The leader's signature is broken"
        "The file differs from what the leader signed. No number was given, the file is as it was."
        "Take the signed copy again, or have it signed again.";
    LeaderNotSignatory Refused
        "Người ký không phải người có thẩm quyền đã ghi"
        "Chứng thư của người ký khác với danh sách người có thẩm quyền. Không cấp số, tệp giữ nguyên như cũ."
        "Kiểm tra người ký, hoặc sửa danh sách người có thẩm quyền."
        "The signer is not the signatory named"
        "The certificate differs from the register of signatories. No number was given, the file is as it was."
        "Check who signed, or correct the register.";
    SignerNameDiffers Refused
        "Tên ở ô ký không phải tên trên chứng thư"
        "Ô ký hoặc dòng họ tên dưới ô ghi người khác với người giữ chứng thư. Chưa ký gì, tệp giữ nguyên như cũ."
        "Kiểm tra đúng thiết bị và đúng chỗ ký; nếu vẫn muốn ký, ký lại với lựa chọn bỏ qua tên."
        "The name at the field is not the certificate's"
        "The field, or the name printed below it, is another person's than the certificate's. Nothing was signed, the file is as it was."
        "Check the token and the place; to sign all the same, sign again despite the name.";
    TimestampUnavailable TryAgain
        "Chưa lấy được dấu thời gian"
        "Máy chủ cấp dấu thời gian không trả lời hoặc trả lời sai. Chữ ký vẫn còn nguyên, chỉ thiếu dấu thời gian."
        "Thử lại sau; có thể đi tiếp khi chưa có dấu thời gian."
        "No timestamp could be had"
        "The timestamp authority did not answer, or answered something else. The signature is as it was, only without a timestamp."
        "Try again later; the document may go on without.";
    TimestampTooLate Refused
        "Đã muộn để thêm dấu thời gian cho chữ ký này"
        "Đã có người ký tiếp sau chữ ký này, nên không thể thêm dấu thời gian vào nó. Tệp giữ nguyên như cũ."
        "Dùng mức lưu trữ lâu dài (LTA) cho cả tệp."
        "It is too late for a timestamp of this signature"
        "Somebody has signed after it, so nothing can be put into it any more. The file is as it was."
        "Use the archive level (LTA) for the whole file.";
    CertifiedElsewhere Refused
        "Bản này đã được ký chứng nhận ở nơi khác"
        "Cơ quan chưa cho phép cấp số và đóng dấu sau chữ ký chứng nhận: một số phần mềm khác có thể báo không hợp lệ sau khi cấp số. Tệp giữ nguyên như cũ."
        "Đề nghị ký lại bản có ô số, hoặc người quản trị cho phép trong cài đặt của cơ quan."
        "The file was certified elsewhere"
        "The office does not allow number and seal after a certification: some programs may call the file invalid afterwards. It is as it was."
        "Ask for a signature on the draft with boxes, or have the administrator allow it in the office's settings.";
    SignerUnexpected Refused
        "Có chữ ký của người không được trình"
        "Tệp trả về có chữ ký hoặc ô ký mà hồ sơ trình ký không nêu. Tệp không được nhận, hồ sơ giữ nguyên như cũ."
        "Kiểm tra người ký; nếu đúng, ghi tên vào danh sách người ký rồi nhận lại."
        "Somebody signed who was not asked"
        "The file that came back has a signature or a field that the document does not name. It was not taken, the document is as it was."
        "Check who signed; if it is right, enter the name into the register and take the file again.";
    SignerSignatureBad Refused
        "Chữ ký nháy hoặc chữ ký của người đồng ký không hợp lệ"
        "Chữ ký không đúng, chứng thư không còn hiệu lực hoặc chưa kiểm tra được. Hồ sơ giữ nguyên như cũ."
        "Xem chi tiết, rồi đề nghị người đó ký lại."
        "The signature of an initialler or co-signer is not valid"
        "It does not hold, or its certificate is not valid or could not be checked. The document is as it was."
        "See the details, then ask that person to sign again.";
    CoSignerMissing Refused
        "Còn thiếu chữ ký của người đồng ký"
        "Văn bản có ô cho người đồng ký mà chưa ai ký. Không cấp số, tệp giữ nguyên như cũ."
        "Trình người đó ký, hoặc ghi lý do bỏ qua."
        "A co-signer has not signed"
        "The document has a field for a co-signer that nobody signed. No number was given, the file is as it was."
        "Hand it over to that person, or write down why it goes on without.";
    LeaderCertificateExpired Refused
        "Chứng thư của lãnh đạo đã hết hạn"
        "Không xác nhận được chữ ký khi chứng thư hết hạn. Không cấp số, tệp giữ nguyên như cũ."
        "Đề nghị lãnh đạo gia hạn chứng thư và ký lại."
        "The leader's certificate has expired"
        "The signature cannot be confirmed. No number was given, the file is as it was."
        "Ask the leader to renew the certificate and sign again.";
    LeaderCertificateRevoked Refused
        "Chứng thư của lãnh đạo đã bị thu hồi"
        "Nơi cấp đã thu hồi chứng thư này. Không cấp số, tệp giữ nguyên như cũ."
        "Báo lãnh đạo và nơi cấp chứng thư; ký lại bằng chứng thư mới."
        "The leader's certificate is revoked"
        "Its issuer revoked it. No number was given, the file is as it was."
        "Tell the leader and the issuer; sign again with a new certificate.";
    LeaderSignatureUnknown TryAgain
        "Chưa kết luận được chữ ký của lãnh đạo"
        "Thiếu chứng thư gốc hoặc danh sách thu hồi để kiểm tra. Không cấp số, tệp giữ nguyên như cũ."
        "Cập nhật chứng thư gốc và danh sách thu hồi, rồi thử lại."
        "The leader's signature cannot be judged yet"
        "Root certificates or a revocation list are missing. No number was given, the file is as it was."
        "Update roots and revocation lists and try again.";
    FieldFilledAfterLeader Refused
        "Có ô đã bị điền sau khi lãnh đạo ký"
        "Ô số hoặc ngày đã có nội dung không do Triện ghi. Không cấp số, tệp giữ nguyên như cũ."
        "Lấy lại bản lãnh đạo đã ký."
        "A box was filled after the leader signed"
        "Number or date already has content. No number was given, the file is as it was."
        "Take again the copy that the leader signed.";
    ChangedAfterLeader Refused
        "Tệp có thêm nội dung sau khi lãnh đạo ký"
        "Có đối tượng được thêm hoặc sửa sau chữ ký của lãnh đạo. Không cấp số, tệp giữ nguyên như cũ."
        "Lấy lại bản lãnh đạo đã ký."
        "Something was added after the leader signed"
        "Objects were added or changed. No number was given, the file is as it was."
        "Take again the copy that the leader signed.";
    SealNotOrganisation Refused
        "Chứng thư này là của cá nhân"
        "Đóng dấu phải dùng chứng thư của cơ quan, không dùng chứng thư cá nhân. Không cấp số, tệp giữ nguyên như cũ."
        "Cắm thiết bị có con dấu của cơ quan."
        "This is a person's certificate"
        "The seal needs the organisation's certificate, not a person's. No number was given, the file is as it was."
        "Plug in the token with the office's seal.";
    SealOfAnotherOrgan Refused
        "Con dấu này là của cơ quan khác"
        "Chứng thư trên thiết bị mang tên một cơ quan khác với cơ quan ban hành văn bản. Không cấp số, tệp giữ nguyên như cũ."
        "Cắm thiết bị có con dấu của cơ quan mình."
        "This is another organ's seal"
        "The certificate on the token names another organ than the one that issues the document. No number was given, the file is as it was."
        "Plug in the token with your office's seal.";
    YearDiffers Refused
        "Năm in trên văn bản không phải năm cấp số"
        "Năm được in sẵn và lãnh đạo đã ký lên nên không sửa được. Không cấp số, tệp giữ nguyên như cũ."
        "Sửa năm trong dự thảo rồi trình ký lại."
        "The printed year is not that of the number"
        "The year is printed and signed, so it cannot be changed. No number was given, the file is as it was."
        "Correct the year in the draft and have it signed again.";
    DateBeforeSignature Refused
        "Ngày của văn bản ở trước ngày lãnh đạo ký"
        "Văn bản không mang ngày mà lãnh đạo chưa ký (Nghị định 30/2020, Điều 15). Không cấp số, tệp giữ nguyên như cũ."
        "Ghi ngày lãnh đạo ký hoặc một ngày sau đó."
        "The date is before the leader's signature"
        "A document bears no date on which the leader had not signed (Decree 30/2020 art. 15). No number was given, the file is as it was."
        "Give the day of the signature or a later one.";
    OwnOutputInvalid Internal
        "Bản vừa ký không qua được kiểm tra"
        "Triện tự kiểm tra tệp vừa ký và thấy không đúng, nên không dùng. Bản trước đó giữ nguyên."
        "Thử lại; nếu còn lỗi, gửi phần chi tiết cho người hỗ trợ."
        "The file just signed did not pass our check"
        "Triện verified its own output and rejected it. The earlier file is as it was."
        "Try again; if it stays, send the details to your support.";
    PackageNotXml BadInput
        "Gói tin không đọc được"
        "Nội dung không phải edXML. Bản gốc được giữ trong “Không đọc được”, nơi gửi chưa được báo đã nhận."
        "Lưu gói gốc để xem, báo nơi gửi gửi lại, rồi cất đi."
        "The package cannot be read"
        "It is not edXML. The original is kept under “Không đọc được” and not yet acknowledged."
        "Save the package to look at it, ask the sender to send it again, then put it away.";
    PackageHasDtd BadInput
        "Gói tin có khai báo DTD"
        "Khai báo này có thể dùng để tấn công nên không được xử lý. Bản gốc được giữ trong “Không đọc được”."
        "Báo nơi gửi gửi lại gói không có DTD."
        "The package has a DTD"
        "Such declarations can be used for attacks and are not processed. The original is kept under “Không đọc được”."
        "Ask the sender for a package without it.";
    PackageLacksAttachment BadInput
        "Gói tin thiếu tệp đính kèm"
        "Gói kể tên một tệp nhưng không có nội dung tệp đó. Bản gốc được giữ trong “Không đọc được”."
        "Báo nơi gửi gửi lại cho đủ."
        "The package lacks an attachment"
        "It names a file whose content is not there. The original is kept under “Không đọc được”."
        "Ask the sender to send it whole.";
    PackageUnsafeName BadInput
        "Gói tin có tên tệp nguy hiểm"
        "Tên tệp trong gói trỏ ra ngoài thư mục. Không có gì được ghi ra đĩa theo tên đó; bản gốc được giữ trong “Không đọc được”."
        "Báo nơi gửi; không mở tệp ngoài Triện."
        "The package has a dangerous file name"
        "A name points outside its folder. Nothing was written under it; the original is kept under “Không đọc được”."
        "Tell the sender; do not open the file outside Triện.";
    PackageLooksSecret Refused
        "Gói tin có dấu hiệu mật"
        "Văn bản mật không được đi qua Trục. Nội dung không được hiển thị."
        "Dừng lại, báo người có trách nhiệm, rồi trả lại nơi gửi."
        "The package looks secret"
        "Secret documents must not travel the axis. Its content is not shown."
        "Stop, tell the person responsible, then return it.";
    DraftLooksSecret Refused
        "Dự thảo mang dấu mật"
        "Ký hiệu, loại hoặc trích yếu cho thấy đây là văn bản mật. Văn bản mật không được soạn, lưu hay gửi trên máy nối mạng; Triện chưa giữ lại gì."
        "Xử lý văn bản này theo quy định về bảo vệ bí mật nhà nước; nếu không mật, sửa ký hiệu hoặc trích yếu."
        "The draft bears a mark of secrecy"
        "Its notation, kind or subject says that it is secret. A secret is not drafted, kept or sent on a machine with a network; Triện has kept nothing."
        "Handle it by the rules for state secrets; if it is none, correct notation or subject.";
    PackageInvalid BadInput
        "Gói tin thiếu thông tin bắt buộc"
        "Gói là edXML nhưng thiếu phần bắt buộc hoặc vượt giới hạn. Bản gốc được giữ trong “Không đọc được”."
        "Xem chi tiết, rồi trả lại hoặc báo nơi gửi."
        "The package lacks what it must have"
        "It is edXML but something required is missing or beyond limits. The original is kept under “Không đọc được”."
        "See the details, then return it or tell the sender.";
    AxisUnreachable TryAgain
        "Không kết nối được với Trục"
        "Máy chủ của Trục không trả lời. Không mất gì; những gì chờ gửi vẫn còn đó."
        "Kiểm tra mạng; Triện tự thử lại."
        "The axis cannot be reached"
        "Its server does not answer. Nothing is lost; what waits still waits."
        "Check the network; Triện tries again by itself.";
    AxisNotJson TryAgain
        "Trục trả lời không đúng dạng"
        "Máy chủ gửi về một trang web thay cho dữ liệu, nên không coi là hộp thư trống. Không mất gì."
        "Thử lại sau; nếu kéo dài, báo đơn vị vận hành Trục."
        "The axis gave a wrong kind of answer"
        "It sent a web page instead of data, which is not an empty inbox. Nothing is lost."
        "Try again later; if it lasts, tell the axis's operator.";
    AxisIncomplete TryAgain
        "Trục trả lời thiếu phần bắt buộc"
        "Máy chủ báo đã làm nhưng câu trả lời không có đủ dữ liệu, nên không coi là xong. Không mất gì."
        "Thử lại sau; nếu kéo dài, báo đơn vị vận hành Trục."
        "The axis's answer lacks something that it must have"
        "Its server says that it is done and leaves out the data, so it does not count as done. Nothing is lost."
        "Try again later; if it lasts, tell the axis's operator.";
    AxisUntrusted Unavailable
        "Không tin được chứng thư của Trục"
        "Máy chủ đưa ra chứng thư mà máy này không tin, hoặc không nhận chứng thư của cơ quan. Chưa gửi gì đi, không mất gì."
        "Kiểm tra ngày giờ của máy và các chứng thư trong cài đặt; nếu đúng cả, báo đơn vị vận hành Trục."
        "The axis's certificate is not trusted"
        "Its server shows a certificate that this machine does not trust, or does not accept ours. Nothing was sent, nothing is lost."
        "Check the machine's clock and the certificates in the settings; if both are right, tell the axis's operator.";
    AxisMisconfigured Unavailable
        "Cài đặt kết nối với Trục không đúng"
        "Địa chỉ, máy chủ trung gian, chứng thư hoặc tiêu đề đã khai không dùng được. Chưa gửi gì đi, không mất gì."
        "Sửa phần kết nối với Trục trong tệp cơ quan, rồi thiết lập lại."
        "The connection to the axis is not set up rightly"
        "Its address, proxy, certificates or headers cannot be used. Nothing was sent, nothing is lost."
        "Correct the axis's part of the office file and set up again.";
    AxisTimedOut TryAgain
        "Trục trả lời quá lâu"
        "Đã hết thời gian chờ. Không mất gì."
        "Triện tự thử lại."
        "The axis takes too long"
        "The waiting time is over. Nothing is lost."
        "Triện tries again by itself.";
    AxisRefused Refused
        "Trục từ chối yêu cầu"
        "Máy chủ nêu lý do trong phần chi tiết. Không mất gì, không tự gửi lại."
        "Xem lý do, sửa rồi thử lại."
        "The axis refused"
        "The server's reason is in the details. Nothing is lost and nothing is resent."
        "See the reason, correct it and try again.";
    AxisBadSecret Refused
        "Trục không nhận mã hệ thống hoặc khóa"
        "Chữ ký của yêu cầu không đúng với khóa đã đăng ký. Không mất gì."
        "Kiểm tra mã hệ thống và khóa bí mật trong cài đặt."
        "The axis did not accept system id or secret"
        "The request's signature does not match the registered secret. Nothing is lost."
        "Check system id and secret in the settings.";
    SendUnclear TryAgain
        "Chưa rõ Trục đã nhận hay chưa"
        "Câu trả lời bị mất sau khi gói đã rời máy. Gói không tự gửi lại để tránh gửi hai lần."
        "Chờ trạng thái của nơi nhận, hoặc hỏi nơi nhận rồi chọn trong “Gửi lỗi”."
        "It is not clear whether the axis took it"
        "The answer was lost after the package had left. It is not resent by itself, so that it is not sent twice."
        "Wait for the receiver's status, or ask them and decide under “Gửi lỗi”.";
    SendInterrupted TryAgain
        "Lần gửi trước bị ngắt giữa chừng"
        "Triện bị tắt khi gói đang đi, nên chưa rõ Trục đã nhận hay chưa. Gói không tự gửi lại."
        "Chờ trạng thái của nơi nhận, hoặc hỏi nơi nhận rồi chọn trong “Gửi lỗi”."
        "The last send was interrupted"
        "Triện was stopped while the package was leaving, so it is not clear whether the axis took it. It is not resent by itself."
        "Wait for the receiver's status, or ask them and decide under “Gửi lỗi”.";
    ReceiveResumed TryAgain
        "Đã xử lý tiếp gói nhận dở"
        "Triện bị tắt sau khi lưu gói; gói đã được đọc tiếp từ bản lưu."
        "Không cần làm gì."
        "A half-received package was taken up again"
        "Triện was stopped after storing it; it was read from the stored copy."
        "Nothing needs doing.";
    AcknowledgeResumed TryAgain
        "Đã báo nhận tiếp cho Trục"
        "Triện bị tắt trước khi báo nhận; văn bản đã có trong sổ một lần duy nhất."
        "Không cần làm gì."
        "A document was acknowledged again"
        "Triện was stopped before acknowledging; the document is in the book exactly once."
        "Nothing needs doing.";
    NumberStillReserved TryAgain
        "Số vẫn được giữ cho văn bản này"
        "Lần đóng dấu trước chưa xong; số không mất và không cấp cho văn bản khác."
        "Mở lại văn bản và đóng dấu."
        "The number is still reserved for this document"
        "The last sealing was not finished; the number is not lost and goes to no other document."
        "Open the document again and seal it.";
    SignatureNotFinished TryAgain
        "Lần ký trước chưa hoàn tất"
        "Triện bị tắt khi đang ký; bản trước khi ký giữ nguyên."
        "Mở lại văn bản và ký lại."
        "The last signature was not finished"
        "Triện was stopped while signing; the file before it is as it was."
        "Open the document and sign again.";
    DuplicateDocument Refused
        "Văn bản này đã có"
        "Cùng mã định danh, hoặc cùng số, ký hiệu và cơ quan. Bản đến sau được ghi vào diễn biến, không vào sổ lần nữa."
        "Xem văn bản đã có."
        "This document is here already"
        "The same identifier, or the same number, notation and organ. The later copy is noted and not registered again."
        "See the document that is here.";
    DiskFull TryAgain
        "Ổ đĩa đã đầy"
        "Không ghi thêm được; những gì đã lưu còn nguyên và Trục chưa được báo đã nhận."
        "Dọn bớt ổ đĩa, rồi đồng bộ lại."
        "The disk is full"
        "Nothing more can be written; what is stored is whole, and nothing was acknowledged to the axis."
        "Free some space, then synchronise again.";
    AlreadyOpen TryAgain
        "Triện đang mở hồ sơ này"
        "Hồ sơ này đã có một cửa sổ trên máy này; mở hai cửa sổ thì cùng một việc chạy hai lần."
        "Làm việc trong cửa sổ đang mở."
        "Triện has this profile open already"
        "The profile has a window on this machine; with two, the same work would be done twice."
        "Work in the open window.";
    ProfileBusy TryAgain
        "Hồ sơ đang được đồng bộ ở nơi khác"
        "Cửa sổ và dòng lệnh không đồng bộ cùng lúc; việc kia đang chạy."
        "Chờ một lát rồi thử lại."
        "The profile is being synchronised elsewhere"
        "Window and command line do not synchronise at once; the other one is running."
        "Wait a little and try again.";
    StoreNewer Unavailable
        "Dữ liệu do bản Triện mới hơn tạo ra"
        "Bản này không mở để tránh làm hỏng dữ liệu."
        "Cài bản Triện mới nhất."
        "The data was written by a newer Triện"
        "This one does not open it, so that nothing is damaged."
        "Install the newest Triện.";
    StoreCorrupt Internal
        "Dữ liệu của hồ sơ bị hỏng"
        "Kiểm tra toàn vẹn không đạt; Triện dừng ghi để giữ phần còn lại."
        "Sao lưu thư mục hồ sơ và liên hệ hỗ trợ."
        "The profile's data is damaged"
        "The integrity check failed; Triện stopped writing to keep the rest."
        "Back up the profile's folder and contact support.";
    StoreFailed TryAgain
        "Không đọc hoặc ghi được dữ liệu"
        "Hệ điều hành báo lỗi ổ đĩa; việc vừa rồi chưa được ghi."
        "Thử lại; xem chi tiết nếu còn lỗi."
        "Data cannot be read or written"
        "The system reported a disk error; the last act was not recorded."
        "Try again; see the details if it stays.";
    SecretStoreLocked TryAgain
        "Kho khóa của máy đang khóa"
        "Khóa của Trục nằm trong kho khóa chưa mở. Không mất gì."
        "Mở khóa phiên làm việc hoặc kho khóa, rồi thử lại."
        "The system's key store is locked"
        "The axis secret is in it. Nothing is lost."
        "Unlock your session or key store and try again.";
    SecretStoreAbsent Unavailable
        "Máy không có kho khóa"
        "Không có nơi an toàn để giữ khóa của Trục."
        "Đặt mật khẩu cho tệp khóa của hồ sơ trong cài đặt."
        "This machine has no key store"
        "There is no safe place for the axis secret."
        "Set a pass-phrase for the profile's sealed file in the settings.";
    SecretMissing Unavailable
        "Chưa có khóa của Trục"
        "Hồ sơ chưa lưu khóa bí mật của hệ thống."
        "Nhập khóa bí mật trong cài đặt."
        "The axis secret is missing"
        "The profile has not stored the system's secret."
        "Enter the secret in the settings.";
    SendingDue TryAgain
        "Sắp hết hạn gửi văn bản đã ký"
        "Văn bản đã ký mà chưa gửi; hạn tính từ lúc ký, theo ngày làm việc."
        "Cấp số, đóng dấu và gửi trước hạn."
        "A signed document is due to be sent"
        "It is signed and has not left; the limit runs from the signature, in working days."
        "Number, seal and send it before then.";
    ReceiverSilent TryAgain
        "Nơi nhận chưa báo văn bản đã đến"
        "Trục đã nhận gói mà chưa có trạng thái 01 trong thời gian thường lệ."
        "Mở Theo dõi xem nơi nào, rồi gọi điện hỏi nơi nhận."
        "A receiver has not told that a document came"
        "The axis took the package, and no status 01 came in the usual time."
        "See in Tracking which one, and call the receiver.";
    HandoverFolderMissing Unavailable
        "Không thấy thư mục trình ký"
        "Thư mục dùng chung không mở được. Văn bản giữ nguyên ở bàn này."
        "Kiểm tra ổ USB hoặc thư mục chia sẻ, rồi thử lại."
        "The hand-over folder is missing"
        "The shared folder cannot be opened. The document stays at this desk."
        "Check the USB stick or the share and try again.";
    HandoverDamaged BadInput
        "Gói trình ký không đúng"
        "Gói thiếu phần, bị sửa, hoặc không khớp mã kiểm tra. Không có gì được lấy vào."
        "Lấy lại gói từ bàn gửi."
        "The hand-over package is not right"
        "It is incomplete, altered or does not match its hashes. Nothing was taken in."
        "Get the package again from the other desk.";
    HandoverNotOurs Refused
        "Gói trình ký không phải của văn bản này"
        "Bản đã ký không tiếp nối bản đã trình. Không có gì được lấy vào."
        "Kiểm tra lại gói với bàn gửi."
        "The package does not belong to this document"
        "The signed file does not continue what was handed over. Nothing was taken in."
        "Check the package with the other desk.";
    RenderFailed TryAgain
        "Không vẽ được trang này"
        "Phần vẽ trang bị dừng. Tệp và chữ ký không bị ảnh hưởng."
        "Mở lại trang."
        "This page cannot be drawn"
        "The drawing process stopped. File and signatures are not affected."
        "Open the page again.";
    RendererMissing Unavailable
        "Chưa có bộ vẽ trang PDF"
        "Không thấy thư viện PDFium đi cùng Triện."
        "Cài lại Triện."
        "The page renderer is missing"
        "The PDFium library that comes with Triện was not found."
        "Install Triện again.";
    NoProfile Unavailable
        "Thư mục này chưa có hồ sơ Triện"
        "Không thấy hồ sơ trong thư mục dữ liệu đã chọn. Không có gì thay đổi."
        "Chọn đúng thư mục hồ sơ, hoặc tạo hồ sơ mới."
        "This folder holds no Triện profile"
        "The chosen data folder has no profile. Nothing has changed."
        "Choose the right folder or make a new profile.";
    NotFound BadInput
        "Không có văn bản này"
        "Hồ sơ không có mục được hỏi."
        "Làm mới danh sách."
        "There is no such document"
        "The profile does not have what was asked for."
        "Refresh the list.";
    NotNow Refused
        "Chưa làm được việc này"
        "Văn bản đang ở bước khác. Không có gì thay đổi."
        "Xem diễn biến của văn bản để biết bước tiếp theo."
        "This cannot be done now"
        "The document is at another step. Nothing has changed."
        "See its timeline for the next step.";
    ReasonMissing BadInput
        "Chưa ghi lý do"
        "Việc này cần lý do để bên kia và sổ sách biết. Không có gì thay đổi."
        "Ghi lý do rồi làm lại."
        "A reason is needed"
        "The other side and the books need it. Nothing has changed."
        "Write the reason and do it again.";
    NoRecipients Refused
        "Chưa chọn nơi nhận"
        "Văn bản chưa có nơi nhận nào trong danh bạ. Không có gì được gửi."
        "Chọn nơi nhận rồi gửi lại."
        "No recipient is chosen"
        "The document has no recipient of the directory. Nothing was sent."
        "Choose recipients and send again.";
    NotSealed Refused
        "Văn bản chưa được đóng dấu"
        "Chỉ gửi văn bản đã cấp số và đóng dấu. Không có gì được gửi."
        "Cấp số và đóng dấu trước."
        "The document is not sealed"
        "Only what is numbered and sealed is sent. Nothing was sent."
        "Number and seal it first.";
    NumberVoid Refused
        "Số này đã hủy"
        "Số đã hủy có lý do trong sổ và không dùng lại."
        "Cấp số mới cho văn bản."
        "This number was given up"
        "It stands in the book with its reason and is not used again."
        "Give the document a new number.";
    BadArgument Usage
        "Yêu cầu không đúng"
        "Tham số thiếu hoặc sai dạng. Không có gì thay đổi."
        "Xem hướng dẫn của lệnh."
        "The request is not right"
        "An argument is missing or malformed. Nothing has changed."
        "See the command's help.";
    OfficeFileUnusable BadInput
        "Tệp cơ quan không dùng được"
        "Tệp sai dạng, thiếu mục, hoặc nhắc tới một tệp không có bên cạnh. Chưa lập hồ sơ, không có gì thay đổi."
        "Xem chi tiết, sửa tệp hoặc chép đủ các tệp đi kèm, rồi chọn lại."
        "The office file cannot be used"
        "It is malformed, lacks a member, or names a file that is not beside it. No profile was made; nothing has changed."
        "See the details, correct the file or copy what belongs to it, and choose it again.";
    ProfileOfAnother Refused
        "Thư mục này là hồ sơ của bàn làm việc khác"
        "Trong thư mục đã có văn bản và sổ của cơ quan hoặc vai trò khác. Không có gì thay đổi."
        "Chọn một thư mục trống cho bàn làm việc mới."
        "This folder is another desk's profile"
        "It holds the documents and books of another office or role. Nothing has changed."
        "Choose an empty folder for the new desk.";
    PracticeRoot Refused
        "Chứng thư gốc này chỉ để tập huấn"
        "Khóa của nó nằm ngay trên máy tập huấn, ai cũng ký thay được, nên hồ sơ làm việc thật không tin nó. Không có gì thay đổi."
        "Dùng chứng thư gốc của cơ quan cấp chữ ký số, hoặc mở văn phòng tập huấn."
        "This root certificate is for training only"
        "Its key lies on the training machine, where anybody can sign with it, so a real profile does not trust it. Nothing has changed."
        "Use the root of your certification authority, or open a practice office.";
    PracticeUnavailable Unavailable
        "Không mở được dịch vụ tập huấn"
        "Cổng mà dịch vụ cần đang có chương trình khác dùng. Không có gì thay đổi."
        "Đóng chương trình kia, hoặc chọn cổng khác bằng --port."
        "The practice service cannot be started"
        "Another program uses the port that it needs. Nothing has changed."
        "End that program, or choose another port by --port.";
    Internal Internal
        "Triện gặp lỗi bên trong"
        "Việc vừa rồi đã dừng; dữ liệu đã lưu không bị ảnh hưởng."
        "Thử lại; nếu còn lỗi, gửi phần chi tiết cho người hỗ trợ."
        "Triện met an internal error"
        "The last act was stopped; stored data is not affected."
        "Try again; if it stays, send the details to your support.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_has_its_own_title_and_whole_sentences_in_both_languages() {
        let mut titles = HashSet::new();
        for code in ALL {
            assert!(titles.insert(code.title().vi), "{code:?} shares its title");
            for text in [code.reason(), code.action()] {
                for sentence in [&text.vi, &text.en] {
                    assert!(sentence.ends_with('.'), "{code:?}: {sentence}");
                    assert!(!sentence.contains('!'), "no exclamation marks: {sentence}");
                }
            }
        }
    }
}
