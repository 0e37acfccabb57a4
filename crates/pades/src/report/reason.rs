//! The closed list of reasons. `docs/verify-reasons.md` is its reference for users.

use serde::{Deserialize, Serialize};

/// One reason or warning, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What is the matter.
    pub code: ReasonCode,
    /// The sentence in Vietnamese, NFC.
    pub vi: String,
    /// The sentence in English.
    pub en: String,
    /// The field, object, revision or offset concerned; empty when it is the whole file.
    #[serde(rename = "where")]
    pub place: String,
}

impl Reason {
    /// A reason about `place` (a field, an object, an offset; empty for the whole file).
    pub fn new(code: ReasonCode, place: impl Into<String>) -> Self {
        Self {
            code,
            vi: code.vi().to_owned(),
            en: code.en().to_owned(),
            place: place.into(),
        }
    }
}

macro_rules! reasons {
    ($($variant:ident $code:literal $vi:literal $en:literal;)*) => {
        /// Codes of reasons and warnings. A code, once released, keeps its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ReasonCode {
            $(#[doc = $en] #[serde(rename = $code)] $variant,)*
        }

        impl ReasonCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [ReasonCode] = &[$(Self::$variant,)*];

            /// The code as it stands in the report.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The sentence in Vietnamese.
            pub fn vi(self) -> &'static str {
                match self { $(Self::$variant => $vi,)* }
            }

            /// The sentence in English.
            pub fn en(self) -> &'static str {
                match self { $(Self::$variant => $en,)* }
            }
        }
    };
}

reasons! {
    // The file.
    NotAPdf "not_a_pdf" "Tệp không phải là PDF." "The file is not a PDF.";
    FileNotReadable "file_not_readable" "Không đọc được tệp từ đĩa." "The file could not be read from disk.";
    Encrypted "encrypted" "Tệp PDF bị mã hoá, cần mật khẩu để kiểm tra." "The PDF is encrypted; it is examined with its password only.";
    StructureBroken "structure_broken" "Cấu trúc tệp PDF bị hỏng hoặc bị cắt cụt." "The structure of the PDF is broken or cut off.";
    LimitExceeded "limit_exceeded" "Tệp vượt giới hạn an toàn của việc kiểm tra." "The file exceeds a safety limit of the verification.";
    BytesUnaccounted "bytes_unaccounted" "Có dữ liệu lạ không thuộc phiên bản nào của tài liệu." "There are bytes that no revision of the document accounts for.";
    SignatureHidden "signature_hidden" "Có chữ ký nằm trong tệp mà tài liệu đang hiển thị không dẫn tới." "The bytes hold a signature that the shown document does not reach.";
    ActiveContent "active_content" "Tài liệu có nội dung động (mã lệnh, hành động, lớp tự chuyển…) có thể hiển thị khác đi mà tệp không đổi." "The document holds active content (scripts, actions, layers that switch) that can show something else without the file being changed.";
    ExternalContent "external_content" "Một phần nội dung nằm ở tệp khác, không được ký." "A part of what is shown is in another file and was not signed.";
    SealBeforeSignature "seal_before_signature" "Dấu của cơ quan, tổ chức được ký trước chữ ký của người có thẩm quyền." "The organisation sealed before the competent person signed.";
    NameImitates "name_imitates" "Tên trên chứng thư có ký tự lạ, dễ nhầm với chữ tiếng Việt." "A name in the certificate has letters that only look like Vietnamese ones.";
    FieldFilledNotSigned "field_filled_not_signed" "Ô được điền sau khi ký và chưa có chữ ký nào xác nhận." "A field was filled after signing and no later signature covers it.";
    // Where a signature stands in the file.
    ByteRangeMalformed "byte_range_malformed" "Vùng ký (ByteRange) sai dạng." "The ByteRange is missing or malformed.";
    ByteRangeNotFromStart "byte_range_not_from_start" "Vùng ký không bắt đầu từ đầu tệp." "The ByteRange does not start at the first byte.";
    ByteRangeGapMismatch "byte_range_gap_mismatch" "Khoảng chừa của vùng ký không đúng bằng giá trị chữ ký." "The gap of the ByteRange is not exactly the signature's own Contents.";
    ByteRangeNotAtRevisionEnd "byte_range_not_at_revision_end" "Vùng ký không kết thúc ở cuối một phiên bản của tệp." "The ByteRange does not end where a revision ends.";
    ByteRangeBeyondFile "byte_range_beyond_file" "Vùng ký vượt ra ngoài tệp." "The ByteRange reaches beyond the file.";
    ContentsMissing "contents_missing" "Ô chữ ký không có giá trị chữ ký." "The signature has no Contents.";
    ContentsMalformed "contents_malformed" "Giá trị chữ ký không phải chuỗi thập lục phân hợp lệ." "The Contents is not a proper hexadecimal string.";
    ContentsTrailingData "contents_trailing_data" "Sau giá trị chữ ký còn dữ liệu lạ." "There is data after the signature value.";
    SignatureValueShared "signature_value_shared" "Nhiều ô chữ ký dùng chung một giá trị chữ ký." "Several fields share one signature value.";
    SignatureValueMoved "signature_value_moved" "Giá trị chữ ký không nằm trong phiên bản mà nó ký." "The signature value is not part of the revision that it signs.";
    SubfilterUnsupported "subfilter_unsupported" "Loại chữ ký này chưa được hỗ trợ." "This kind of signature is not supported.";
    SignatureDictionaryMalformed "signature_dictionary_malformed" "Từ điển chữ ký sai dạng." "The signature dictionary is malformed.";
    // The CMS.
    CmsMalformed "cms_malformed" "Dữ liệu chữ ký (CMS) sai dạng." "The CMS is malformed.";
    CmsSignerCount "cms_signer_count" "Dữ liệu chữ ký phải có đúng một người ký." "The CMS must hold exactly one SignerInfo.";
    CmsHasContent "cms_has_content" "Dữ liệu chữ ký mang nội dung riêng, không phải chữ ký tách rời." "The CMS carries content of its own instead of being detached.";
    CmsAttributeMissing "cms_attribute_missing" "Thiếu thuộc tính bắt buộc được ký." "A mandatory signed attribute is missing or occurs twice.";
    CmsContentType "cms_content_type" "Thuộc tính content-type không đúng." "The content-type attribute does not match the content.";
    SigningCertificateMismatch "signing_certificate_mismatch" "Chứng thư không đúng với chứng thư mà chữ ký chỉ định." "The certificate is not the one that the signature names.";
    SigningCertificateAbsent "signing_certificate_absent" "Chữ ký không chỉ định chứng thư (thiếu thuộc tính signing-certificate)." "The signature does not name its certificate (no signing-certificate attribute).";
    SignerCertificateMissing "signer_certificate_missing" "Không có chứng thư của người ký." "The signer's certificate is missing.";
    DigestMismatch "digest_mismatch" "Nội dung đã bị thay đổi sau khi ký." "The signed bytes were altered.";
    SignatureBroken "signature_broken" "Chữ ký không khớp với chứng thư." "The signature does not verify with the certificate.";
    AlgorithmUnsupported "algorithm_unsupported" "Thuật toán ký chưa được hỗ trợ." "The algorithm is not supported.";
    AlgorithmMismatch "algorithm_mismatch" "Các thuật toán khai báo trong chữ ký mâu thuẫn nhau." "The algorithms named in the signature contradict each other.";
    WeakAlgorithm "weak_algorithm" "Chữ ký dùng thuật toán yếu." "The signature uses a weak algorithm.";
    WeakKey "weak_key" "Khoá ký quá ngắn." "The signer's key is too short.";
    // The certificate.
    ChainNotFound "chain_not_found" "Không lần được tới tổ chức chứng thực được tin cậy." "No chain to a trusted root was found.";
    NoTrustedRoot "no_trusted_root" "Chưa khai báo tổ chức chứng thực gốc được tin cậy." "No trusted root was given.";
    ChainConstraint "chain_constraint" "Chuỗi chứng thư vi phạm ràng buộc của tổ chức chứng thực." "The chain violates a constraint of an issuer.";
    ChainNotUnderstood "chain_not_understood" "Chuỗi chứng thư có ràng buộc chưa được hỗ trợ." "The chain carries a constraint that is not supported.";
    KeyUsageWrong "key_usage_wrong" "Chứng thư không dùng để ký văn bản." "The certificate is not meant for signing documents.";
    CertificateExpired "certificate_expired" "Chứng thư đã hết hạn." "The certificate has expired.";
    CertificateNotYetValid "certificate_not_yet_valid" "Chứng thư chưa có hiệu lực." "The certificate is not yet valid.";
    CertificateRevoked "certificate_revoked" "Chứng thư đã bị thu hồi." "The certificate was revoked.";
    CertificateRevokedLater "certificate_revoked_later" "Chứng thư bị thu hồi sau thời điểm ký." "The certificate was revoked after the signing time.";
    CertificateOnHold "certificate_on_hold" "Chứng thư đang bị tạm dừng." "The certificate is on hold.";
    IssuerRevoked "issuer_revoked" "Chứng thư của tổ chức chứng thực đã bị thu hồi." "An issuer's certificate was revoked.";
    RevocationUnknown "revocation_unknown" "Không kiểm tra được chứng thư có bị thu hồi hay không." "It could not be found out whether the certificate was revoked.";
    CrlNotUsable "crl_not_usable" "Danh sách thu hồi hoặc trả lời OCSP không dùng được." "A revocation list or OCSP answer could not be used.";
    // Times.
    TimestampBroken "timestamp_broken" "Dấu thời gian bị hỏng." "The timestamp is broken.";
    TimestampNotTrusted "timestamp_not_trusted" "Dấu thời gian không được tin cậy." "The timestamp is not trusted.";
    SignedOutsideValidity "signed_outside_validity" "Thời điểm ký nằm ngoài thời hạn của chứng thư." "The signing time lies outside the certificate's validity.";
    // What happened after a signature.
    TrailerChanged "trailer_changed" "Phần cuối tệp bị thay đổi sau khi ký." "The trailer was changed after signing.";
    CatalogChanged "catalog_changed" "Danh mục gốc của tài liệu bị thay đổi sau khi ký." "The document catalog was changed after signing.";
    FormChanged "form_changed" "Biểu mẫu của tài liệu bị thay đổi sau khi ký." "The interactive form was changed after signing.";
    PageChanged "page_changed" "Nội dung trang bị thay đổi sau khi ký." "A page was changed after signing.";
    AnnotationChanged "annotation_changed" "Chú thích bị thêm hoặc thay đổi sau khi ký." "An annotation was added or changed after signing.";
    CommentAdded "comment_added" "Có nhận xét được thêm sau khi ký (người ký cho phép)." "A comment was added after signing, as the certification permits.";
    FieldAdded "field_added" "Có ô mới được thêm sau khi ký." "A form field was added after signing.";
    FieldRemoved "field_removed" "Có ô bị gỡ khỏi biểu mẫu sau khi ký." "A form field was removed after signing.";
    FieldDefinitionChanged "field_definition_changed" "Tính chất của ô bị thay đổi sau khi ký." "The definition of a field was changed after signing.";
    FieldLocked "field_locked" "Ô đã bị khoá bởi chữ ký mà vẫn bị thay đổi." "A field locked by a signature was changed.";
    FieldOverwritten "field_overwritten" "Giá trị đã ký của ô bị ghi đè." "A signed value of a field was overwritten.";
    FieldMayCover "field_may_cover" "Hình của ô được điền có thể che nội dung đã ký." "The appearance of a filled field may cover signed content.";
    FieldCovers "field_covers" "Hình của ô được điền che nội dung đã ký." "The appearance of a filled field covers signed content.";
    FieldKindNotSupported "field_kind_not_supported" "Loại ô được điền chưa có quy tắc kiểm tra." "There is no rule for filling this kind of field.";
    SignatureFieldChanged "signature_field_changed" "Ô chữ ký đã ký bị thay đổi." "A signed signature field was changed.";
    NewFieldNotSigned "new_field_not_signed" "Ô chữ ký mới chưa được ký mà đã có hình hiển thị." "A new signature field shows something but is not signed.";
    NewFieldAfterCertification "new_field_after_certification" "Có ô chữ ký mới sau chữ ký chứng nhận; một số phần mềm khác có thể báo không hợp lệ." "A signature field was added after a certification; other software may refuse it.";
    NewFieldMayCover "new_field_may_cover" "Ô chữ ký mới có thể che nội dung đã ký." "The mark of a new signature field may cover signed content.";
    NewFieldCovers "new_field_covers" "Ô chữ ký mới che nội dung đã được chứng nhận." "The mark of a new signature field covers certified content.";
    NewFieldOversized "new_field_oversized" "Ô chữ ký mới lớn hơn mọi dấu, chữ ký theo quy định." "A new signature field is larger than any lawful mark.";
    AnnotationCovers "annotation_covers" "Nhận xét thêm sau khi ký che nội dung đã được chứng nhận." "An annotation covers certified content.";
    AnnotationMayCover "annotation_may_cover" "Nhận xét thêm sau khi ký có thể che nội dung đã được chứng nhận." "An annotation may cover certified content.";
    ValueAppearanceMismatch "value_appearance_mismatch" "Chữ hiển thị trong ô khác với giá trị của ô." "The text shown in a field differs from its value.";
    ValueWithoutAppearance "value_without_appearance" "Ô có giá trị nhưng không có hình hiển thị được ký kèm." "A field has a value but no appearance of its own.";
    AppearanceNotUnderstood "appearance_not_understood" "Không đọc được chữ trong hình hiển thị của ô." "The text of a field's appearance could not be read.";
    ObjectUnexplained "object_unexplained" "Có đối tượng bị thêm hoặc thay đổi mà không có quy tắc nào cho phép." "An object was added or changed and no rule explains it.";
    ObjectFreed "object_freed" "Có đối tượng bị xoá sau khi ký." "An object was deleted after signing.";
    ObjectShared "object_shared" "Đối tượng bị thay đổi còn được dùng ở nơi khác." "A changed object is also used elsewhere.";
    DocmdpForbids "docmdp_forbids" "Chữ ký chứng nhận không cho phép thay đổi này." "The certification does not permit this change.";
    DocmdpNotUnderstood "docmdp_not_understood" "Không hiểu mức cho phép của chữ ký chứng nhận." "The certification's permission is not understood.";
    PermissionsChanged "permissions_changed" "Quyền chứng nhận của tài liệu bị thay đổi." "The document's certification entry was changed.";
    CertificationNotFirst "certification_not_first" "Chữ ký chứng nhận không phải là chữ ký đầu tiên." "The certification is not the first signature.";
    MetadataChanged "metadata_changed" "Thông tin mô tả của tệp được cập nhật sau khi ký." "Descriptive metadata was updated after signing.";
    DssChanged "dss_changed" "Kho dữ liệu kiểm tra dài hạn sai dạng hoặc bị thay đổi trái quy tắc." "The document security store is malformed or changed against the rules.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_documentation_lists_exactly_the_codes() {
        let page = include_str!("../../../../docs/verify-reasons.md");
        let rows: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        let wanted: Vec<String> = ReasonCode::ALL
            .iter()
            .map(|code| format!("| `{}` | {} | {} |", code.code(), code.vi(), code.en()))
            .collect();
        assert_eq!(rows, wanted, "docs/verify-reasons.md and ReasonCode differ");
    }

    #[test]
    fn codes_are_unique_and_sentences_are_sentences() {
        let unique: BTreeSet<_> = ReasonCode::ALL.iter().map(|code| code.code()).collect();
        assert_eq!(unique.len(), ReasonCode::ALL.len());
        for code in ReasonCode::ALL {
            assert!(
                code.vi().ends_with('.') && code.en().ends_with('.'),
                "{code:?}"
            );
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("{:?}", code.code()));
        }
    }
}
